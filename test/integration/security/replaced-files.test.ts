import { generateKeyPairSync } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createBehalf, fromFile } from "behalf";
import { calculateJwkThumbprint, decodeJwt, decodeProtectedHeader } from "jose";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { createCertificateAuthority } from "../../support/certificates.ts";
import { createClock } from "../../support/clock.ts";
import { closeAfterTest, receive, toRoot } from "../../support/open-behalf.ts";
import { startProxy } from "../../support/proxy.ts";
import type { BackendRequest } from "../../support/scripted-backend.ts";
import { some } from "../../support/some.ts";
import { startAs, startServers } from "../../support/start-servers.ts";
import { makeTemporaryFolder } from "../../support/temporary-folder.ts";
import { the } from "../../support/the.ts";

/** A file with a clock by which it was replaced long enough ago. */
function openFile(first: string) {
  const clock = createClock();
  const path = join(makeTemporaryFolder(), "file");
  writeFileSync(path, first);
  const replace = (text: string): void => {
    writeFileSync(path, text);
    clock.advance(60_000);
  };
  return { clock, given: fromFile(path), replace };
}

async function openProxy() {
  const proxy = await startProxy();
  onTestFinished(() => proxy.close());
  return proxy;
}

const inbound = { audience: the.clientId, jwksCooldownMs: 1 };

describe("signing keys, where the token endpoint", () => {
  it.each([
    ["is configured", true],
    ["is learned", false],
  ])("%s, are seen to be rotated over a proxy that was replaced", async (_how, configured) => {
    const [before, after] = [await openProxy(), await openProxy()];
    const { clock, given, replace } = openFile(before.url);
    const as = await startAs({ clock });
    const tokenEndpoint = configured ? { tokenEndpoint: as.tokenEndpoint } : {};
    const behalf = closeAfterTest(
      createBehalf({ ...toRoot(as), ...tokenEndpoint, inbound, proxy: given, now: clock.now, services: {} }),
    );
    await receive(behalf, await as.issue(some.claims()));
    const count = before.tunnels.length;
    replace(after.url);
    await as.rotateKeys();
    await before.close();
    const token = await as.issue(some.claims({ sub: the.bob }));
    await vi.waitFor(async () => expect((await receive(behalf, token)).context.caller?.subject).toBe(the.bob));
    expect(before.tunnels).toHaveLength(count);
    expect(after.tunnels.map(({ target }) => target)).toContain(new URL(as.url).host);
  });

  it("is configured, are trusted by the authority that the file holds now", async () => {
    const [own, another] = [await createCertificateAuthority(), await createCertificateAuthority("another")];
    const { clock, given, replace } = openFile(another.certificate);
    const as = await startAs({ clock, tls: await own.issueServer() });
    const behalf = closeAfterTest(
      createBehalf({
        ...toRoot(as),
        tokenEndpoint: as.tokenEndpoint,
        inbound,
        ca: given,
        now: clock.now,
        services: {},
      }),
    );
    const token = await as.issue(some.claims());
    await expect(receive(behalf, token)).rejects.toMatchObject({ name: "TokenUnreachableError" });
    replace(own.certificate);
    await vi.waitFor(async () => expect((await receive(behalf, token)).context.caller?.subject).toBe(the.alice));
  });
});

const makePem = (): string =>
  generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ type: "pkcs8", format: "pem" }).toString();

const boundTo = ({ token = "" }: BackendRequest): unknown => Reflect.get(Object(decodeJwt(token).cnf), "jkt");

async function provenBy({ headers }: BackendRequest): Promise<string> {
  const { jwk } = decodeProtectedHeader(String(headers.dpop));
  return calculateJwkThumbprint(jwk ?? {});
}

describe("a DPoP key that is read from a file", () => {
  it("is another one for proofs and tokens after the file was replaced", async () => {
    const { clock, given, replace } = openFile(makePem());
    const { as, backend } = await startServers({ clock });
    const service = { host: backend.url, grantType: "clientCredentials", audience: the.audience } as const;
    const behalf = closeAfterTest(
      createBehalf({
        ...toRoot(as),
        dpop: { privateKey: given },
        now: clock.now,
        services: { inventory: service },
      }),
    );
    const call = () => behalf.service("inventory").get("/").unwrap();
    await call();
    await call();
    expect(as.count("token")).toBe(1);
    replace(makePem());
    await call();
    await call();
    expect(as.count("token")).toBe(2);
    const keys = await Promise.all(backend.requests.map(provenBy));
    expect(keys).toEqual(backend.requests.map(boundTo));
    expect([keys[0] === keys[1], keys[1] === keys[2], keys[2] === keys[3]]).toEqual([true, false, true]);
  });
});
