import type { CallRecord } from "./call-record.ts";

/** What the orders API has to be told. */
export interface OrdersApiOptions {
  readonly issuer: string;
  /** The secret of the client `orders-api`. */
  readonly clientSecret: string;
  readonly inventoryUrl: string;
  readonly pricingUrl: string;
  /**
   * The port to listen on, on 127.0.0.1.
   *
   * @default a free one
   */
  readonly port?: number;
  /**
   * The header that carries the assertion of the sidecar in front.
   *
   * @default there is none: callers bring tokens for the orders API
   */
  readonly assertionHeader?: string;
  /**
   * Where the assertion for a caller's token is to be had, on a developer's machine without a sidecar in front.
   *
   * @default nowhere
   */
  readonly devProxyUrl?: string;
}

/** The orders API, running. `GET /orders/{sku}` answers with an `Order`. */
export interface OrdersApi {
  readonly url: string;
  /** The calls to backends so far, oldest first. */
  records(): readonly CallRecord[];
  close(): Promise<void>;
}
