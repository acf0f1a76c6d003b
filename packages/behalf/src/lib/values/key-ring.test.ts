import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { createKeyRing, type KeyRing } from "./key-ring.ts";
import { Secret } from "./secret.ts";

const bytes = Buffer.from(Array.from({ length: 32 }, (_, index) => index));
const key = { id: "2025", key: new Secret(bytes.toString("base64")) };
const otherKey = { id: "2026", key: new Secret(Buffer.alloc(32, 0xfb).toString("base64url")) };

function openRing(keys = [key], purpose = "capability"): KeyRing {
  const ring = createKeyRing(keys, purpose);
  if (!ring) throw new Error("There is no ring");
  return ring;
}

const ring = openRing();
const sealed = ring.seal("zażółć", "a");

describe("what a ring sealed", () => {
  it.each(["zażółć", "", "a.b.c", "\u0000", "x".repeat(100_000)])("comes back: %#", (text) => {
    expect(ring.open(ring.seal(text, "a"), "a")).toBe(text);
  });

  it("differs each time, and shows only the key's id", () => {
    const texts = [ring.seal("a", "b"), ring.seal("a", "b")];
    expect(new Set(texts).size).toBe(2);
    for (const text of texts) expect(text).toMatch(/^b1\.2025\.[\w-]{39}$/);
  });

  it("is of a form that other programs know: HKDF-SHA-256 and AES-256-GCM", () => {
    const made = "b1.2025.AAECAwQFBgcICQoL4hyuNMUv639efsRaVzOLeh43C-xqEe6jjvY";
    expect(ring.open(made, "capability")).toBe("zażółć");
  });

  it("is opened by an older key, and sealed by the first", () => {
    const renewed = openRing([otherKey, key]);
    expect(renewed.open(sealed, "a")).toBe("zażółć");
    expect(renewed.seal("a", "b")).toMatch(/^b1\.2026\./);
  });

  it.each([
    ["other associated text", ring, "b"],
    ["another purpose", openRing([key], "store"), "a"],
    ["other keys", openRing([otherKey]), "a"],
    ["another key of the same id", openRing([{ ...otherKey, id: key.id }]), "a"],
    ["the same key of another id", openRing([{ ...key, id: otherKey.id }]), "a"],
  ])("is not opened with %s", (_case, opening, associated) => {
    expect(opening.open(sealed, associated)).toBeUndefined();
  });
});

it("a ring opens no text that was renamed to another id of the same key", () => {
  const twice = openRing([key, { ...key, id: otherKey.id }]);
  expect(twice.open(sealed, "a")).toBe("zażółć");
  expect(twice.open(sealed.replace(key.id, otherKey.id), "a")).toBeUndefined();
});

describe("a ring opens nothing of", () => {
  const [version, id, payload = ""] = sealed.split(".");
  const changed = (index: number): string => {
    const altered = Buffer.from(payload, "base64url");
    altered.writeUInt8(altered.readUInt8(index) ^ 1, index);
    return `${version}.${id}.${altered.toString("base64url")}`;
  };

  it.each([
    ["an empty text", ""],
    ["a foreign text", "eyJhbGciOiJub25lIn0.e30."],
    ["a future version", `b2.${id}.${payload}`],
    ["the name of another key", `b1.2026.${payload}`],
    ["the same key under another name", `b1.2025x.${payload}`],
    ["no payload", `b1.${id}.`],
    ["too short a payload", `b1.${id}.${Buffer.alloc(27).toString("base64url")}`],
    ["another nonce", changed(0)],
    ["another ciphertext", changed(12)],
    ["another tag", changed(Buffer.from(payload, "base64url").length - 1)],
    ["half of it", sealed.slice(0, -12)],
    ["more than it", `${sealed}AAAA`],
    ["padding", `${sealed}=`],
    ["a line's end", `${sealed}\n`],
    ["a space before it", ` ${sealed}`],
    ["characters that a decoder skips", `${version}.${id}.${payload.slice(0, 9)}!${payload.slice(9)}`],
  ])("%s", (_case, text) => {
    expect(ring.open(text, "a")).toBeUndefined();
  });

  it("another spelling of the same bytes", () => {
    const plain = ring.seal("a", "a");
    const last = plain.at(-1) ?? "";
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const twin = `${plain.slice(0, -1)}${alphabet[alphabet.indexOf(last) + 1]}`;
    const toBytes = (text: string): Buffer => Buffer.from(text.split(".")[2] ?? "", "base64url");
    expect(toBytes(twin)).toEqual(toBytes(plain));
    expect(ring.open(twin, "a")).toBeUndefined();
  });

  it("base64 for base64url", () => {
    let text = sealed;
    while (!/[-_]/.test(text.slice(8))) text = ring.seal("zażółć", "a");
    expect(ring.open(text, "a")).toBe("zażółć");
    expect(ring.open(`b1.2025.${text.slice(8).replaceAll("-", "+").replaceAll("_", "/")}`, "a")).toBeUndefined();
  });
});

describe("the keys of a ring", () => {
  it("may be none: then there is no ring", () => {
    expect(createKeyRing([], "capability")).toBeUndefined();
  });

  it.each(["base64", "base64url"] as const)("may be %s", (encoding) => {
    const opening = openRing([{ id: key.id, key: new Secret(bytes.toString(encoding)) }]);
    expect(opening.open(sealed, "a")).toBe("zażółć");
  });

  it.each([
    ["31 bytes", Buffer.alloc(31).toString("base64")],
    ["33 bytes", Buffer.alloc(33).toString("base64")],
    ["hexadecimal", bytes.toString("hex")],
    ["nothing", ""],
    ["a sentence", "correct horse battery staple, my dear friend"],
  ])("are refused when they are %s, and are not shown", (_case, text) => {
    expect(() => createKeyRing([key, { id: "b", key: new Secret(text) }], "capability")).toThrow(
      new TypeError('The key "b" is not 32 bytes in base64 or base64url.'),
    );
  });

  it.each(["", "a b", "ä", "a/b", "x".repeat(65)])("are refused under the id %j", (id) => {
    expect(() => createKeyRing([{ ...key, id }], "capability")).toThrow(/^The id of a key/);
  });

  it("may have dots in their ids", () => {
    const dotted = openRing([{ ...key, id: "a.b.c" }]);
    expect(dotted.open(dotted.seal("x", "a"), "a")).toBe("x");
  });

  it("are refused when two have one id", () => {
    expect(() => createKeyRing([key, { ...otherKey, id: key.id }], "capability")).toThrow(TypeError);
  });

  it("are not shown by the ring", () => {
    const shown = `${inspect(ring, { depth: 9, showHidden: true })} ${JSON.stringify(ring)} ${ring}`;
    for (const encoding of ["base64", "base64url", "hex"] as const)
      expect(shown).not.toContain(bytes.toString(encoding));
  });
});
