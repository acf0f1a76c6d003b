import type { ComparedRow } from "../row.ts";
import type { Site } from "../site/site.ts";

/** Serves a gateway, ready for requests, and gives its origin. */
export type ServeGateway = (site: Site) => Promise<string>;

/** What a gateway is built with: compared are gateways of one framework. */
export type Framework = "fastify" | "express";

/** A gateway that gets the item from the backend for whoever asks. */
export interface GatewayRow extends ComparedRow {
  readonly framework: Framework;
  /** Whether it looks at the caller's token. */
  readonly guarded: boolean;
  /** Loads the modules of this row, and of no other. */
  load(): Promise<ServeGateway>;
}
