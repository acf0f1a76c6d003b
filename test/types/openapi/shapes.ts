/** What documents can say, each as openapi-typescript 7 writes it. */
import type { OpenApiService, OutcomePromise, StatusAnswer } from "behalf";
import { type Equals, holds } from "../equals.ts";

interface Item {
  sku: string;
}

interface Plain<body> {
  headers: { [name: string]: unknown };
  content: { "application/json": body };
}

interface Without {
  query?: never;
  header?: never;
  path?: never;
  cookie?: never;
}

interface Paths {
  "/ranges": {
    parameters: Without;
    get: {
      parameters: Without;
      requestBody?: never;
      responses: { "2XX": Plain<Item>; "4XX": Plain<"client">; 404: Plain<"none">; default: Plain<"any"> };
    };
    post?: never;
  };
  "/default": { get: { parameters: Without; requestBody?: never; responses: { default: Plain<Item> } } };
  "/media": {
    get: {
      parameters: Without;
      responses: {
        200: { headers: object; content: { "text/csv": string; "application/pdf": string; "*/*": unknown } };
        201: { headers: object; content: { "text/csv": string; "application/pdf": string } };
        204: { headers: object; content?: never };
        400: { headers: object; content: { "application/problem+json; charset=utf-8": { title: string } } };
      };
    };
  };
  "/headers": {
    get: {
      parameters: {
        query?: never;
        header: { Authorization: string; "X-Count": number; "X-Mode"?: "a" | "b" };
        path?: never;
        cookie?: never;
      };
      responses: { 200: Plain<Item> };
    };
    delete: {
      parameters: { query?: never; header: { Authorization: string; Accept: string }; path?: never; cookie?: never };
      responses: { 204: { headers: object; content?: never } };
    };
  };
  "/bodies/{a.b}": {
    post: {
      parameters: { path: { "a.b": number } };
      requestBody?: { content: { "application/json": Item; "multipart/form-data": { file: string } } };
      responses: { 201: Plain<Item>; 202: Plain<number> };
    };
    put: {
      parameters: { path: { "a.b": number } };
      requestBody: { content: { "multipart/form-data": { file: string } } };
      responses: { 200: Plain<Item> };
    };
  };
}

declare const service: OpenApiService<Paths>;

// Ranges and defaults
const ranges = service.get("/ranges");
const ranged = ranges.json();
holds<Equals<typeof ranged, OutcomePromise<Item>>>();
const byStatus = await ranges.answer(200, 404, 409, 500).unwrap();
if (byStatus.status === 200) holds<Equals<typeof byStatus.body, Item>>();
if (byStatus.status === 404) holds<Equals<typeof byStatus.body, "none">>();
if (byStatus.status === 409) holds<Equals<typeof byStatus.body, "client">>();
if (byStatus.status === 500) holds<Equals<typeof byStatus.body, "any">>();
const fallback = service.get("/default").json();
holds<Equals<typeof fallback, OutcomePromise<Item>>>();
// @ts-expect-error no status of that number is registered
service.get("/default").answer(299);
// @ts-expect-error an answer is asked for by a status at least
service.get("/default").answer();

// Media types
const media = service.get("/media");
const json = media.json();
holds<Equals<typeof json, OutcomePromise<unknown>>>();
const [any, file, nothing, problem] = [media.answer(200), media.answer(201), media.answer(204), media.answer(400)];
holds<Equals<typeof any, OutcomePromise<StatusAnswer<200, unknown>>>>();
holds<Equals<typeof file, OutcomePromise<StatusAnswer<201, string | Uint8Array>>>>();
holds<Equals<typeof nothing, OutcomePromise<StatusAnswer<204, undefined>>>>();
holds<Equals<typeof problem, OutcomePromise<StatusAnswer<400, { title: string }>>>>();

// Headers: the document's, and any other; what Behalf sets need not be given
service.get("/headers", { headers: { "X-Count": "5", "X-Mode": "a", "x-own": "1" } });
service.delete("/headers");
// @ts-expect-error a header is missing
service.get("/headers", { headers: { "X-Mode": "a" } });
// @ts-expect-error the headers are missing
service.get("/headers");
// @ts-expect-error a header has the text of a number
service.get("/headers", { headers: { "X-Count": "five" } });
// @ts-expect-error a header has another value
service.get("/headers", { headers: { "X-Count": "5", "X-Mode": "c" } });

// Bodies
const params = { "a.b": 1 };
const posted = service.post("/bodies/{a.b}", { params, json: { sku: "a" } }).json();
holds<Equals<typeof posted, OutcomePromise<Item | number>>>();
service.post("/bodies/{a.b}", { params });
service.post("/bodies/{a.b}", { params, body: new FormData() });
service.put("/bodies/{a.b}", { params, body: new FormData() });
// @ts-expect-error the body is missing
service.put("/bodies/{a.b}", { params });
// @ts-expect-error the body is no JSON
service.put("/bodies/{a.b}", { params, json: { file: "a" } });
// @ts-expect-error a body is JSON or something else, not both
service.post("/bodies/{a.b}", { params, json: { sku: "a" }, body: "text" });
// @ts-expect-error a path parameter is a number
service.post("/bodies/{a.b}", { params: { "a.b": "1" } });
// @ts-expect-error the document has no query
service.get("/ranges", { query: { a: 1 } });
// @ts-expect-error the document has no query, however it is given
service.get("/ranges", { query: new URLSearchParams("a=1") });
// @ts-expect-error the document has no such method
service.post("/ranges");
