import { type Call, createBehalf, formatPath, type RequestHook, type ServiceEndpoint } from "behalf";
import { type Equals, holds } from "./equals.ts";

const root = { authority: "https://login.example.com" } as const;
const service = { host: "https://inventory.internal" } as const;

createBehalf({
  ...root,
  deadlineHeader: "x-time-left-ms",
  retry: { attempts: 3, methods: ["GET", "PUT"], statuses: [503], minDelayMs: 1, maxDelayMs: 2, budget: 0.1 },
  breaker: { failureRatio: 0.5, minCalls: 10, windowMs: 1_000, openMs: 500 },
  connections: { maxConnections: 16, keepAliveMs: 1_000, connectTimeoutMs: 500, http2: true },
  serviceDefaults: { bulkhead: { maxConcurrent: 64, maxQueued: 8 }, userAgent: "orders/1", compression: true },
  services: {
    inventory: {
      ...service,
      retry: false,
      userAgent: false,
      endpoints: {
        item: { path: "/items", hedge: { afterMs: 50, maxHedges: 1 }, maxRedirects: 1, maxResponseBytes: 9 },
      },
    },
  },
});

// @ts-expect-error an option of retries is misspelt
createBehalf({ ...root, retry: { attemps: 3 }, services: {} });
// @ts-expect-error an option of retries is misspelt in what all services inherit
createBehalf({ ...root, serviceDefaults: { retry: { retries: 3 } }, services: {} });
// @ts-expect-error a method cannot be tried again
createBehalf({ ...root, retry: { methods: "POST" }, services: {} });
// @ts-expect-error retries are switched off by false, and on by an object
createBehalf({ ...root, retry: true, services: {} });
// @ts-expect-error a bulkhead has a bound
createBehalf({ ...root, bulkhead: {}, services: {} });
// @ts-expect-error a hedge has a time
createBehalf({ ...root, hedge: { maxHedges: 1 }, services: {} });
// @ts-expect-error an option of the breaker is misspelt
createBehalf({ ...root, breaker: { failureRate: 0.5 }, services: {} });
// @ts-expect-error an option of connections is misspelt
createBehalf({ ...root, connections: { http: 2 }, services: {} });
// @ts-expect-error connections cannot be switched off
createBehalf({ ...root, connections: false, services: {} });
// @ts-expect-error a tenant says nothing of calls
createBehalf({ ...root, tenants: { acme: { retry: {} } }, services: {} });
// @ts-expect-error hooks stand on services and in what they inherit
createBehalf({ ...root, onRequest: () => undefined, services: {} });
createBehalf({
  ...root,
  // @ts-expect-error an option of retries is misspelt on a service
  services: { inventory: { ...service, retry: { attemps: 3 } } },
});
createBehalf({
  ...root,
  // @ts-expect-error an option of retries is misspelt on an endpoint
  services: { inventory: { ...service, endpoints: { item: { path: "/items", retry: { attemps: 3 } } } } },
});
createBehalf({
  ...root,
  // @ts-expect-error hooks stand on the service, and not on an endpoint
  services: { inventory: { ...service, endpoints: { item: { path: "/items", onRequest: () => undefined } } } },
});

const named: RequestHook = ({ service: name }) => ({ headers: { "x-service": name } });

const behalf = createBehalf({
  ...root,
  serviceDefaults: { onRequest: [named, async () => undefined], onResponse: ({ status }) => void status.toFixed() },
  services: {
    inventory: {
      ...service,
      onRequest: ({ path, headers, messageId }) => ({
        headers: { "x-path": path, "x-id": messageId ?? headers.get("x") ?? "-" },
      }),
      onResponse: [async ({ headers }, { method }) => void (headers.get("etag") ?? method)],
      endpoints: { item: "/items/{sku}" },
    },
    stock: { host: "https://stock.internal", onRequest: named, endpoints: { one: { path: "/one/{id}" } } },
    assets: "https://assets.internal",
  },
});

// Hooks beside them leave services, endpoints and path parameters known by name.
const item = behalf.service("inventory").endpoint("item");
holds<Equals<typeof item, ServiceEndpoint<"/items/{sku}">>>();
holds<Equals<ReturnType<typeof item.get>, Call>>();
behalf
  .service("stock")
  .endpoint("one")
  .get({ params: { id: 1 } });
behalf.service("assets").endpoint("assets").get();
// A query is an object of values, or URLSearchParams.
const pairs = new URLSearchParams("tag=a&tag=b");
item.get({ params: { sku: "a" }, query: pairs });
behalf.service("assets").get("/items", { query: pairs });
behalf.service("assets").endpoint("assets").pages({ query: pairs });
behalf.service("assets").get("/items", { query: { tag: ["a", "b"], since: new Date() } });
formatPath("/items", {}, pairs);
// @ts-expect-error a query is no text
behalf.service("assets").get("/items", { query: "tag=a" });
// @ts-expect-error a query has no objects for values
behalf.service("assets").get("/items", { query: { where: { tag: "a" } } });
// @ts-expect-error a map is no query
behalf.service("assets").get("/items", { query: new Map([["tag", "a"]]) });
// @ts-expect-error there is no endpoint of that name beside the hooks
behalf.service("inventory").endpoint("itm");
// @ts-expect-error the path parameter is missing
item.get();

createBehalf({
  ...root,
  // @ts-expect-error a hook gives headers, or nothing
  services: { inventory: { ...service, onRequest: () => ({ header: { a: "b" } }) } },
});
createBehalf({
  ...root,
  // @ts-expect-error a header is a text
  services: { inventory: { ...service, onRequest: () => ({ headers: { a: 1 } }) } },
});
