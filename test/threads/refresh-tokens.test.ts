import { type Behalf, createBehalf, fromProvider, type Secret } from "behalf";
import { describe, expect, it } from "vitest";
import { type Clock, createClock } from "../support/clock.ts";
import { closeAfterTest, toRoot } from "../support/open-behalf.ts";
import { readClaims } from "../support/read-claims.ts";
import { type Fault, fault } from "../support/scripted-as.ts";
import { type Servers, startAs, startOneBackend } from "../support/start-servers.ts";
import { the } from "../support/the.ts";

interface World extends Servers {
  readonly clock: Clock;
  /** Where the instances read the refresh token, and keep its successors. */
  readonly vault: { token: string; readonly kept: string[] };
  /** Resolves when something was kept. */
  readonly kept: Promise<void>;
  open(): Behalf<{ stock: object }>;
}

const oneLife = 300_000;

/** A vault with alice's refresh token, and instances that share it. */
async function startWorld({ rotates = true } = {}): Promise<World> {
  const clock = createClock();
  const as = await startAs({ clock, rotatesRefreshTokens: rotates });
  const backend = await startOneBackend();
  const vault = { token: as.issueRefreshToken({ clientId: the.clientId, sub: the.alice }), kept: [] as string[] };
  let tell = (): void => {};
  const kept = new Promise<void>((resolve) => {
    tell = resolve;
  });
  const keep = (successor: Secret): void => {
    vault.token = successor.value();
    vault.kept.push(vault.token);
    tell();
  };
  const refreshToken = fromProvider(() => vault.token, { keep });
  const stock = { host: backend.url, grantType: "refreshToken", refreshToken } as const;
  const open = () => closeAfterTest(createBehalf({ ...toRoot(as), now: clock.now, services: { stock } }));
  return { as, backend, clock, vault, kept, open };
}

const call = (behalf: Behalf<{ stock: object }>) => behalf.service("stock").get("/");

describe("two instances with one refresh token that rotates", () => {
  // https://github.com/DuendeArchive/Support/issues/1286
  it("take turns without logging anybody out", async () => {
    const { as, backend, clock, vault, open } = await startWorld();
    const instances = [open(), open()];
    for (let turn = 0; turn < 6; turn += 1) {
      for (const instance of instances) await call(instance).unwrap();
      clock.advance(oneLife);
    }
    const spent = as.tokenRequests.map(({ form }) => form.get("refresh_token"));
    expect(new Set(spent).size).toBe(spent.length);
    expect(vault.kept).toHaveLength(spent.length);
    expect(new Set(backend.requests.map(({ token }) => readClaims(token).sub))).toEqual(new Set([the.alice]));
  });

  // https://github.com/DuendeArchive/Support/issues/1286
  it("have one winner at the same instant, and the other goes on by the winner's", async () => {
    const { as, backend, vault, kept, open } = await startWorld();
    const root = vault.token;
    const refuse = fault.oauthError("invalid_grant");
    const tooLate: Fault = async (usual, request, sign) => {
      await kept;
      return refuse(usual, request, sign);
    };
    as.faults.next("token", (usual) => usual, Object.assign(tooLate, { unjudged: true }));
    const gate = as.hold();
    const calls = [call(open()), call(open())].map((pending) => pending.unwrap());
    await gate.arrived(2);
    gate.release();
    await Promise.all(calls);
    expect(as.tokenRequests.map(({ form }) => form.get("refresh_token"))).toEqual([root, root, vault.kept[0]]);
    expect(backend.requests.map(({ token }) => readClaims(token).sub)).toEqual([the.alice, the.alice]);
  });
});

describe("a refresh token that rotates", () => {
  // https://github.com/spring-projects/spring-security/issues/11461
  it("is spent once by many calls at once, at each expiry", async () => {
    const { as, clock, open } = await startWorld();
    const behalf = open();
    for (let expiry = 1; expiry <= 3; expiry += 1) {
      const calls = Array.from({ length: 50 }, () => call(behalf));
      expect((await Promise.all(calls)).every(({ ok }) => ok)).toBe(true);
      expect(as.count("token")).toBe(expiry);
      clock.advance(oneLife);
    }
  });
});

describe("a refresh token that is dead", () => {
  // https://github.com/neondatabase/mcp-server-neon/pull/231
  it("is tried once in ten seconds, by however many calls", async () => {
    const { as, backend, clock, vault, open } = await startWorld();
    const behalf = open();
    as.revokeRefreshToken(vault.token);
    const burst = async (): Promise<void> => {
      const outcomes = await Promise.all(Array.from({ length: 500 }, () => call(behalf)));
      const failures = outcomes.map((outcome) => !outcome.ok && Reflect.get(outcome.error, "error"));
      expect(new Set(failures)).toEqual(new Set(["invalid_grant"]));
    };
    await burst();
    clock.advance(9_000);
    await burst();
    expect(as.count("token")).toBe(1);
    clock.advance(1_000);
    await burst();
    expect(as.count("token")).toBe(2);
    expect(backend.requests).toHaveLength(0);
  });

  // https://github.com/neondatabase/mcp-server-neon/pull/231
  it("is not taken for dead when the server is", async () => {
    const { as, clock, open } = await startWorld();
    const behalf = open();
    as.faults.next("token", fault.status(503));
    expect(await call(behalf)).toMatchObject({ ok: false, error: { code: "BEHALF_TOKEN_UNREACHABLE", status: 503 } });
    clock.advance(2_000);
    expect(await call(behalf)).toMatchObject({ ok: true });
  });
});

describe("an answer without a refresh token", () => {
  // https://github.com/badgateway/oauth2-client/issues/161
  it("leaves the one before in use", async () => {
    const { as, clock, vault, open } = await startWorld({ rotates: false });
    const behalf = open();
    const root = vault.token;
    for (let expiry = 0; expiry < 3; expiry += 1) {
      await call(behalf).unwrap();
      clock.advance(oneLife);
    }
    expect(as.tokenRequests.map(({ form }) => form.get("refresh_token"))).toEqual([root, root, root]);
    expect(vault).toEqual({ token: root, kept: [] });
  });

  // https://github.com/badgateway/oauth2-client/issues/161
  it("leaves the successor in use that came before it", async () => {
    const { as, clock, vault, open } = await startWorld();
    const behalf = open();
    await call(behalf).unwrap();
    const successor = vault.token;
    clock.advance(oneLife);
    as.faults.next("token", fault.change({ refresh_token: undefined }));
    await call(behalf).unwrap();
    expect(vault.token).toBe(successor);
    expect(as.tokenRequest().form.get("refresh_token")).toBe(successor);
  });
});
