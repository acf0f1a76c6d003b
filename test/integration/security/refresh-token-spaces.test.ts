import { describe, expect, it } from "vitest";
import { fault } from "../../support/scripted-as.ts";
import { some } from "../../support/some.ts";
import { openDetach } from "../delegation/open-detach.ts";
import { call, openRefreshWorld, type RefreshWorld } from "../proofs/refresh-world.ts";
import { createVault } from "../proofs/token-vault.ts";

// RFC 6749 appendix A.17: a refresh token is made of printable characters, the space among them.
const spaced = "a token of alice";

const takeSpaced = ({ as }: Pick<RefreshWorld, "as">, members = {}): void => {
  const body = JSON.stringify(some.tokenResponse(members));
  const taken = fault.status(200, { "content-type": "application/json" }, body);
  as.faults.when(({ form }) => form.get("refresh_token") === spaced, taken);
};

describe("a refresh token with spaces", () => {
  it("is rotated, kept and used", async () => {
    const world = await openRefreshWorld();
    const first = world.issue();
    const vault = createVault(first);
    const api = world.create(vault.source);
    world.as.faults.next("token", fault.change({ refresh_token: spaced }));
    takeSpaced(world);
    await call(api);
    expect(vault.kept).toEqual([spaced]);
    world.letTokensEnd();
    await call(api);
    expect(world.sent()).toEqual([first, spaced]);
    expect(world.backend.request().token).toBe("an-access-token");
  });

  it("is used where it is configured, and gives way to the next", async () => {
    const world = await openRefreshWorld();
    const api = world.create(spaced);
    const next = world.issue();
    takeSpaced(world, { refresh_token: next });
    await call(api);
    await call(api);
    expect(world.sent()).toEqual([spaced]);
    world.letTokensEnd();
    await call(api);
    expect(world.sent()).toEqual([spaced, next]);
  });

  it("is what a capability goes on by", async () => {
    const { world, behalf } = await openDetach();
    const { as, clock } = world;
    const alice = await world.receive(behalf);
    const options = { ttlMs: 3_600_000, services: ["inventory"], refreshable: true };
    const capability = await alice.run(() => behalf.context.detach(options).unwrap());
    const call = () => behalf.runWith(capability, async () => behalf.service("inventory").get("/"));
    as.faults.next("token", fault.change({ refresh_token: spaced }));
    takeSpaced({ as });
    for (const _ of [1, 2]) {
      await call();
      clock.advance(300_000);
    }
    const sent = as.tokenRequests.map(({ form }) => form.get("refresh_token")).filter((token) => token !== null);
    expect(sent).toEqual([expect.any(String), spaced]);
  });
});
