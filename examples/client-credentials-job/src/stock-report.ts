import { createBehalf, fromFile } from "behalf";
import { z } from "zod";

const stockSchema = z.object({ inStock: z.number() });
const priceSchema = z.object({ amount: z.number(), currency: z.string() });

/** What the job has to be told. Its credentials are files, as an orchestrator mounts them. */
export interface StockReportOptions {
  readonly issuer: string;
  readonly inventoryUrl: string;
  readonly pricingUrl: string;
  /** The private key of the client `stock-report`, PEM. */
  readonly keyFile: string;
  /** The secret of the client `price-reader`. */
  readonly secretFile: string;
}

/** The job. It may run as often as it likes: its tokens are kept while they are good. */
export interface StockReport {
  run(): Promise<string>;
  close(): Promise<void>;
}

/** Creates the job, which calls the inventory and the pricing as itself: nobody is signed in. */
export function createStockReport(options: StockReportOptions): StockReport {
  const behalf = createBehalf({
    authority: options.issuer,
    clientId: "stock-report",
    clientAuthentication: "private_key_jwt",
    privateKey: fromFile(options.keyFile),
    serviceDefaults: { grantType: "clientCredentials" },
    services: {
      inventory: { host: options.inventoryUrl, audience: "inventory", endpoints: { item: "/items/{sku}" } },
      // Each service can have a client of its own: this one has a secret.
      pricing: {
        host: options.pricingUrl,
        audience: "pricing",
        clientId: "price-reader",
        clientAuthentication: "client_secret_basic",
        clientSecret: fromFile(options.secretFile),
        endpoints: { price: "/prices/{sku}" },
      },
    },
  });
  const item = behalf.service("inventory").endpoint("item");
  const price = behalf.service("pricing").endpoint("price");

  return {
    async run() {
      const params = { sku: "sku-1" };
      const { inStock } = await item.get({ params }).json(stockSchema).unwrap();
      const { amount, currency } = await price.get({ params }).json(priceSchema).unwrap();
      return `${inStock} pieces of ${params.sku}, worth ${inStock * amount} ${currency}`;
    },
    close: () => behalf.close(),
  };
}
