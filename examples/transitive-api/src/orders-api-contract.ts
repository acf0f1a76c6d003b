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
}

/** The orders API, running. `GET /orders/{sku}` answers with an `Order`. */
export interface OrdersApi {
  readonly url: string;
  /** The calls to backends so far, oldest first. */
  records(): readonly CallRecord[];
  close(): Promise<void>;
}
