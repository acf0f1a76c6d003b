import { createBehalf } from "behalf";
import type { OpenTheRow } from "../row.ts";
import { audience, client, sku } from "../site/site.ts";

/** Behalf for the API itself: outside any request, the token from memory. */
export const openBehalf: OpenTheRow = async ({ backend, authority }) => {
  const behalf = createBehalf({
    authority,
    clientId: client.id,
    clientSecret: client.secret,
    environment: false,
    services: {
      inventory: {
        host: backend,
        basePath: "/v1",
        audience,
        grantType: "clientCredentials",
        endpoints: { item: "/items/{sku}" },
      },
    },
  });
  const inventory = behalf.service("inventory");
  return {
    call: () => inventory.endpoint("item").get({ params: { sku } }).json().unwrap(),
    close: () => behalf.close(),
  };
};
