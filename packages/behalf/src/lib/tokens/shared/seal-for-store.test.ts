import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { createRingKey } from "../../../../../../test/support/shared-process.ts";
import { Secret } from "../../values/secret.ts";
import { createStoreSeal } from "./seal-for-store.ts";

const [oldKey, newKey] = [createRingKey(), createRingKey()];
const seal = createStoreSeal([oldKey]);
const text = "the text that is sealed";
const nameOf = (of = "alice@example.com") => seal.nameOf("token", of);

describe("the seal of a shared store", () => {
  it("opens what it has sealed, and what another process with the key has", () => {
    expect(seal.open(nameOf(), seal.seal(nameOf(), text))).toBe(text);
    expect(createStoreSeal([oldKey]).open(nameOf(), seal.seal(nameOf(), text))).toBe(text);
  });

  it("shows nothing of a text, and not the same twice", () => {
    const [one, other] = [seal.seal(nameOf(), text), seal.seal(nameOf(), text)];
    expect(one).not.toContain(text.slice(0, 8));
    expect(one).not.toBe(other);
  });

  it("does not open what was sealed for another name", () => {
    expect(seal.open(nameOf("bob@example.com"), seal.seal(nameOf(), text))).toBeUndefined();
  });

  it("does not open what another key has sealed, with the same id as well", () => {
    const sealed = createStoreSeal([newKey]).seal(nameOf(), text);
    expect(seal.open(nameOf(), sealed)).toBeUndefined();
    expect(seal.open(nameOf(), sealed.replace(newKey.id, oldKey.id))).toBeUndefined();
  });

  it.each([
    ["no seal at all", () => text],
    ["what is not encrypted", () => createStoreSeal([]).seal(nameOf(), text)],
    ["a seal that was cut off", () => seal.seal(nameOf(), text).slice(0, -1)],
    [
      "a seal with one letter changed",
      () => seal.seal(nameOf(), text).replace(/.$/, (last) => (last === "A" ? "B" : "A")),
    ],
    ["an empty text", () => ""],
  ])("does not open %s", (_, make) => {
    expect(seal.open(nameOf(), make())).toBeUndefined();
  });
});

describe("a name in a shared store", () => {
  it("tells its kind, and nothing that could be guessed", () => {
    const subject = "alice@example.com";
    const name = seal.nameOf("subject", subject);
    expect(name).toMatch(/^subject:[\w-]{43}$/);
    const sha = createHash("sha256");
    expect(name).not.toContain(sha.update(subject).digest("base64url"));
  });

  it("is another one for another kind, another thing, and another key", () => {
    const names = [
      nameOf(),
      nameOf("bob"),
      seal.nameOf("lock", "alice@example.com"),
      createStoreSeal([newKey]).nameOf("token", "alice@example.com"),
    ];
    expect(new Set(names.map((name) => name.split(":")[1])).size).toBe(4);
  });

  it("is the same for the same key, whatever its id", () => {
    const renamed = { id: "another", key: new Secret(oldKey.key.value()) };
    expect(createStoreSeal([renamed]).nameOf("token", "alice@example.com")).toBe(nameOf());
  });
});

describe("a ring of two keys", () => {
  const both = createStoreSeal([newKey, oldKey]);

  it("finds and opens what the old key has named and sealed", () => {
    const [present, before] = both.namesOf("token", "alice@example.com");
    expect(before).toBe(nameOf());
    expect(both.open(nameOf(), seal.seal(nameOf(), text))).toBe(text);
    expect(present).toBe(both.nameOf("token", "alice@example.com"));
  });

  it("names and seals with the new one", () => {
    const name = both.nameOf("token", "alice@example.com");
    expect(name).toBe(createStoreSeal([newKey]).nameOf("token", "alice@example.com"));
    expect(createStoreSeal([newKey]).open(name, both.seal(name, text))).toBe(text);
    expect(seal.open(name, both.seal(name, text))).toBeUndefined();
  });
});

describe("a store without encryption", () => {
  const plain = createStoreSeal([]);

  it("holds texts as they are, under a name that they cannot leave", () => {
    const name = plain.nameOf("token", "alice");
    expect(plain.seal(name, text)).toContain(text);
    expect(plain.open(name, plain.seal(name, text))).toBe(text);
    expect(plain.open(plain.nameOf("token", "bob"), plain.seal(name, text))).toBeUndefined();
  });

  it("does not open what is encrypted", () => {
    expect(plain.open(nameOf(), seal.seal(nameOf(), text))).toBeUndefined();
  });
});
