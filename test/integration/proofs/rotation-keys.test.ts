import { generateKeyPairSync, X509Certificate } from "node:crypto";
import { mkdirSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type AuthOptions, fromFile } from "behalf";
import { importJWK, type JWK, SignJWT } from "jose";
import { describe, expect, it } from "vitest";
import { createSelfSigned, type KeyPair } from "../../support/certificates.ts";
import { type Clock, createClock } from "../../support/clock.ts";
import type { ScriptedAs, ScriptedClient } from "../../support/scripted-as.ts";
import { startServers } from "../../support/start-servers.ts";
import { makeTemporaryFolder } from "../../support/temporary-folder.ts";
import { the } from "../../support/the.ts";
import { createInventoryApi, type InventoryApi } from "./inventory-api.ts";
import { keepCalling, shortLifeSeconds } from "./keep-calling.ts";

interface World {
  readonly as: ScriptedAs;
  readonly clock: Clock;
  create(root: AuthOptions): InventoryApi;
}

async function open(client: Omit<ScriptedClient, "clientId">, clock = createClock()): Promise<World> {
  const clients = [{ clientId: the.clientId, ...client }];
  const { as, backend } = await startServers({ clock, clients, lifeSeconds: shortLifeSeconds });
  return { as, clock, create: (root) => createInventoryApi({ authority: as.issuer, backend, clock, root }) };
}

interface NamedKey {
  readonly privateJwk: JWK;
  readonly publicJwk: JWK;
  readonly pem: string;
}

function makeKey(kid: string): NamedKey {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return {
    privateJwk: { ...privateKey.export({ format: "jwk" }), kid },
    publicJwk: { ...publicKey.export({ format: "jwk" }), kid },
    pem: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}

const toPublicKey = ({ certificate, thumbprint }: KeyPair): JWK => ({
  ...new X509Certificate(certificate).publicKey.export({ format: "jwk" }),
  "x5t#S256": thumbprint,
});

describe("a private key that is rotated", () => {
  it.each([
    ["a JWK with a new kid", ({ privateJwk }: NamedKey) => JSON.stringify(privateJwk)],
    ["PEM", ({ pem }: NamedKey) => pem],
  ])("fails no call where its file holds %s", async (_form, write) => {
    const [before, after] = [makeKey("before"), makeKey("after")];
    const path = join(makeTemporaryFolder(), "key");
    writeFileSync(path, write(before));
    const { as, clock, create } = await open({ keys: [before.publicJwk] });
    const api = create({ clientAuthentication: "private_key_jwt", privateKey: fromFile(path) });
    const running = keepCalling(api, { as, clock });
    await running.renewed();
    as.setClient(the.clientId, { keys: [before.publicJwk, after.publicJwk] });
    writeFileSync(path, "");
    await running.renewed();
    writeFileSync(path, write(after));
    await running.renewed();
    as.setClient(the.clientId, { keys: [after.publicJwk] });
    await running.renewed();
    const { calls, failures } = await running.stop();
    expect(failures).toEqual([]);
    expect(calls).toBeGreaterThan(50);
  });

  it("from one moment to the next fails no call", async () => {
    const [before, after] = [makeKey("before"), makeKey("after")];
    const path = join(makeTemporaryFolder(), "key");
    writeFileSync(path, JSON.stringify(before.privateJwk));
    const { as, clock, create } = await open({ keys: [before.publicJwk] });
    const api = create({ clientAuthentication: "private_key_jwt", privateKey: fromFile(path) });
    const running = keepCalling(api, { as, clock });
    await running.renewed();
    writeFileSync(path, JSON.stringify(after.privateJwk));
    as.setClient(the.clientId, { keys: [after.publicJwk] });
    await running.renewed();
    expect((await running.stop()).failures).toEqual([]);
    expect(as.tokenRequest().presented.assertion?.header.kid).toBe("after");
  });

  it("with its certificate fails no call between the one file and the other", async () => {
    const pairs = [await createSelfSigned("before"), await createSelfSigned("after")] as const;
    const folder = makeTemporaryFolder();
    const [keyPath, certificatePath] = [join(folder, "key.pem"), join(folder, "certificate.pem")];
    const [before, after] = [toPublicKey(pairs[0]), toPublicKey(pairs[1])];
    writeFileSync(keyPath, pairs[0].privateKey);
    writeFileSync(certificatePath, pairs[0].certificate);
    const { as, clock, create } = await open({ keys: [before] });
    const running = keepCalling(
      create({
        clientAuthentication: "private_key_jwt",
        privateKey: fromFile(keyPath),
        certificate: fromFile(certificatePath),
      }),
      { as, clock },
    );
    await running.renewed();
    as.setClient(the.clientId, { keys: [before, after] });
    writeFileSync(certificatePath, pairs[1].certificate);
    await running.renewed();
    writeFileSync(keyPath, pairs[1].privateKey);
    await running.renewed();
    as.setClient(the.clientId, { keys: [after] });
    await running.renewed();
    expect((await running.stop()).failures).toEqual([]);
    expect(as.tokenRequest().presented.assertion?.header["x5t#S256"]).toBe(pairs[1].thumbprint);
  });
});

/** A volume as Kubernetes mounts it: the file is a link into `..data`, which is a link to the folder of the present version. */
function mountServiceAccount(): { readonly path: string; write(version: string, token: string): void } {
  const folder = makeTemporaryFolder();
  const path = join(folder, "token");
  symlinkSync(join("..data", "token"), path);
  return {
    path,
    write(version, token) {
      mkdirSync(join(folder, version));
      writeFileSync(join(folder, version, "token"), token);
      symlinkSync(version, join(folder, "..data_tmp"));
      renameSync(join(folder, "..data_tmp"), join(folder, "..data"));
    },
  };
}

describe("a service account token that is rotated", () => {
  it("fails no call when its volume is swapped, though the one before ends", async () => {
    const clock = createClock();
    const issuer = "https://kubernetes.default.svc";
    const subject = "system:serviceaccount:shop:orders-api";
    const [first, second] = [makeKey("first"), makeKey("second")];
    const audience = "https://as.example.com";
    const sign = async ({ privateJwk }: NamedKey, seconds: number): Promise<string> =>
      new SignJWT({ iss: issuer, sub: subject, aud: audience, exp: Math.floor(clock.now() / 1_000) + seconds })
        .setProtectedHeader({ alg: "ES256", kid: privateJwk.kid ?? "" })
        .sign(await importJWK(privateJwk, "ES256"));
    const volume = mountServiceAccount();
    volume.write("..2026_01_01", await sign(first, 600));
    const workload = { issuer, subject, audience };
    const { as, create } = await open(
      { workloads: [{ ...workload, keys: [first.publicJwk, second.publicJwk] }] },
      clock,
    );
    const api = create({ clientAuthentication: "workload_identity", clientAssertion: fromFile(volume.path) });
    const running = keepCalling(api, { as, clock });
    await running.renewed();
    volume.write("..2026_01_02", await sign(second, 3_600));
    await running.renewed();
    expect(as.tokenRequest().presented.assertion?.header.kid).toBe("second");
    as.setClient(the.clientId, { workloads: [{ ...workload, keys: [second.publicJwk] }] });
    clock.advance(600_000);
    await running.renewed();
    const { calls, failures } = await running.stop();
    expect(failures).toEqual([]);
    expect(calls).toBeGreaterThan(50);
    expect(as.tokenRequest().presented.assertion?.header.kid).toBe("second");
  });
});
