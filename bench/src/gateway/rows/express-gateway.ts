import express, { type Express } from "express";
import { listen } from "../../site/listen.ts";
import type { GetItem } from "./fastify-gateway.ts";

/** What the gateways of Express differ in. */
export interface ExpressParts {
  /** Puts what looks at the caller's token before the route. */
  guard?(app: Express): void;
  /** Puts what answers errors behind it. */
  answerErrors?(app: Express): void;
  readonly getItem: GetItem;
}

/** Serves a gateway of one route, and gives its origin. */
export async function serveExpressGateway({ guard, answerErrors, getItem }: ExpressParts): Promise<string> {
  const app = express();
  guard?.(app);
  app.get("/orders/:sku", async (request, response) => void response.json(await getItem(request.params.sku, request)));
  answerErrors?.(app);
  return listen(app);
}
