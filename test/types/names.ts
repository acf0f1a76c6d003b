import {
  BackendService,
  type Call,
  createBehalf,
  flag,
  type OpenApiService,
  type OutcomePromise,
  type ServiceEndpoint,
} from "behalf";
import { z } from "zod";
import { type Equals, holds } from "./equals.ts";

class InventoryService extends BackendService<{ readonly item: "/items/{sku}" }> {
  readonly own = "of the subclass";
}

const behalf = createBehalf({
  authority: "https://login.example.com",
  clientId: "orders-api",
  inbound: { audience: "orders-api" },
  serviceDefaults: { grantType: "tokenExchange" },
  services: {
    inventory: {
      host: "https://inventory.internal",
      basePath: "/v1",
      audience: "inventory",
      endpoints: { item: "/items/{sku}", items: { path: "/items/{page?}", methods: "GET" } },
    },
    assets: "https://assets.internal/media",
    stock: { host: "https://stock.internal", endpoints: { item: "/items/{sku}" } },
  },
  serviceClasses: { stock: InventoryService },
});

const inventory = behalf.service("inventory");
const item = inventory.endpoint("item");
holds<Equals<typeof item, ServiceEndpoint<"/items/{sku}">>>();
holds<Equals<ReturnType<typeof item.get>, Call>>();

item.get({ params: { sku: "a" } });
item.post({ params: { sku: 1 }, json: { amount: 1 }, query: { tag: ["a", "b"] } });
inventory.endpoint("items").get();
inventory.endpoint("items").get({ params: { page: 2 } });
behalf.service("assets").endpoint("assets").get();

const checked = item.get({ params: { sku: "a" } }).json(z.object({ sku: z.string() }));
holds<Equals<typeof checked, OutcomePromise<{ sku: string }>>>();
const unchecked = item.get({ params: { sku: "a" } }).json();
holds<Equals<typeof unchecked, OutcomePromise<unknown>>>();

const stock = behalf.service("stock");
holds<Equals<typeof stock, InventoryService>>();
stock.endpoint("item").get({ params: { sku: "a" } });

// @ts-expect-error there is no service of that name
behalf.service("inventry");
// @ts-expect-error there is no endpoint of that name
inventory.endpoint("itm");
// @ts-expect-error a one-URL service has the one endpoint of its own name
behalf.service("assets").endpoint("item");
// @ts-expect-error the subclass has no endpoint of that name
stock.endpoint("itm");
// @ts-expect-error the path parameter is missing
item.get();
// @ts-expect-error the path parameter is missing
item.get({ query: { page: 1 } });
// @ts-expect-error there is no path parameter of that name
item.get({ params: { id: "a" } });
// @ts-expect-error a path parameter is a string or a number
item.get({ params: { sku: true } });
// @ts-expect-error there is no optional path parameter of that name
inventory.endpoint("items").get({ params: { pge: 1 } });
// @ts-expect-error GET carries no body
item.get({ params: { sku: "a" }, json: {} });
// @ts-expect-error a body is JSON or something else, not both
item.post({ params: { sku: "a" }, json: {}, body: "text" });
// @ts-expect-error there is no call option of that name
item.get({ params: { sku: "a" }, timeout: 1 });

inventory.get("/items");
inventory.get(`/items/${String(inventory.name)}`, { query: { a: null, b: [1n, new Date()], c: flag } });
inventory.get("/items/{sku}", { params: { sku: "a" } });
inventory.get("/items/{page?}");
inventory.get("/items/{page?}/of/{sku}?where={a}", { params: { sku: "a" } });
inventory.get("/items?where={a}");
inventory.get(inventory.name, { params: { sku: "a" } });
inventory.send("POST", "/items/{sku}", { params: { sku: 1 }, json: {}, bodySchema: z.object({}) });
// @ts-expect-error the path parameter is missing
inventory.get("/items/{sku}");
// @ts-expect-error the path parameter is missing
inventory.post("/items/{sku}", { json: {} });
// @ts-expect-error there is no path parameter of that name
inventory.get("/items/{sku}", { params: { sku: "a", id: "b" } });
// @ts-expect-error a query is flat
inventory.get("/items", { query: { where: { a: 1 } } });
// @ts-expect-error a schema checks what is sent as JSON
inventory.post("/items", { body: "text", bodySchema: z.string() });

interface Paths {
  "/items/{sku}": {
    get: { parameters: { path: { sku: string } }; responses: { 200: { content: { "text/plain": string } } } };
  };
}
const described = behalf.service<Paths>("inventory");
holds<Equals<typeof described, OpenApiService<Paths>>>();
described.get("/items/{sku}", { params: { sku: "a" } });
// @ts-expect-error there is no service of that name
behalf.service<Paths>("inventry");
