import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { blob, blobLength, isBlob } from "./blob.ts";
import { audience, blobPath, itemPath, sku } from "./site.ts";
import type { TokenIssuer } from "./token-issuer.ts";
import type { Traffic } from "./traffic.ts";

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
const blobHeaders = { "content-type": "application/octet-stream", "content-length": blobLength };
const challenge = { "www-authenticate": 'Bearer error="invalid_token"', "content-length": 0 };

async function takeBlob(request: IncomingMessage, response: ServerResponse): Promise<void> {
  response.writeHead((await isBlob(request)) ? 204 : 400).end();
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  if (request.url === itemPath) response.writeHead(200, itemHeaders).end(item);
  else if (request.url !== blobPath) response.writeHead(404).end();
  else if (request.method === "GET") response.writeHead(200, blobHeaders).end(blob);
  else takeBlob(request, response).catch((error: unknown) => response.destroy(new Error(String(error))));
}

/** Answers whoever brings a token that was issued for it: with an item of some 200 bytes, or a megabyte; or takes that. */
export function createBackend({ isIssued }: TokenIssuer, traffic: Traffic): RequestListener {
  return (request, response) => {
    const [scheme, token = ""] = (request.headers.authorization ?? "").split(" ");
    traffic.countBackendRequest();
    if (scheme === "Bearer" && isIssued(token, audience)) {
      answer(request, response);
      return;
    }
    traffic.countRefusal();
    response.writeHead(401, challenge).end();
  };
}
