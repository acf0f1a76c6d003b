import { type BehalfOptions, createBehalf } from "behalf";
import { describe, expect, it } from "vitest";
import { closeAfterTest, receive, toRoot } from "../support/open-behalf.ts";
import { fault } from "../support/scripted-as.ts";
import { some } from "../support/some.ts";
import { startAs } from "../support/start-servers.ts";

/** The standard `fetch`, which follows redirects unless it is told otherwise. */
const following: NonNullable<BehalfOptions<unknown, unknown>["fetch"]> = (
  url,
  { method, headers, redirect, signal = null },
) => fetch(url, { method, headers: new Headers(headers), redirect: redirect ?? "follow", signal });

describe("signing keys that are said to be elsewhere", () => {
  it.each([
    ["its own connections", {}],
    ["a fetch of the application's", { fetch: following }],
  ])("are not looked for there over %s", async (_, given) => {
    const as = await startAs();
    const elsewhere = await startAs();
    as.faults.always("jwks", fault.status(302, { location: elsewhere.jwksUri }));
    const behalf = closeAfterTest(createBehalf({ ...toRoot(as), services: {}, ...given }));
    const token = await elsewhere.issue(some.claims({ iss: as.issuer }));
    await expect(receive(behalf, token)).rejects.toMatchObject({ name: "TokenUnreachableError" });
    expect([as.count("jwks"), elsewhere.count("jwks")]).toEqual([1, 0]);
  });
});
