import type { Environment } from "./start-environment.ts";

/** Tells where everything runs, and how to call it by hand. */
export function describeEnvironment({ server, backends, ordersApi }: Environment): string {
  return `Still running:

  authorization server  ${server.issuer}
  orders API            ${ordersApi.url}
  inventory             ${backends.inventory.url}
  pricing               ${backends.pricing.url}

Call the orders API as alice, or put bob in her place:

  TOKEN=$(node examples/transitive-api/dist/sign-in-as.js alice ${server.issuer})
  curl -s -H "Authorization: Bearer $TOKEN" ${ordersApi.url}/orders/sku-1

Ctrl-C stops everything.
`;
}
