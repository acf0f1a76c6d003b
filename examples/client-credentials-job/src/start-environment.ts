import { type AuthorizationServer, startAuthorizationServer } from "@behalf/dev";
import { type Backend, startBackend } from "behalf-example-backend";
import { createStockReport, type StockReport } from "./stock-report.ts";
import { writeCredentials } from "./write-credentials.ts";

/** Everything that the job lives among, and itself. */
export interface Environment {
  readonly server: AuthorizationServer;
  readonly inventory: Backend;
  readonly pricing: Backend;
  readonly stockReport: StockReport;
  close(): Promise<void>;
}

/** Starts the authorization server and the backends, each on a free port, and creates the job. */
export async function startEnvironment(): Promise<Environment> {
  const credentials = writeCredentials();
  const server = await startAuthorizationServer({
    clients: [
      { id: "stock-report", jwks: { keys: [credentials.publicKey] }, audiences: ["inventory"] },
      { id: "price-reader", secret: credentials.secret, audiences: ["pricing"] },
    ],
  });
  const { issuer } = server;
  const inventory = await startBackend({ issuer, name: "inventory", answer: { inStock: 12 } });
  const pricing = await startBackend({ issuer, name: "pricing", answer: { amount: 20, currency: "EUR" } });
  const stockReport = createStockReport({
    issuer,
    inventoryUrl: inventory.url,
    pricingUrl: pricing.url,
    keyFile: credentials.keyFile,
    secretFile: credentials.secretFile,
  });
  return {
    server,
    inventory,
    pricing,
    stockReport,
    async close() {
      for (const part of [stockReport, inventory, pricing, server]) await part.close();
      credentials.remove();
    },
  };
}
