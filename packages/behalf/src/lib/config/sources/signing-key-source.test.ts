import { generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { generateSigningKey } from "../read-signing-key.ts";
import { createSigningKeySource } from "./signing-key-source.ts";
import { createTextSource } from "./text-source.ts";

const path = "privateKey";
const makePem = (): string =>
  String(generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ type: "pkcs8", format: "pem" }));

/** A source whose text a test can change. */
function changing(first: string | undefined) {
  const place = { text: first };
  return { place, source: createTextSource({ notation: "${file:key}", readText: () => place.text }) };
}

describe("createSigningKeySource", () => {
  it("gives the same key while its text stays the same", () => {
    const source = createSigningKeySource([changing(makePem()).source], { path });
    expect(source.read()).toBe(source.read());
  });

  it("gives another key when the text is another one", () => {
    const { place, source } = changing(makePem());
    const keys = createSigningKeySource([source], { path });
    const first = keys.read();
    place.text = makePem();
    expect(keys.read()?.publicJwk).not.toEqual(first?.publicJwk);
    expect(keys.read(first)).toBe(keys.read());
  });

  it("keeps the key while its text is half written", () => {
    const { place, source } = changing(makePem());
    const keys = createSigningKeySource([source], { path });
    const first = keys.read();
    place.text = "-----BEGIN PRIV";
    expect(keys.read()).toBe(first);
    expect(keys.read(first)).toBeUndefined();
  });

  it("says what is wrong with a text that never was a key", () => {
    const keys = createSigningKeySource([changing("none").source], { path });
    expect(() => keys.read()).toThrow(/privateKey: a text that is no private key/);
  });

  it("moves on when one is refused, and stays there", () => {
    const [one, other] = [generateSigningKey(), generateSigningKey()];
    const keys = createSigningKeySource([one, other], { path });
    expect(keys.read()).toBe(one);
    expect(keys.read(one)).toBe(other);
    expect(keys.read()).toBe(other);
    expect(keys.read(other)).toBe(one);
  });

  it("leaves out what does not exist any more", () => {
    const { place, source } = changing(makePem());
    const other = generateSigningKey();
    const keys = createSigningKeySource([source, other], { path });
    place.text = undefined;
    expect(keys.read()).toBe(other);
    expect(keys.read(other)).toBeUndefined();
  });

  it("uses whoever signs as it is, under the name that it is told", async () => {
    const signed: Uint8Array[] = [];
    const signer = {
      algorithm: "ES256",
      sign(input: Uint8Array): Uint8Array {
        signed.push(input);
        return input;
      },
    };
    expect(createSigningKeySource([signer], { path }).read()).toBe(signer);
    const named = createSigningKeySource([signer], { path, keyId: "k" }).read();
    expect(await named?.sign(new Uint8Array([1]))).toEqual(new Uint8Array([1]));
    expect(named).toMatchObject({ keyId: "k", algorithm: "ES256" });
    expect(signed).toHaveLength(1);
  });
});
