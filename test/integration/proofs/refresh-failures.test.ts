import { fromProvider } from "behalf";
import { describe, expect, it } from "vitest";
import { fault } from "../../support/scripted-as.ts";
import { countTo } from "./count-to.ts";
import { call, openRefreshWorld } from "./refresh-world.ts";
import { createVault } from "./token-vault.ts";

const lost = { name: "TokenUnreachableError", code: "BEHALF_REFRESH_TOKEN_LOST" };
const refused = { name: "TokenRefusedError", error: "invalid_grant" };

describe("an answer that is lost after a refresh token was sent", () => {
  it.each([
    ["dropped", fault.drop()],
    ["closed", fault.close()],
  ])("is %s: the token is not sent again, now or later", async (_how, broken) => {
    const { as, issue, create, sent, letTokensEnd, backend } = await openRefreshWorld();
    const token = issue();
    const api = create(token);
    as.faults.next("token", broken);
    await expect(call(api)).rejects.toMatchObject(lost);
    expect(sent()).toEqual([token]);
    await expect(call(api)).rejects.toMatchObject(lost);
    letTokensEnd();
    await expect(call(api)).rejects.toMatchObject(lost);
    expect(sent()).toEqual([token]);
    expect(backend.requests).toEqual([]);
  });

  it("is one answer for all 200 callers", async () => {
    const { as, issue, create, sent } = await openRefreshWorld();
    const api = create(issue());
    as.faults.next("token", fault.drop());
    const outcomes = await Promise.allSettled(countTo(200).map(() => call(api)));
    expect(outcomes.every(({ status }) => status === "rejected")).toBe(true);
    expect(sent()).toHaveLength(1);
  });

  it("is asked for again where refreshReuse allows it", async () => {
    const { as, issue, create, sent } = await openRefreshWorld();
    const token = issue({ rotates: false });
    as.faults.next("token", fault.drop());
    await call(create(token, { refreshReuse: true }));
    expect(sent()).toEqual([token, token]);
  });

  it("ends with a token that is given anew", async () => {
    const { as, issue, create, sent } = await openRefreshWorld();
    const [first, second] = [issue(), issue()];
    let given = first;
    const api = create(fromProvider(() => given));
    as.faults.next("token", fault.drop());
    await expect(call(api)).rejects.toMatchObject(lost);
    given = second;
    await call(api);
    expect(sent()).toEqual([first, second]);
  });

  it("leaves the access token in use while it is good", async () => {
    const { as, clock, issue, create, sent } = await openRefreshWorld();
    const api = create(issue());
    await call(api);
    clock.advance(270_000);
    as.faults.next("token", fault.drop());
    await call(api);
    await call(api);
    expect(sent()).toHaveLength(2);
  });
});

describe("a server that answers that it cannot answer", () => {
  it("is asked again by a call two seconds later, and not by this one", async () => {
    const { as, clock, issue, create, sent } = await openRefreshWorld();
    const token = issue();
    const api = create(token);
    as.faults.next("token", fault.status(503));
    await expect(call(api)).rejects.toMatchObject({ code: "BEHALF_TOKEN_UNREACHABLE", status: 503 });
    expect(sent()).toEqual([token]);
    clock.advance(2_000);
    await call(api);
    expect(sent()).toEqual([token, token]);
  });
});

describe("a refresh token that is dead", () => {
  // https://github.com/neondatabase/mcp-server-neon/pull/231
  it("costs one request in ten seconds, in a burst of 500 calls", async () => {
    const { as, clock, issue, create, sent } = await openRefreshWorld();
    const vault = createVault(issue());
    const api = create(vault.source);
    as.revokeRefreshToken(vault.token);
    const burst = async (): Promise<void> => {
      const outcomes = await Promise.allSettled(countTo(500).map(() => call(api)));
      for (const outcome of outcomes) expect(outcome).toMatchObject({ status: "rejected", reason: refused });
    };
    await burst();
    await burst();
    expect(sent()).toHaveLength(1);
    clock.advance(9_999);
    await burst();
    expect(sent()).toHaveLength(1);
    clock.advance(1);
    await burst();
    expect(sent()).toHaveLength(2);
  });

  it("is left alone as soon as another one is given", async () => {
    const { as, issue, create, sent } = await openRefreshWorld();
    const vault = createVault(issue());
    const api = create(vault.source);
    as.revokeRefreshToken(vault.token);
    await expect(call(api)).rejects.toMatchObject(refused);
    vault.token = issue();
    await call(api);
    expect(sent()).toHaveLength(2);
  });
});
