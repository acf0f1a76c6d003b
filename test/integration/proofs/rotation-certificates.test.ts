import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fromFile } from "behalf";
import { beforeAll, describe, expect, it } from "vitest";
import { createSelfSigned, type KeyPair } from "../../support/certificates.ts";
import { type Clock, createClock } from "../../support/clock.ts";
import type { ScriptedAs } from "../../support/scripted-as.ts";
import type { Backend } from "../../support/scripted-backend.ts";
import { startAs } from "../../support/start-servers.ts";
import { makeTemporaryFolder } from "../../support/temporary-folder.ts";
import { the } from "../../support/the.ts";
import { createInventoryApi, type InventoryApi } from "./inventory-api.ts";
import { keepCalling, shortLifeSeconds } from "./keep-calling.ts";
import { type Certificates, makeCertificates, readBoundCertificate, startTlsBackend } from "./tls-world.ts";

let certificates: Certificates;
let before: KeyPair;
let after: KeyPair;

beforeAll(async () => {
  certificates = await makeCertificates();
  [before, after] = await Promise.all([createSelfSigned("orders-api"), createSelfSigned("orders-api")]);
});

interface World {
  readonly as: ScriptedAs;
  readonly backend: Backend;
  readonly clock: Clock;
  readonly api: InventoryApi;
  writeCertificate(pair: KeyPair): void;
  writeKey(pair: KeyPair): void;
  /** What the server takes from now on. */
  accept(...pairs: readonly KeyPair[]): void;
}

/** An instance that reads certificate and key from two files, and shows them to both servers. */
async function open(): Promise<World> {
  const { authority, server } = certificates;
  const clock = createClock();
  const as = await startAs({
    clock,
    lifeSeconds: shortLifeSeconds,
    tls: { ...server, clientCa: authority.certificate, mtlsAlias: true },
    clients: [{ clientId: the.clientId, certificateThumbprints: [before.thumbprint], certificateBound: true }],
  });
  const backend = await startTlsBackend(certificates);
  const folder = makeTemporaryFolder();
  const [certificatePath, keyPath] = [join(folder, "tls.crt"), join(folder, "tls.key")];
  const writeCertificate = ({ certificate }: KeyPair): void => writeFileSync(certificatePath, certificate);
  const writeKey = ({ privateKey }: KeyPair): void => writeFileSync(keyPath, privateKey);
  writeCertificate(before);
  writeKey(before);
  const api = createInventoryApi({
    authority: as.issuer,
    backend,
    clock,
    root: {
      clientAuthentication: "self_signed_tls_client_auth",
      clientCertificate: { certificate: fromFile(certificatePath), privateKey: fromFile(keyPath) },
      ca: authority.certificate,
    },
  });
  return {
    as,
    backend,
    clock,
    api,
    writeCertificate,
    writeKey,
    accept(...pairs) {
      as.setClient(the.clientId, { certificateThumbprints: pairs.map(({ thumbprint }) => thumbprint) });
    },
  };
}

describe("a client certificate that is rotated", () => {
  it.each(["the certificate", "the key"])("fails no call where %s is written first", async (first) => {
    const world = await open();
    const { api, backend, accept, writeCertificate, writeKey } = world;
    const writes = first === "the key" ? [writeKey, writeCertificate] : [writeCertificate, writeKey];
    const running = keepCalling(api, world);
    await running.renewed();
    accept(before, after);
    for (const write of writes) {
      write(after);
      await running.renewed();
    }
    accept(after);
    await running.renewed();
    const { calls, failures } = await running.stop();
    expect(failures).toEqual([]);
    expect(calls).toBeGreaterThan(50);
    for (const request of backend.requests) expect(request.certificate?.thumbprint).toBe(readBoundCertificate(request));
    expect(backend.request().certificate?.thumbprint).toBe(after.thumbprint);
  });

  it("from one moment to the next fails no call", async () => {
    const world = await open();
    const { api, accept, writeCertificate, writeKey } = world;
    const running = keepCalling(api, world);
    await running.renewed();
    writeCertificate(after);
    writeKey(after);
    accept(after);
    await running.renewed();
    expect((await running.stop()).failures).toEqual([]);
  });

  it("is found while a request with the old one is under way", async () => {
    const { api, as, clock, accept, writeCertificate, writeKey } = await open();
    const call = (): Promise<unknown> => api.service("inventory").endpoint("items").get().unwrap();
    const gate = as.hold();
    const early = call();
    await gate.arrived();
    writeCertificate(after);
    writeKey(after);
    clock.advance(1_000);
    // This one reads the new certificate, so that nothing has changed on the disk when the early one is refused.
    const late = call();
    await gate.arrived(2);
    accept(after);
    gate.release();
    await Promise.all([early, late]);
    const shown = as.tokenRequests.map(({ certificate }) => certificate?.thumbprint);
    expect(shown).toEqual([before.thumbprint, after.thumbprint, after.thumbprint]);
  });

  it("fails no call with parameters of its own between the one file and the other", async () => {
    const { api, clock, as, writeCertificate } = await open();
    const call = (extraParameters: Readonly<Record<string, string>>): Promise<unknown> =>
      api.service("inventory").endpoint("items").get({ extraParameters }).unwrap();
    await call({ zone: "one" });
    writeCertificate(after);
    clock.advance(1_000);
    await call({ zone: "two" });
    expect(as.tokenRequest().certificate?.thumbprint).toBe(before.thumbprint);
  });

  it("is not asked about twice where there is no other", async () => {
    const { api, as, accept } = await open();
    accept(after);
    await expect(api.service("inventory").endpoint("items").get().unwrap()).rejects.toMatchObject({
      name: "TokenRefusedError",
      error: "invalid_client",
    });
    expect(as.tokenRequests).toHaveLength(1);
  });
});
