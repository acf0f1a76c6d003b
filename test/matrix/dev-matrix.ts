import { type AuthorizationServer, type ClientOptions, startAuthorizationServer } from "@behalf/dev";
import { calculateJwkThumbprint } from "jose";
import { expect } from "vitest";
import { createClock } from "../support/clock.ts";
import { behaviourNames, type MatrixServer, type ServedCell, type SilentCall } from "./behaviours.ts";
import { bindingNames, type Cell, toClientId, type WayName, wayNames } from "./cell.ts";
import type { Keys } from "./keys.ts";
import { audience, callers, nameCaller, type OpenCell, openCell, scope } from "./open-cell.ts";
import { type Relay, startRelay } from "./relay.ts";
import { clientSecret, createWay, findWay, type Way } from "./ways.ts";

/** How long the tokens for backends live. */
export const lifeSeconds = 30;

const scopes = behaviourNames.map((name) => `inventory:${name}`);

/** The server's clock cannot be set: the API's starts behind it, and is put forward from there. */
const behindMs = 40_000;

interface Surroundings {
  readonly server: AuthorizationServer;
  readonly keys: Keys;
  readonly ways: ReadonlyMap<string, Way>;
}

const redirectUris = ["http://127.0.0.1/callback"];
const publicGrants = ["tokenExchange", "onBehalfOf", "jwtBearer", "refreshToken"] as const;

function toCredential(way: WayName, { assertion, vouchedFor, selfSigned }: Keys): Omit<ClientOptions, "id"> {
  const withKey = (algorithm: keyof Keys["assertion"]) => ({ jwks: { keys: [assertion[algorithm].publicJwk] } });
  const credentials: Readonly<Record<WayName, Omit<ClientOptions, "id">>> = {
    client_secret_basic: { secret: clientSecret },
    "client_secret_basic, raw": { secret: clientSecret },
    client_secret_post: { secret: clientSecret, authentication: "client_secret_post" },
    client_secret_jwt: { secret: clientSecret, authentication: "client_secret_jwt" },
    "private_key_jwt, ES256": withKey("ES256"),
    "private_key_jwt, RS256": withKey("RS256"),
    "private_key_jwt, PS256": withKey("PS256"),
    "private_key_jwt, EdDSA": withKey("EdDSA"),
    tls_client_auth: { tlsClientAuth: { subjectDn: vouchedFor.subject } },
    self_signed_tls_client_auth: { certificates: [selfSigned.certificate] },
    "workload_identity, jwt-bearer": withKey("ES256"),
    "workload_identity, jwt-spiffe": withKey("ES256"),
    none: { redirectUris, grants: publicGrants },
  };
  return credentials[way];
}

const places = wayNames.flatMap((way) => bindingNames.map((binding) => ({ way, binding })));

async function startServer(keys: Keys): Promise<AuthorizationServer> {
  const clients = places.map(({ way, binding }) => ({
    ...toCredential(way, keys),
    id: toClientId({ way, binding }),
    dpopBoundAccessTokens: binding === "dpop",
    tlsClientCertificateBoundAccessTokens: binding === "certificate",
  }));
  const systems = Object.values(callers.system);
  const people = [...Object.values(callers.person), ...systems].map((id) => ({
    id,
    name: id,
    email: `${id}@example.test`,
  }));
  return startAuthorizationServer({
    people,
    clients: [
      ...clients,
      ...["orders-app", ...systems].map((id) => ({ id, redirectUris })),
    ] as readonly ClientOptions[],
    resources: [
      { name: audience, scopes: [scope, ...scopes] },
      ...places.map((place) => ({ name: toClientId(place), scopes: [`${toClientId(place)}:use`] })),
    ],
    accessTokenLifetimeMs: lifeSeconds * 1000,
    tls: keys.server,
  });
}

/** The refresh token of a public client is bound to what it proves (RFC 9449 section 5, RFC 8705 section 7.1). */
async function toConfirmation({ way, binding }: Cell, keys: Keys) {
  if (way !== "none" || binding === "bearer") return {};
  if (binding === "certificate") return { confirmation: { "x5t#S256": keys.vouchedFor.thumbprint } };
  return { confirmation: { jkt: await calculateJwkThumbprint(keys.dpop.publicJwk) } };
}

async function issueRefreshToken(cell: Cell, { server, keys }: Surroundings): Promise<string | undefined> {
  if (cell.grant !== "refreshToken") return undefined;
  const person = nameCaller(cell, "first");
  return server.issueRefreshToken({
    clientId: toClientId(cell),
    person,
    audience,
    scope: [scope, ...scopes].join(" "),
    ...(await toConfirmation(cell, keys)),
  });
}

function toClaims(cell: Cell, { issuer }: AuthorizationServer): ServedCell["claims"] {
  const clientId = toClientId(cell);
  const isItself = cell.grant === "clientCredentials" || cell.grant === "automatic (system)";
  const exchanged = cell.grant === "tokenExchange" || cell.grant === "automatic (person)";
  return {
    iss: issuer,
    sub: isItself ? clientId : nameCaller(cell, "first"),
    aud: audience,
    client_id: clientId,
    ...(exchanged ? { act: { sub: clientId } } : {}),
  };
}

/** A cell before the server's side of it is there, with the tokens that were given out for it. */
interface Opened {
  readonly open: OpenCell;
  readonly givenOut: readonly string[];
}

async function openAtServer(cell: Cell, relay: Relay, surroundings: Surroundings): Promise<Opened> {
  const { server, keys, ways } = surroundings;
  const clientId = toClientId(cell);
  const refreshToken = await issueRefreshToken(cell, surroundings);
  const givenOut = refreshToken === undefined ? [] : [refreshToken];
  const open = await openCell({
    cell,
    way: findWay(ways, clientId),
    keys,
    clock: createClock(Math.floor(Date.now() / 1000) * 1000 - behindMs),
    apart: { scopes },
    servers: {
      authority: server.issuer,
      tokenEndpoint: `https://127.0.0.1:${relay.port}/token`,
      ...(cell.grant === "identityAssertion" ? { second: "https://login.partner.example" } : {}),
      ...(refreshToken === undefined ? {} : { refreshToken }),
    },
    async issueCallerToken(person) {
      const issuedTo = cell.grant === "automatic (system)" ? person : "orders-app";
      const facts = { clientId: issuedTo, person, audience: clientId, lifetimeMs: 600_000 };
      const token = await server.issueAccessToken(facts);
      givenOut.push(token);
      return token;
    },
  });
  return { open, givenOut };
}

type Faulty = Pick<ServedCell, "callRefused" | "callBroken" | "hold">;

function createFaulty(open: OpenCell, relay: Relay): Faulty {
  return {
    async callRefused() {
      const outcome = await open.call({ scope: "inventory:destroy", forceAuthorization: true });
      return { outcome, error: open.cell.grant === "onBehalfOf" ? "invalid_target" : "invalid_scope" };
    },
    hold() {
      const gate = relay.hold();
      return { arrived: () => gate.arrived(), release: gate.release };
    },
    async callBroken() {
      open.refuseToken("always");
      return [await open.call({ forceAuthorization: true })];
    },
  };
}

async function openAt(cell: Cell, relay: Relay, surroundings: Surroundings): Promise<ServedCell> {
  const { server, ways } = surroundings;
  const clientId = toClientId(cell);
  const countIssued = (): number => server.tokenRequests.count({ clientId, audience, outcome: "issued" });
  const { open, givenOut } = await openAtServer(cell, relay, surroundings);
  const closeCell = open.close;
  let before = countIssued();

  return Object.assign(open, createFaulty(open, relay), {
    claims: toClaims(cell, server),
    began() {
      before = countIssued();
    },
    countRequests: () => countIssued() - before,
    checkAuthentication() {
      // The server takes the client's registered method and no other; it tells no more than that it did.
      expect(countIssued()).toBeGreaterThan(before);
    },
    listSecrets: () => [
      ...findWay(ways, clientId).secrets,
      ...givenOut,
      ...open.requests.flatMap(({ token }) => token ?? []),
    ],
    async close() {
      await closeCell();
      await relay.close();
    },
  });
}

async function beSilent(served: ServedCell): Promise<SilentCall> {
  const outcome = await served.call();
  const silent = { outcome, logged: served.logger.lines, secrets: served.listSecrets() };
  await served.close();
  return silent;
}

/** `oidc-provider`, as a server of the matrix. */
export interface DevMatrix extends MatrixServer {
  close(): Promise<void>;
}

/** Starts the server that all cells share. */
export async function startDevMatrix(keys: Keys): Promise<DevMatrix> {
  const ways = new Map<string, Way>();
  for (const place of places) ways.set(toClientId(place), await createWay(place.way, toClientId(place), keys));
  const server = await startServer(keys);
  const surroundings: Surroundings = { server, keys, ways };
  const silences = new Map<Cell, Promise<SilentCall>>();

  return {
    open: async (cell) => openAt(cell, await startRelay(new URL(server.issuer)), surroundings),
    async startSilence(cell) {
      const relay = await startRelay(new URL(server.issuer));
      const gate = relay.hold();
      const silence = beSilent(await openAt(cell, relay, surroundings));
      silences.set(cell, silence);
      await Promise.race([silence, gate.arrived()]);
    },
    async awaitSilence(cell) {
      const silence = silences.get(cell);
      if (!silence) throw new Error("The cell was not told at the start");
      return silence;
    },
    async close() {
      await Promise.all(silences.values());
      await server.close();
    },
  };
}
