import { fromProvider } from "behalf";
import { describe, expect, it } from "vitest";
import { digest } from "../../../packages/behalf/src/lib/values/digest.ts";
import { fault } from "../../support/scripted-as.ts";
import { createVault } from "../proofs/token-vault.ts";
import { call, fleetKeys, openFleet } from "./refresh-fleet.ts";

const times = <result>(count: number, make: (index: number) => result): readonly result[] =>
  Array.from({ length: count }, (_, index) => make(index));

describe("instances that share a refresh token", () => {
  it("rotate it once at each expiry, though all of them call at once", async () => {
    const { as, backend, issue, openAll, sent, letTokensEnd } = await openFleet();
    const instances = openAll(4, issue());
    for (let round = 1; round <= 5; round += 1) {
      const calls = instances.flatMap((one) => times(25, () => call(one)));
      expect(new Set(await Promise.all(calls))).toEqual(new Set([200]));
      expect(sent()).toHaveLength(round);
      letTokensEnd();
    }
    expect(new Set(sent()).size).toBe(5);
    expect(as.tokenFlow.every(({ outcome }) => outcome === "issued")).toBe(true);
    expect(new Set(backend.requests.map(({ token }) => token)).size).toBe(5);
  });

  it("rotate it in turns for what each of them calls", async () => {
    const { issue, openAll, sent, letTokensEnd } = await openFleet();
    const instances = openAll(3, issue());
    for (let round = 1; round <= 3; round += 1) {
      const ends = instances.flatMap((one) => [call(one, "stock"), call(one, "prices")]);
      expect(new Set(await Promise.all(ends))).toEqual(new Set([200]));
      expect(sent()).toHaveLength(2 * round);
      letTokensEnd();
    }
    expect(new Set(sent()).size).toBe(6);
  });

  it("renew it ahead of its end, each for all", async () => {
    const { clock, issue, openAll, sent } = await openFleet();
    const instances = openAll(3, issue());
    for (let second = 0; second < 1_500; second += 10) {
      expect(await Promise.all(instances.map((one) => call(one)))).toEqual([200, 200, 200]);
      clock.advance(10_000);
    }
    await expect.poll(() => new Set(sent()).size - sent().length).toBe(0);
    // A life of 300 s of which 225 s are used, a little more or less.
    expect(sent().length).toBeGreaterThan(4);
    expect(sent().length).toBeLessThan(9);
  });

  it("find the chain by any of its tokens", async () => {
    const { issue, open, sent, letTokensEnd } = await openFleet();
    const first = issue();
    const vault = createVault(first);
    const one = open(vault.source);
    await call(one);
    const second = vault.token;
    const other = open(second);
    expect(await call(other)).toBe(200);
    expect(sent()).toEqual([first]);
    for (let round = 2; round <= 4; round += 1) {
      letTokensEnd();
      expect(await Promise.all([one, other, open(first), open(second)].map((each) => call(each)))).toEqual(
        times(4, () => 200),
      );
      expect(sent()).toHaveLength(round);
    }
    expect(new Set(sent()).size).toBe(4);
  });

  it("rotate it once while some of them have a new key already", async () => {
    const { issue, open, sent, letTokensEnd } = await openFleet();
    const token = issue();
    const newKeys = [{ id: "b", key: "B".repeat(43) }, ...fleetKeys];
    const instances = [
      open(token, { encryptionKeys: [...newKeys].reverse() }),
      open(token, { encryptionKeys: newKeys }),
      open(token, { encryptionKeys: newKeys }),
    ];
    for (let round = 1; round <= 4; round += 1) {
      expect(await Promise.all(instances.map((one) => call(one)))).toEqual([200, 200, 200]);
      expect(sent()).toHaveLength(round);
      letTokensEnd();
    }
    expect(new Set(sent()).size).toBe(4);
  });

  it("go on with the newest one where all of them were started anew", async () => {
    const { issue, open, sent, letTokensEnd } = await openFleet();
    const first = issue();
    for (let start = 1; start <= 3; start += 1) {
      const instance = open(first);
      expect(await call(instance)).toBe(200);
      await instance.close();
      letTokensEnd();
    }
    expect(new Set(sent()).size).toBe(3);
  });

  it("ask once more where a backend refuses what the others have", async () => {
    const { backend, clock, issue, openAll, sent } = await openFleet();
    const instances = openAll(2, issue());
    await Promise.all(instances.map((one) => call(one)));
    clock.advance(1_000);
    const refused = backend.requests[0]?.token;
    if (refused) backend.refuse(refused, 'Bearer error="invalid_token"');
    expect(await Promise.all(instances.map((one) => call(one)))).toEqual([200, 200]);
    expect(sent()).toHaveLength(2);
  });

  it("ask once more for one who wants a token that nobody has", async () => {
    const { issue, open, sent } = await openFleet();
    const token = issue();
    const [one, other] = [open(token), open(token)];
    await call(one);
    await other.service("stock").get("/", { forceAuthorization: true }).unwrap();
    expect(new Set(sent()).size).toBe(2);
  });

  it("have it kept one after the other, however long that takes", async () => {
    const { issue, open, letTokensEnd, sent } = await openFleet();
    const kept: string[] = [];
    const first = issue();
    const slow = fromProvider(() => first, {
      async keep(successor) {
        await new Promise((resolve) => setTimeout(resolve, kept.length === 0 ? 300 : 0));
        kept.push(successor.value());
      },
    });
    const [one, other] = [open(slow), open(slow)];
    const calling = call(one);
    await expect.poll(() => sent().length).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 100));
    letTokensEnd();
    await Promise.all([calling, call(other, "prices")]);
    expect(sent()).toEqual([first, kept[0]]);
    expect(kept).toHaveLength(2);
  });

  it("tell one another that an answer was lost, and send the token no more", async () => {
    const { as, issue, openAll, sent } = await openFleet();
    const instances = openAll(3, issue());
    as.faults.next("token", fault.drop());
    const ends = new Set(await Promise.all(instances.map((one) => call(one))));
    expect(ends).toEqual(new Set(["BEHALF_REFRESH_TOKEN_LOST"]));
    expect(sent()).toHaveLength(1);
  });

  it("leave nothing in the store that can be read", async () => {
    const { backend, issue, openAll, sent, server, letTokensEnd } = await openFleet();
    const instances = openAll(2, issue());
    for (let round = 0; round < 3; round += 1) {
      await Promise.all(instances.map((one) => call(one)));
      letTokensEnd();
    }
    const dump = server.dump();
    const tokens = [...sent().map(String), ...backend.requests.map(({ token }) => String(token))];
    const forms = tokens.flatMap((token) => [
      token,
      Buffer.from(token).toString("base64url"),
      digest(token),
      Buffer.from(digest(token), "base64url").toString("hex"),
    ]);
    expect(forms.filter((text) => dump.includes(text))).toEqual([]);
    expect(dump).toContain("refresh:");
    expect(dump).toContain("alias:");
  });
});

describe("an instance that ends while a successor is kept", () => {
  it("waits for that, and leaves the chain to the others", async () => {
    const { issue, open, sent, server } = await openFleet();
    const done: string[] = [];
    const first = issue();
    const source = fromProvider(() => first, {
      async keep() {
        await new Promise((resolve) => setTimeout(resolve, 150));
        done.push("kept");
      },
    });
    const one = open(source);
    const calling = call(one);
    await expect.poll(() => server.dump()).toContain("refresh:");
    await one.close().then(() => done.push("closed"));
    await calling;
    expect(done).toEqual(["kept", "closed"]);
    expect(server.dump()).not.toContain('"lock:');
    expect(await call(open(source), "prices")).toBe(200);
    expect(new Set(sent()).size).toBe(2);
  });
});
