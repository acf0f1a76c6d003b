import { createBehalf } from "behalf";

const root = { authority: "https://login.example.com" } as const;
const service = { host: "https://inventory.internal" } as const;

// @ts-expect-error a root option is misspelt
createBehalf({ ...root, clientid: "orders-api", services: {} });
// @ts-expect-error a root option is misspelt beside a one-URL service
createBehalf({ ...root, clientid: "orders-api", services: { assets: "https://assets.internal" } });
// @ts-expect-error the authority is missing
createBehalf({ services: {} });
// @ts-expect-error the services are missing
createBehalf({ ...root });
// @ts-expect-error an inbound option is misspelt
createBehalf({ ...root, inbound: { audience: "orders-api", issuers: "x" }, services: {} });
// @ts-expect-error the audience has no default
createBehalf({ ...root, inbound: {}, services: {} });
// @ts-expect-error a default of the services is misspelt
createBehalf({ ...root, serviceDefaults: { granttype: "TX" }, services: {} });
// @ts-expect-error a grant type is misspelt
createBehalf({ ...root, serviceDefaults: { grantType: "tokenExchang" }, services: {} });

createBehalf({
  ...root,
  // @ts-expect-error a service option is misspelt
  services: { inventory: { ...service, basepath: "/v1" } },
});
createBehalf({
  ...root,
  // @ts-expect-error a service option is misspelt, beside a one-URL service
  services: { assets: "https://assets.internal", inventory: { host: "https://inventory.internal", audiences: "x" } },
});
createBehalf({
  ...root,
  // @ts-expect-error the host is missing
  services: { inventory: { basePath: "/v1" } },
});
createBehalf({
  ...root,
  // @ts-expect-error an endpoint option is misspelt
  services: { inventory: { ...service, endpoints: { item: { path: "/items", method: "GET" } } } },
});
createBehalf({
  ...root,
  services: {
    assets: "https://assets.internal",
    // @ts-expect-error an endpoint option is misspelt, beside a one-URL service
    inventory: { ...service, endpoints: { item: { path: "/items", scopes: "a" } } },
  },
});
createBehalf({
  ...root,
  // @ts-expect-error a method does not exist
  services: { inventory: { ...service, endpoints: { item: { path: "/items", methods: "FETCH" } } } },
});
class Other {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

createBehalf({
  ...root,
  services: { inventory: service },
  // @ts-expect-error a class that is not made of a backend service's dependencies
  serviceClasses: { inventory: Other },
});
