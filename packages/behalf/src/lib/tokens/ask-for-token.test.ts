import { describe, expect, it } from "vitest";
import { createRecordingLogger, type RecordingLogger } from "../../../../../test/support/recording-logger.ts";
import { some } from "../../../../../test/support/some.ts";
import { answer, connectBy, someMetadata } from "../../../../../test/support/token-request.ts";
import { issuer, proofs, someTarget } from "../../../../../test/support/token-service.ts";
import { createDiagnostics } from "../diagnostics/diagnostics.ts";
import type { Servers } from "../oauth/servers.ts";
import { ActorToken } from "../values/actor-token.ts";
import { Secret } from "../values/secret.ts";
import { type Asked, askForToken } from "./ask-for-token.ts";
import { createClientFailures } from "./client-failures.ts";
import type { ClientProof, ClientProofs } from "./client-proofs.ts";
import { type ErrandOptions, toErrand } from "./errand.ts";
import { createRefreshChains } from "./refresh-chains.ts";
import type { TokenTarget } from "./token-target.ts";

interface Asking {
  readonly forms: readonly URLSearchParams[];
  readonly logger: RecordingLogger;
  ask(target: TokenTarget, options?: Partial<ErrandOptions>, signal?: AbortSignal): Promise<Asked>;
}

/** A server that gives these answers, one a request and the last one for ever. */
function openAsking(...answers: readonly (() => Response | Promise<Response>)[]): Asking {
  const forms: URLSearchParams[] = [];
  const logger = createRecordingLogger();
  const connection = connectBy(async (_, { body }) => {
    forms.push(new URLSearchParams(body?.toString()));
    return answers[Math.min(forms.length, answers.length) - 1]?.() ?? answer({}, 500);
  });
  const metadata = { authority: issuer, get: async () => someMetadata(issuer) };
  const servers: Servers = { get: () => ({ connection, metadata }), health: () => [] };
  const chains = createRefreshChains(Date.now);
  const clients = createClientFailures(Date.now);
  const diagnostics = createDiagnostics("test", logger);
  return {
    forms,
    logger,
    async ask(target, options = {}, signal = new AbortController().signal) {
      const surroundings = { servers, chains, clients, diagnostics, now: Date.now, signal };
      const asked = await askForToken(toErrand(target, { proofs, ...options }, chains), surroundings);
      if ("found" in asked) throw new Error("Nothing is shared.");
      return asked;
    },
  };
}

const grant =
  (changes: Readonly<Record<string, unknown>> = {}) =>
  (): Response =>
    answer(some.tokenResponse(changes));
const refuse = (error: string) => (): Response => answer({ error }, error === "invalid_client" ? 401 : 400);
const other: ClientProof = {
  ...proofs,
  credentials: { ...proofs.credentials, clientSecret: new Secret("other") },
};
const renewing = (renewed: ClientProof | undefined): { proofs: ClientProofs; times: () => number } => {
  let times = 0;
  const renew = (): ClientProof | undefined => {
    times += 1;
    return renewed;
  };
  return { proofs: { ...proofs, renew }, times: () => times };
};

describe("a client that is refused", () => {
  it.each(["invalid_client", "unauthorized_client"])("shows its other proof once after %s", async (error) => {
    const { ask, forms } = openAsking(refuse(error), grant());
    const { proofs: given, times } = renewing(other);
    await ask(someTarget(), { proofs: given });
    expect([forms.length, times()]).toEqual([2, 1]);
  });

  it("is refused for good with its other proof", async () => {
    const { ask, forms } = openAsking(refuse("invalid_client"));
    const { proofs: given, times } = renewing(other);
    await expect(ask(someTarget(), { proofs: given })).rejects.toMatchObject({ error: "invalid_client" });
    expect([forms.length, times()]).toEqual([2, 1]);
  });

  it("is refused where it has no other proof", async () => {
    const { ask, forms } = openAsking(refuse("invalid_client"));
    await expect(ask(someTarget(), renewing(undefined))).rejects.toMatchObject({ error: "invalid_client" });
    expect(forms).toHaveLength(1);
  });

  it("keeps its proof after another refusal", async () => {
    const { ask } = openAsking(refuse("invalid_scope"));
    const { proofs: given, times } = renewing(other);
    await expect(ask(someTarget(), { proofs: given })).rejects.toMatchObject({ error: "invalid_scope" });
    expect(times()).toBe(0);
  });

  it("sends the same refresh token with its other proof", async () => {
    const { ask, forms } = openAsking(refuse("invalid_client"), grant());
    const { proofs: given } = renewing(other);
    await ask(someTarget({ grantType: "refreshToken" }), { proofs: given, subject: new ActorToken("a") });
    expect(forms.map((form) => form.get("refresh_token"))).toEqual(["a", "a"]);
  });
});

describe("a refresh token", () => {
  const target = someTarget({ grantType: "refreshToken" });
  const subject = new ActorToken("a");

  it("gives its successor to whoever keeps it, and goes on with it", async () => {
    const { ask, forms } = openAsking(grant({ refresh_token: "b" }), grant());
    const kept: string[] = [];
    const keep = (successor: Secret): void => void kept.push(successor.value());
    await ask(target, { subject, keep });
    await ask(target, { subject, keep });
    expect(forms.map((form) => form.get("refresh_token"))).toEqual(["a", "b"]);
    expect(kept).toEqual(["b"]);
  });

  it("that is not kept leaves a line, and neither the call nor the token fails", async () => {
    const { ask, forms, logger } = openAsking(grant({ refresh_token: "b" }), grant());
    const keep = (): never => {
      throw new TypeError("b");
    };
    await ask(target, { subject, keep });
    await ask(target, { subject, keep });
    expect(forms.map((form) => form.get("refresh_token"))).toEqual(["a", "b"]);
    const fields = { instance: "test", client: "orders-api", service: "services.inventory", reason: "TypeError" };
    expect(logger.lines).toEqual([{ level: "error", fields, message: "a rotated refresh token was not kept" }]);
  });

  it("is not sent once the time is over", async () => {
    const { ask, forms } = openAsking(grant());
    const over = AbortSignal.abort(new DOMException("The deadline has passed", "TimeoutError"));
    await expect(ask(target, { subject }, over)).rejects.toMatchObject({
      code: "BEHALF_TOKEN_TIMEOUT",
      client: "orders-api",
    });
    expect(forms).toEqual([]);
  });
});

describe("an identity assertion", () => {
  const idJag = "urn:ietf:params:oauth:token-type:id-jag";

  it("is asked of the first server, and shown to the second", async () => {
    const first = someTarget({ grantType: "tokenExchange", clientId: "first", requestedTokenType: idJag });
    const assertion = {
      access_token: "id-jag",
      token_type: "N_A",
      issued_token_type: idJag,
    };
    const { ask, forms } = openAsking(grant(assertion), grant());
    const { issued } = await ask(someTarget({ grantType: "identityAssertion", first }), {
      subject: new ActorToken("alice"),
      firstProofs: proofs,
    });
    expect(forms.map((form) => form.get("subject_token") ?? form.get("assertion"))).toEqual(["alice", "id-jag"]);
    expect(issued.token.value()).toBe("an-access-token");
  });

  it("takes a first server", async () => {
    const { ask } = openAsking(grant());
    const asked = (async () => ask(someTarget({ grantType: "identityAssertion" })))();
    await expect(asked).rejects.toThrow(TypeError);
  });

  it("shows the first server no proofs but its own", async () => {
    const { ask, forms } = openAsking(grant());
    const first = someTarget({ grantType: "tokenExchange", requestedTokenType: idJag });
    await expect(ask(someTarget({ grantType: "identityAssertion", first }))).rejects.toThrow(TypeError);
    expect(forms).toHaveLength(0);
  });
});
