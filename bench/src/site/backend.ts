import type { RequestListener } from "node:http";
import { audience, itemPath, sku } from "./site.ts";
import type { TokenIssuer } from "./token-issuer.ts";

const item = Buffer.from(
  JSON.stringify({
    sku,
    name: "Hexagon bolt M8 x 40, zinc plated",
    unit: "piece",
    price: { amount: 0.42, currency: "EUR" },
    stock: [
      { warehouse: "north", count: 1200 },
      { warehouse: "south", count: 86 },
    ],
    updatedAt: "2026-01-15T09:30:00Z",
  }),
);
const itemHeaders = { "content-type": "application/json", "content-length": item.length };

/** Answers with an item of some 200 bytes whoever brings a token that was issued for it. */
export function createBackend({ isIssued }: TokenIssuer): RequestListener {
  return (request, response) => {
    const [scheme, token = ""] = (request.headers.authorization ?? "").split(" ");
    if (request.url !== itemPath) response.writeHead(404).end();
    else if (scheme !== "Bearer" || !isIssued(token, audience)) response.writeHead(401).end();
    else response.writeHead(200, itemHeaders).end(item);
  };
}
