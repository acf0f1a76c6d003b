import { defaultAuthSettings } from "../../packages/behalf/src/lib/config/default-auth-settings.ts";
import type { PartyToken } from "../../packages/behalf/src/lib/oauth/token-request.ts";
import { tokenTypes } from "../../packages/behalf/src/lib/oauth/token-types.ts";
import { unbound } from "../../packages/behalf/src/lib/tokens/token-binding.ts";
import {
  createTokenTarget,
  type TargetDescription,
  type TokenTarget,
} from "../../packages/behalf/src/lib/tokens/token-target.ts";
import { ActorToken } from "../../packages/behalf/src/lib/values/actor-token.ts";
import { MultiStringValue } from "../../packages/behalf/src/lib/values/multi-string-value.ts";

/** One endpoint of a service, in one tenant: what tokens are asked for. */
export interface Offer {
  /** Names it among all; no part of any key. */
  readonly name: string;
  readonly service: string;
  readonly tenant: string;
  readonly target: TokenTarget;
  /** Those who may act there; `undefined` is nobody. */
  readonly actors: readonly (PartyToken | undefined)[];
}

type Changes = Omit<Partial<TargetDescription>, "settings"> & {
  readonly settings?: Partial<TargetDescription["settings"]>;
  readonly actors?: Offer["actors"];
};

export const issuer = "https://login.example.com/";
const list = (text: string): MultiStringValue => MultiStringValue.from(text);

const actorOf = (text: string, tokenType: string): PartyToken => ({ token: new ActorToken(text), tokenType });
const actors = [
  undefined,
  actorOf("actor-a", tokenTypes.accessToken),
  actorOf("actor-b", tokenTypes.accessToken),
  actorOf("actor-a", tokenTypes.idToken),
];

function describeTarget({ settings, ...changes }: Changes): TargetDescription {
  return {
    grantType: "tokenExchange",
    clientId: "orders-api",
    authentication: "client_secret_basic",
    audience: MultiStringValue.empty,
    resource: MultiStringValue.empty,
    scope: list("read"),
    requestedTokenType: undefined,
    authority: issuer,
    binding: unbound,
    service: "services.simulated",
    ...changes,
    settings: { ...defaultAuthSettings, ...settings },
  };
}

/** The first half of an identity assertion, at one of two identity providers. */
const firstAt = (authority: string): TokenTarget =>
  createTokenTarget(
    describeTarget({
      audience: list(issuer),
      requestedTokenType: tokenTypes.identityAssertion,
      settings: { authority },
    }),
  );

/** The endpoints of five services. Each field of a key has two of them, or two actors, that differ in nothing else. */
const endpoints: Readonly<Record<string, Readonly<Record<string, Changes>>>> = {
  inventory: {
    items: {},
    changes: { scope: list("read write") },
    archive: { resource: list("https://archive.example.com/") },
    own: { grantType: "clientCredentials" },
  },
  shipping: {
    parcels: {},
    abroad: { settings: { authority: "https://login.example.org/" } },
    elsewhere: { settings: { tokenEndpoint: "https://login.example.com/other" } },
  },
  billing: {
    invoices: {},
    orders: { clientId: "billing-api" },
    payments: { authentication: "client_secret_post" },
    asserted: { grantType: "jwtBearer" },
  },
  search: {
    results: {},
    jwts: { requestedTokenType: tokenTypes.jwt },
    typed: { settings: { subjectTokenType: tokenTypes.jwt } },
    parameters: { settings: { parameters: [["region", "north"]] } },
    bound: { binding: { ...unbound, certificateThumbprint: "thumbprint" } },
  },
  reports: {
    pages: { actors },
    proxied: { binding: { ...unbound, serverTrust: "proxy" } },
    guarded: { settings: { audienceGuard: "off" } },
    handedOn: { grantType: "identityAssertion", first: firstAt("https://home.example.com/") },
    handedOver: { grantType: "identityAssertion", first: firstAt("https://home.example.org/") },
  },
};

/** The names of the services. */
export const services: readonly string[] = Object.keys(endpoints);
export const tenants = ["north", "south", "west"] as const;

function toOffer(tenant: string, service: string, [endpoint, changes]: readonly [string, Changes]): Offer {
  const { actors: acting = [undefined], ...others } = changes;
  const place = `services.${service}.endpoints.${endpoint}`;
  const description = describeTarget({ audience: list(service), service: place, ...others });
  return {
    name: `${tenant}.${service}.${endpoint}`,
    service,
    tenant,
    target: createTokenTarget({ ...description, settings: { ...description.settings, tenant } }),
    actors: acting,
  };
}

/** Lists what tokens are asked for: the endpoints of five services, in each of three tenants. */
export function listOffers(): readonly Offer[] {
  return tenants.flatMap((tenant) =>
    Object.entries(endpoints).flatMap(([service, own]) =>
      Object.entries(own).map((endpoint) => toOffer(tenant, service, endpoint)),
    ),
  );
}
