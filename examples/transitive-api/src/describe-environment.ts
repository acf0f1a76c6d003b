import type { Environment } from "./start-environment.ts";

/** Tells where everything runs, and how to call it by hand. */
export function describeEnvironment({ server, backends, ordersApi, entrance }: Environment): string {
  return `Still running:

  authorization server  ${server.issuer}
  orders API            ${ordersApi.url}
${entrance.sidecar ? `  sidecar               ${entrance.sidecar.url}, assertions at ${entrance.sidecar.tokenUrl}\n` : ""}  inventory             ${backends.inventory.url}
  pricing               ${backends.pricing.url}

Call the orders API as alice, or put bob in her place:

  TOKEN=$(node examples/transitive-api/dist/sign-in-as.js alice ${server.issuer} ${entrance.audience})
  curl -s -H "Authorization: Bearer $TOKEN" ${entrance.url}/orders/sku-1

Ctrl-C stops everything.
`;
}
