import { describe, expect, it } from "vitest";
import { someCaller } from "../../../../../test/support/some-caller.ts";
import { AuthNode } from "../config/auth-node.ts";
import type { ResolvedAuthenticator } from "../config/resolved-inbound.ts";
import { RequestContext } from "../context/request-context.ts";
import { CallerTokenError } from "../errors/caller-token-error.ts";
import { ActorToken } from "../values/actor-token.ts";
import { MultiStringValue } from "../values/multi-string-value.ts";
import { type Admission, type Candidate, createAdmission } from "./admission.ts";
import type { PossessionCheck } from "./proofs/possession.ts";
import { RememberedCaller } from "./remember-validated.ts";

const settings: ResolvedAuthenticator = {
  name: "default",
  configPath: "inbound",
  type: "jwt",
  auth: new AuthNode("inbound", {}),
  audience: MultiStringValue.from("orders"),
  issuers: [],
  headers: ["authorization"],
  algorithms: ["ES256"],
  clockToleranceMs: 0,
  requiredScopes: MultiStringValue.from("orders"),
  jwksCooldownMs: 0,
  keys: undefined,
  profile: "any",
  maxLifeMs: undefined,
  tokenPrefix: "",
  byRouteOnly: false,
  keepMs: 60_000,
  introspectionAuthorization: "client",
  authenticate: undefined,
};

const caller = someCaller({ scopes: MultiStringValue.from("other") });

function toCandidate(shown = caller): Candidate {
  const nobody = { rawHeaders: [], setResponseHeader: () => {}, onHangUp: () => {} };
  return {
    context: new RequestContext(nobody, { messageIdHeader: "x-request-id" }),
    authenticator: { settings, recognizes: () => true, validator: { validate: () => Promise.reject(new Error()) } },
    remembered: new RememberedCaller(new ActorToken("t"), {
      caller: shown,
      confirmation: undefined,
      issuedAt: 0,
      sessionId: undefined,
      usableUntil: 1,
      key: undefined,
    }),
    scheme: "DPoP",
    guard: undefined,
  };
}

function open(possession: PossessionCheck): Admission {
  return createAdmission({
    markers: { revoked: () => false, changes: 0 },
    possession,
    identity: { identify: () => caller },
    now: () => 0,
  });
}

describe("a token that lacks a scope", () => {
  it("is refused at once where there is nothing to prove", () => {
    const { admit } = open({ check: () => undefined });
    expect(() => admit(toCandidate())).toThrow(expect.objectContaining({ reason: "scope" }));
  });

  it("is refused for its bad proof, which nobody is left without", async () => {
    const { admit } = open({ check: () => Promise.reject(new CallerTokenError("proof")) });
    await expect(admit(toCandidate())).rejects.toMatchObject({ reason: "proof" });
  });

  it("is refused for its scopes once its proof is good", async () => {
    const { admit } = open({ check: () => Promise.resolve(undefined) });
    await expect(admit(toCandidate())).rejects.toMatchObject({ reason: "scope" });
  });
});

describe("a caller who is evicted meanwhile", () => {
  const allowed = someCaller({ scopes: MultiStringValue.from("orders") });

  /** A door at which one step waits. */
  function openWaiting(step: "proof" | "identity") {
    let goOn = (): void => {};
    const markers = { changes: 0, revoked: () => markers.changes > 0 };
    const wait = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const { admit } = createAdmission({
      markers,
      possession: { check: () => (step === "proof" ? wait.then(() => undefined) : undefined) },
      identity: { identify: () => (step === "identity" ? wait.then(() => allowed) : allowed) },
      now: () => 0,
    });
    const evict = (): void => {
      markers.changes = 1;
    };
    return { admit, evict, goOn: () => goOn() };
  }

  it.each([
    ["his proof is claimed", "proof"],
    ["he is identified", "identity"],
  ] as const)("is refused, while %s", async (_case, step) => {
    const { admit, evict, goOn } = openWaiting(step);
    const candidate = toCandidate(allowed);
    const entering = admit(candidate);
    evict();
    goOn();
    await expect(entering).rejects.toMatchObject({ reason: "revoked" });
    expect(candidate.context.caller).toBeUndefined();
  });
});

describe("a caller whom no eviction concerns", () => {
  it("is held against the evictions once for each change of them", () => {
    const allowed = someCaller({ scopes: MultiStringValue.from("orders") });
    let looks = 0;
    const markers = {
      changes: 0,
      revoked() {
        looks += 1;
        return false;
      },
    };
    const { admit } = createAdmission({
      markers,
      possession: { check: () => undefined },
      identity: { identify: () => allowed },
      now: () => 0,
    });
    const candidate = toCandidate(allowed);
    admit(candidate);
    admit(candidate);
    expect(looks).toBe(1);
    markers.changes = 1;
    admit(candidate);
    expect(looks).toBe(2);
  });
});
