import { describe, expect, it } from "vitest";
import { defaultAuthSettings } from "../config/default-auth-settings.ts";
import type { SecretSource } from "../config/secret-source.ts";
import type { ServiceAuthConfig } from "../config/service-auth-config.ts";
import { createContextStorage } from "../context/context-storage.ts";
import { TokenRefusedError } from "../errors/token-refused-error.ts";
import { TokenUnreachableError } from "../errors/token-unreachable-error.ts";
import { Outcome } from "../outcome/outcome.ts";
import { toOutcomePromise } from "../outcome/outcome-promise.ts";
import { unbound } from "../tokens/token-binding.ts";
import { ActorToken } from "../values/actor-token.ts";
import { MultiStringValue } from "../values/multi-string-value.ts";
import { Secret } from "../values/secret.ts";
import { refreshFromSource } from "./refresh-from-source.ts";
import type { TokenMemory } from "./token-memory.ts";
import type { RefreshRequest, TokenResponse } from "./token-services.ts";

type Answer = Outcome<TokenResponse>;

const place = { client: "orders-api", url: "https://as.example.com/token" };
const granted: Answer = Outcome.success({ accessToken: new ActorToken("access") });
const refusal = (error: string): Answer =>
  Outcome.fail(
    new TokenRefusedError({ client: "orders-api", service: "-", grant: "refreshToken", error, status: 400 }),
  );
const silence = (code: "BEHALF_REFRESH_TOKEN_LOST" | "BEHALF_TOKEN_UNREACHABLE"): Answer =>
  Outcome.fail(new TokenUnreachableError({ ...place, code }));

function configOf(refreshToken: SecretSource | undefined): ServiceAuthConfig {
  return {
    grantType: "refreshToken",
    configPath: "services.inventory",
    parent: undefined,
    clientAuthentication: "none",
    settings: { ...defaultAuthSettings, refreshToken },
    getClientId: () => Outcome.success("orders-api"),
    getClientSecret: () => Outcome.success(new Secret("secret")),
    getScope: () => Outcome.success(MultiStringValue.empty),
    getConfiguredValue: () => undefined,
  };
}

interface World {
  readonly refreshed: readonly RefreshRequest[];
  readonly reads: readonly (string | undefined)[];
  readonly kept: readonly string[];
  readonly outcome: Outcome<ActorToken>;
}

/** Refreshes where the source gives these tokens, one a time, and the service these answers. */
async function refresh(tokens: readonly (string | undefined)[], answers: readonly Answer[]): Promise<World> {
  const refreshed: RefreshRequest[] = [];
  const reads: (string | undefined)[] = [];
  const kept: string[] = [];
  const never = () => toOutcomePromise<TokenResponse>(Promise.resolve(granted));
  const services = {
    tokenExchangeService: { exchange: never },
    clientCredentialsService: { acquireToken: never },
    refreshTokenService: {
      refresh(request: RefreshRequest) {
        refreshed.push(request);
        return toOutcomePromise(Promise.resolve(answers[refreshed.length - 1] ?? granted));
      },
    },
  };
  const tokenMemory: TokenMemory = {
    filledBy: services,
    find: () => undefined,
    findFor: () => undefined,
    bindingOf: () => unbound,
    reject: () => false,
  };
  const source: SecretSource = {
    notation: "test",
    peek: () => undefined,
    read(_, { refused } = {}) {
      reads.push(refused?.value());
      const text = tokens[reads.length - 1];
      return text === undefined ? undefined : new Secret(text);
    },
    keep: (successor) => void kept.push(successor.value()),
  };
  const dependencies = { ...services, tokenMemory, context: createContextStorage({ ambient: true }) };
  const outcome = await refreshFromSource(dependencies, configOf(source), undefined);
  return { refreshed, reads, kept, outcome };
}

const tokensOf = ({ refreshed }: World): string[] => refreshed.map(({ refreshToken }) => refreshToken.value());

describe("a refresh token of a source", () => {
  it("is read once where it works", async () => {
    const world = await refresh(["a"], [granted]);
    expect(world.outcome.unwrap().value()).toBe("access");
    expect([world.reads, tokensOf(world)]).toEqual([[undefined], ["a"]]);
  });

  it.each([
    ["refused", refusal("invalid_grant")],
    ["lost", silence("BEHALF_REFRESH_TOKEN_LOST")],
  ])("is read once more where it is %s, and the other one is used", async (_how, answer) => {
    const world = await refresh(["a", "b"], [answer, granted]);
    expect(world.outcome.ok).toBe(true);
    expect([world.reads, tokensOf(world)]).toEqual([
      [undefined, "a"],
      ["a", "b"],
    ]);
  });

  it("is read no more than that", async () => {
    const world = await refresh(["a", "b", "c"], [refusal("invalid_grant"), refusal("invalid_grant")]);
    expect(world.outcome.ok).toBe(false);
    expect(world.reads).toHaveLength(2);
  });

  it.each([
    ["gives the same", "a"],
    ["gives nothing", undefined],
  ])("is refused for good where the source %s", async (_what, other) => {
    const world = await refresh(["a", other], [refusal("invalid_grant")]);
    expect(world.outcome).toMatchObject({ ok: false, error: { error: "invalid_grant" } });
    expect(tokensOf(world)).toEqual(["a"]);
  });

  it.each([
    ["the scope is refused", refusal("invalid_scope")],
    ["the server is away", silence("BEHALF_TOKEN_UNREACHABLE")],
  ])("is not read again where %s", async (_what, answer) => {
    const world = await refresh(["a", "b"], [answer]);
    expect([world.outcome.ok, world.reads.length]).toEqual([false, 1]);
  });

  it("has its successor kept by the source", async () => {
    const world = await refresh(["a"], [granted]);
    await world.refreshed[0]?.keep?.(new Secret("b"));
    expect(world.kept).toEqual(["b"]);
  });

  it("is a problem of the configuration where there is none", async () => {
    await expect(refresh([undefined], [])).rejects.toMatchObject({ code: "BEHALF_CONFIG_INVALID" });
  });
});
