import { randomBytes } from "node:crypto";
import {
  ActorToken,
  createBehalf,
  HttpClientOptions,
  HttpServiceProvider,
  type HttpServiceProviderDependencies,
} from "behalf";

/** Ways to a token that is in memory. */
export interface TokenMemoryUnderTest {
  /** Has it hold a token for each of the callers. */
  fill(callers: readonly ActorToken[]): Promise<void>;
  /** How many it holds. */
  readonly size: number;
  /** The token of a caller whose own one was validated before: the look-up alone. */
  find(caller: ActorToken): unknown;
  /** The client with that token, as a call has it: the grant chosen, its settings read, the look-up, the client made. */
  recall(caller: ActorToken): unknown;
  close(): Promise<void>;
}

/** How long tokens are, in characters. */
export const tokenLength = 900;

const authority = "https://login.example.com";
const callersAtOnce = 50;
const start = "eyJhbGciOiJSUzI1NiIsInR5cCI6ImF0K2p3dCIsImtpZCI6ImJlbmNoIn0";

/** A token that nobody has verified. */
export const makeToken = (): string =>
  `${start}${randomBytes(tokenLength).toString("base64url")}`.slice(0, tokenLength);

/** The tokens of some callers. */
export const makeCallers = (first: number, count: number): readonly ActorToken[] =>
  Array.from({ length: count }, (_, index) => new ActorToken(`caller-${first + index}-`.padEnd(tokenLength, "caller")));

const grantToken = async (): Promise<Response> =>
  Response.json({
    access_token: makeToken(),
    token_type: "Bearer",
    issued_token_type: "urn:ietf:params:oauth:token-type:access_token",
    expires_in: 86_400,
  });

/** Opens Behalf over an authorization server that is a function. */
export function openMemory(): TokenMemoryUnderTest {
  let tokenMemory: HttpServiceProviderDependencies["tokenMemory"] | undefined;
  const behalf = createBehalf({
    authority,
    tokenEndpoint: `${authority}/token`,
    clientId: "bench",
    clientSecret: "bench-secret",
    environment: false,
    fetch: grantToken,
    tokenMemory: { maxEntries: 1_000_000, maxBytes: 1_000_000_000 },
    services: {
      inventory: { host: "https://inventory.example.com", audience: "inventory", grantType: "tokenExchange" },
    },
    httpServiceProvider(dependencies) {
      tokenMemory = dependencies.tokenMemory;
      return new HttpServiceProvider(dependencies);
    },
  });
  const { authConfig } = behalf.service("inventory");
  const provider = behalf.httpServiceProvider;
  const fillOne = async (actorToken: ActorToken): Promise<void> => {
    await provider.authenticate(new HttpClientOptions({ authConfig, actorToken })).unwrap();
  };
  return {
    async fill(callers) {
      for (let done = 0; done < callers.length; done += callersAtOnce) {
        await Promise.all(callers.slice(done, done + callersAtOnce).map(fillOne));
      }
    },
    get size() {
      return behalf.stats().tokens.entries;
    },
    find: (caller) => tokenMemory?.find("tokenExchange", authConfig, caller),
    recall: (actorToken) =>
      provider.recallClient(new HttpClientOptions({ authConfig, actorToken }), {
        baseAddress: undefined,
        scope: undefined,
      }),
    close: () => behalf.close(),
  };
}
