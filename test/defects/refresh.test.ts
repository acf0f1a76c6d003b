import { createBehalf, fromProvider, type Secret } from "behalf";
import { describe, expect, it } from "vitest";
import { createClock } from "../support/clock.ts";
import { closeAfterTest, toRoot } from "../support/open-behalf.ts";
import { fault } from "../support/scripted-as.ts";
import { startAs, startOneBackend } from "../support/start-servers.ts";
import { the } from "../support/the.ts";

/** An API with a refresh token, which it keeps when it is rotated. */
async function start({ rotates = true } = {}) {
  const clock = createClock();
  const as = await startAs({ clock, rotatesRefreshTokens: rotates });
  const backend = await startOneBackend();
  const slot = [as.issueRefreshToken({ clientId: the.clientId, sub: the.alice })];
  const keep = (successor: Secret): void => void slot.push(successor.value());
  const refreshToken = fromProvider(() => slot.at(-1), { keep });
  const services = { stock: { host: backend.url, grantType: "refreshToken", refreshToken } } as const;
  const behalf = closeAfterTest(createBehalf({ ...toRoot(as), now: clock.now, services }));
  const sent = (): readonly unknown[] => as.tokenRequests.map(({ form }) => form.get("refresh_token"));
  return { as, backend, clock, slot, sent, stock: behalf.service("stock") };
}

describe("a refresh", () => {
  it.each([true, false])("B-19: never takes the id token for the refresh token, which rotates: %s", async (rotates) => {
    const { as, clock, slot, sent, stock } = await start({ rotates });
    as.faults.always("token", fault.change({ id_token: "an.id.token" }));
    for (let expiry = 0; expiry < 3; expiry += 1) {
      await stock.get("/").unwrap();
      clock.advance(300_000);
    }
    expect(sent()).toEqual(rotates ? slot.slice(0, 3) : [slot[0], slot[0], slot[0]]);
    expect([slot.length, slot.includes("an.id.token")]).toEqual([rotates ? 4 : 1, false]);
  });

  it.each([
    ["a number", 100],
    ["a text", "100"],
    ["a fraction", 100.5],
    ["a fraction as a text", "100.5"],
  ])("B-19: reads expires_in that is %s", async (_kind, expiresIn) => {
    const { as, clock, stock } = await start();
    as.faults.always("token", fault.change({ expires_in: expiresIn }));
    const counts: number[] = [];
    for (const seconds of [0, 70, 31]) {
      clock.advance(seconds * 1000);
      await stock.get("/").unwrap();
      counts.push(as.count("token"));
    }
    expect(counts).toEqual([1, 1, 2]);
  });

  it.each(["100,5", "3.600,0", "٣٦٠٠", "3 600", "21.11.2026 08:00:00"])(
    "B-19: does not guess what expires_in means that is written as %s",
    async (expiresIn) => {
      const { as, backend, stock } = await start();
      as.faults.always("token", fault.change({ expires_in: expiresIn }));
      const outcome = await stock.get("/");
      expect(outcome).toMatchObject({ ok: false, error: { code: "BEHALF_REFRESH_TOKEN_LOST" } });
      expect(backend.requests).toHaveLength(0);
    },
  );

  it.each([
    ["a JWT", {}],
    ["an opaque token", { access_token: "opaque" }],
  ])("B-19: of %s without expires_in is not repeated by the next call", async (_kind, members) => {
    const { as, clock, stock } = await start();
    as.faults.always("token", fault.change({ ...members, expires_in: undefined }));
    for (const seconds of [0, 1, 200]) {
      clock.advance(seconds * 1000);
      await stock.get("/").unwrap();
    }
    expect(as.count("token")).toBe(1);
    clock.advance(100_000);
    await stock.get("/").unwrap();
    expect(as.count("token")).toBe(2);
  });

  it("B-19: is made once for all calls at once, the first time and at each expiry", async () => {
    const { as, backend, clock, sent, slot, stock } = await start();
    for (let expiry = 1; expiry <= 2; expiry += 1) {
      await Promise.all(Array.from({ length: 50 }, () => stock.get("/").unwrap()));
      expect(as.count("token")).toBe(expiry);
      clock.advance(300_000);
    }
    expect(sent()).toEqual(slot.slice(0, 2));
    expect(backend.requests).toHaveLength(100);
  });
});
