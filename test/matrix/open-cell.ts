import {
  type AuthOptions,
  type BackendResponse,
  type Behalf,
  type CallTokenOptions,
  createBehalf,
  type Outcome,
} from "behalf";
import type { Clock } from "../support/clock.ts";
import { receive } from "../support/open-behalf.ts";
import { createRecordingLogger, type RecordingLogger } from "../support/recording-logger.ts";
import {
  answer,
  type Backend,
  type BackendHandler,
  type BackendRequest,
  startBackend,
} from "../support/scripted-backend.ts";
import { type Cell, type GrantName, nameCell, toClientId } from "./cell.ts";
import type { Keys } from "./keys.ts";
import type { Way } from "./ways.ts";

export const audience = "inventory";
export const scope = "inventory:read";

/** The API that a cell is tried with. */
export type CellBehalf = Behalf<{ readonly inventory: { readonly item: "/items" } }>;

/** Where a cell's tokens come from. */
export interface CellServers {
  /** Whose tokens callers have. */
  readonly authority: string;
  /** Who gives tokens for the backend, where that is another one. */
  readonly second?: string;
  /** Where tokens are asked for, if it is not where the metadata says. */
  readonly tokenEndpoint?: string;
  /** A refresh token for the client of the cell. */
  readonly refreshToken?: string;
}

/** What a cell is made of. */
export interface CellParts {
  readonly cell: Cell;
  readonly way: Way;
  readonly keys: Keys;
  readonly clock: Clock;
  readonly servers: CellServers;
  /**
   * What ends the tokens of the behaviour before: time, or a scope of its own for each behaviour where the server's clock
   * cannot be put forward.
   */
  readonly apart: { readonly lifeMs: number } | { readonly scopes: readonly string[] };
  /** Gives a person's token, or a system's of that name, for the API. */
  issueCallerToken(caller: string): Promise<string>;
}

/** What a call can say besides. */
export type CellCallOptions = CallTokenOptions & { readonly signal?: AbortSignal };

export type CallBackend = (options?: CellCallOptions) => Promise<Outcome<BackendResponse>>;

/** One API, one backend: what a behaviour is tried with. */
export interface OpenCell {
  readonly cell: Cell;
  readonly clientId: string;
  readonly behalf: CellBehalf;
  readonly clock: Clock;
  readonly logger: RecordingLogger;
  /** The scope of the behaviour's tokens. */
  readonly scope: string;
  /** What the backend was sent since the behaviour began. */
  readonly requests: readonly BackendRequest[];
  /** Begins a behaviour: no token is in force any more, and all callers have new ones. */
  begin(): void;
  /** Receives a request of the first caller, or of another one; gives what calls the backend in it. */
  enter(caller?: "first" | "other"): Promise<CallBackend>;
  /** Calls the backend in such a request. */
  call(options?: CellCallOptions, caller?: "first" | "other"): Promise<Outcome<BackendResponse>>;
  /** Answers from now on, or once, that the token is not good. */
  refuseToken(times: "once" | "always"): void;
  close(): Promise<void>;
}

const grantTypes: Readonly<Record<GrantName, NonNullable<AuthOptions["grantType"]>>> = {
  clientCredentials: "clientCredentials",
  tokenExchange: "tokenExchange",
  onBehalfOf: "onBehalfOf",
  jwtBearer: "jwtBearer",
  identityAssertion: "identityAssertion",
  refreshToken: "refreshToken",
  "automatic (person)": "automatic",
  "automatic (system)": "automatic",
};

/** Systems carry their own name as the subject. */
export const callers = {
  person: { first: "alice", other: "bob" },
  system: { first: "web-shop", other: "batch-job" },
} as const;

/** The name of a caller, by the kind of callers that a cell has. */
export function nameCaller({ grant }: Cell, which: "first" | "other"): string {
  return callers[grant === "automatic (system)" ? "system" : "person"][which];
}

function toBinding({ cell, keys }: CellParts): AuthOptions {
  const { certificate, privateKey } = keys.vouchedFor;
  const tls = { ca: keys.authority.certificate };
  if (cell.binding === "dpop")
    return { ...tls, dpop: { privateKey: keys.dpop.privateKey }, certificateBoundTokens: false };
  if (cell.binding === "bearer") return { ...tls, certificateBoundTokens: false };
  return { ...tls, clientCertificate: { certificate, privateKey }, certificateBoundTokens: true };
}

function toServiceAuth({ cell, way, servers }: CellParts): AuthOptions {
  const { second, refreshToken } = servers;
  return {
    grantType: grantTypes[cell.grant],
    scope,
    ...(cell.grant === "onBehalfOf" ? {} : { audience }),
    // A level with an authority at another host inherits no secret.
    ...(second === undefined ? {} : { ...way.settings, authority: second }),
    ...(refreshToken === undefined ? {} : { refreshToken }),
  };
}

function toRootAuth(parts: CellParts): AuthOptions {
  const { tokenEndpoint } = parts.servers;
  return {
    ...toBinding(parts),
    ...parts.way.settings,
    ...(tokenEndpoint === undefined ? {} : { tokenEndpoint }),
  };
}

/** The server that issues callers' tokens has a clock of its own, which may be ahead of the API's. */
const serverAheadMs = 3_600_000;

function createCellBehalf(parts: CellParts, backend: Backend, logger: RecordingLogger): CellBehalf {
  const { cell, servers, clock } = parts;
  const clientId = toClientId(cell);
  const { tokenEndpoint } = servers;
  return createBehalf({
    name: nameCell(cell),
    authority: servers.authority,
    clientId,
    inbound: { audience: clientId, clockToleranceMs: serverAheadMs },
    ...toRootAuth(parts),
    ...(tokenEndpoint === undefined ? {} : { trustedHosts: new URL(tokenEndpoint).host }),
    services: { inventory: { host: backend.url, ...toServiceAuth(parts), endpoints: { item: "/items" } } },
    environment: false,
    logger,
    now: clock.now,
  });
}

function startCellBackend({ cell, keys, clock }: CellParts): Promise<Backend> {
  return startBackend({
    ...(cell.binding === "dpop" ? { dpop: { nonce: "none", now: clock.now } } : {}),
    ...(cell.binding === "certificate" ? { tls: keys.server } : {}),
  });
}

function createRefusal({ binding }: Cell): BackendHandler {
  return answer.unauthorized(`${binding === "dpop" ? "DPoP" : "Bearer"} error="invalid_token"`);
}

/** Opens a cell: an API of its own, whose memory is empty, and a backend of its own. */
export async function openCell(parts: CellParts): Promise<OpenCell> {
  const { cell, clock } = parts;
  const logger = createRecordingLogger();
  const backend = await startCellBackend(parts);
  const behalf = createCellBehalf(parts, backend, logger);
  const tokens = new Map<string, Promise<string>>();
  const { apart } = parts;
  const ownScopes = "scopes" in apart ? apart.scopes.values() : undefined;
  let ownScope: string | undefined;
  let before = 0;

  const enter: OpenCell["enter"] = async (caller = "first") => {
    const token = tokens.get(caller) ?? parts.issueCallerToken(nameCaller(cell, caller));
    tokens.set(caller, token);
    const request = await receive(behalf, await token);
    return (options = {}) => {
      const given = ownScope === undefined ? options : { scope: ownScope, ...options };
      return request.run(() => behalf.service("inventory").endpoint("item").get(given).then());
    };
  };

  return {
    cell,
    clientId: toClientId(cell),
    behalf,
    clock,
    logger,
    get scope() {
      return ownScope ?? scope;
    },
    get requests() {
      return backend.requests.slice(before);
    },
    begin() {
      if ("lifeMs" in apart) clock.advance(apart.lifeMs);
      ownScope = ownScopes?.next().value;
      tokens.clear();
      before = backend.requests.length;
      backend.handle(answer.echo());
    },
    enter,
    call: async (options, caller) => (await enter(caller))(options),
    refuseToken(times) {
      if (times === "once") backend.next(createRefusal(cell));
      else backend.handle(createRefusal(cell));
    },
    close: () => behalf.close().then(() => backend.close()),
  };
}
