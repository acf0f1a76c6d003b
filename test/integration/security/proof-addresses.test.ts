import { createBehalf } from "behalf";
import { decodeJwt } from "jose";
import { describe, expect, it, onTestFinished } from "vitest";
import { listen } from "../../support/listen.ts";
import { closeAfterTest, toRoot } from "../../support/open-behalf.ts";
import { startAs, startOneBackend } from "../../support/start-servers.ts";
import { the } from "../../support/the.ts";

/** A backend of any address at all: what was called, as sent, and what the proof names. */
async function listenForProofs() {
  const calls: { readonly target: string; readonly htu: unknown }[] = [];
  const { url, close } = await listen((request, response) => {
    calls.push({ target: String(request.url), htu: decodeJwt(String(request.headers.dpop)).htu });
    response.end();
  });
  onTestFinished(close);
  return { url, calls };
}

async function openInventory(as: Awaited<ReturnType<typeof startAs>>, host: string) {
  const service = { host, grantType: "clientCredentials", audience: the.audience } as const;
  return closeAfterTest(createBehalf({ ...toRoot(as), dpop: true, services: { inventory: service } })).service(
    "inventory",
  );
}

describe("a proof of possession", () => {
  it.each(["/.//evil.example/x", "/.//user@evil.example/x", "/.//[/x", "/.//", "/a//b", "//evil.example/x", "//[/x"])(
    "names the host that is called, or the path is refused: %s",
    async (path) => {
      const { url, calls } = await listenForProofs();
      const inventory = await openInventory(await startAs(), url);
      const outcome = await inventory.get(path);
      if (!outcome.ok) {
        expect(outcome.error).toMatchObject({ name: "RequestRefusedError" });
        expect(calls).toEqual([]);
        return;
      }
      expect(calls).toEqual([{ target: calls[0]?.target, htu: `${url}${calls[0]?.target}` }]);
    },
  );

  it("is taken where the path begins with two slashes", async () => {
    const as = await startAs();
    const verify = { jwksUri: as.jwksUri, issuer: as.issuer, audience: the.audience };
    const backend = await startOneBackend({ verify, dpop: { nonce: "none" } });
    const inventory = await openInventory(as, backend.url);
    await inventory.get("/.//evil.example/x").unwrap();
    expect(decodeJwt(String(backend.request().headers.dpop)).htu).toBe(`${backend.url}//evil.example/x`);
  });
});
