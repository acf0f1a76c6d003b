import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isTargetOf, toProofTarget } from "../../packages/behalf/src/lib/inbound/proofs/proof-target.ts";
import { openPossession } from "../support/possession.ts";
import { chooseSeed } from "../support/seed.ts";

fc.configureGlobal({ seed: chooseSeed("possession") });

const unreserved = "abcXYZ019-._~";
const characters = [
  ...unreserved,
  "%2F",
  "%25",
  "%3f",
  "%C3%A9",
  "!",
  "$",
  "&",
  "'",
  "(",
  "*",
  "+",
  ",",
  ";",
  "=",
  ":",
  "@",
];
const segment = fc
  .array(fc.constantFrom(...characters), { maxLength: 6 })
  .map((list) => list.join(""))
  .filter((text) => text !== "." && text !== "..");
const path = fc.array(segment, { minLength: 1, maxLength: 5 }).map((segments) => `/${segments.join("/")}`);
const host = fc.constantFrom("api.example", "a.b.c", "127.0.0.1", "[::1]");
const place = fc.record({ scheme: fc.constantFrom("http", "https"), host, port: fc.constantFrom("", ":8080"), path });

type Place = typeof place extends fc.Arbitrary<infer value> ? value : never;
type Spell = (text: string) => string;

const inEitherCase =
  (upper: boolean): Spell =>
  (text) =>
    upper ? text.toUpperCase() : text.toLowerCase();
const encodeAll: Spell = (text) =>
  text.replace(/%[0-9a-f]{2}|./gi, (part) =>
    unreserved.includes(part) ? `%${part.charCodeAt(0).toString(16)}` : part.toLowerCase(),
  );

const write = ({ scheme, host: name, port, path: rest }: Place): string => `${scheme}://${name}${port}${rest}`;

function writeOtherwise(it: Place, [upper, encoded, named, end]: readonly [boolean, boolean, boolean, string]): string {
  const defaultPort = it.scheme === "https" ? ":443" : ":80";
  const port = it.port === "" && named ? defaultPort : it.port;
  const rest = encoded ? encodeAll(it.path) : it.path;
  const dots = named ? `/x/..${rest}` : rest;
  return `${inEitherCase(upper)(`${it.scheme}://${it.host}`)}${port}${dots}${end}`;
}

const spelling = fc.tuple(fc.boolean(), fc.boolean(), fc.boolean(), fc.constantFrom("", "?", "?a=/../b", "#c", "?d#e"));

describe("the URL of a proof", () => {
  it("has one spelling, however it is written", () => {
    fc.assert(
      fc.property(place, spelling, (it, otherwise) => {
        expect(toProofTarget(writeOtherwise(it, otherwise))).toBe(toProofTarget(write(it)));
      }),
    );
  });

  it("is spelt like itself", () => {
    fc.assert(
      fc.property(place, (it) => {
        const target = toProofTarget(write(it)) ?? "";
        expect(toProofTarget(target)).toBe(target);
      }),
    );
  });

  it("is that of no other place", () => {
    fc.assert(
      fc.property(place, place, (one, other) => {
        const same = decodeURIComponent(write(one)) === decodeURIComponent(write(other));
        fc.pre(!same);
        expect(toProofTarget(write(one))).not.toBe(toProofTarget(write(other)));
      }),
    );
  });

  it("is that of a request to the place alone", () => {
    fc.assert(
      fc.property(place, path, (it, otherPath) => {
        const target = toProofTarget(write(it)) ?? "";
        const urls = [write({ ...it, path: "" })];
        expect(isTargetOf(target, urls, `${it.path}?page=2`)).toBe(true);
        fc.pre(decodeURIComponent(otherPath) !== decodeURIComponent(it.path));
        expect(isTargetOf(target, urls, otherPath)).toBe(false);
      }),
    );
  });

  it("is found in no text without an answer", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (htu, url) => {
        const target = toProofTarget(`https://api.example/${htu}`);
        expect(target === undefined || target.startsWith("https://api.example/")).toBe(true);
        expect(typeof isTargetOf("https://api.example/", ["https://api.example"], url)).toBe("boolean");
      }),
    );
  });
});

describe("a proof", () => {
  it("is refused, and nothing else happens, when any one byte of it is another", async () => {
    const { show, prove } = openPossession();
    const proof = await prove();
    await fc.assert(
      fc.asyncProperty(fc.nat(proof.length - 1), fc.integer({ min: 0, max: 255 }), async (place, byte) => {
        const character = String.fromCharCode(byte);
        fc.pre(character !== proof[place]);
        const changed = proof.slice(0, place) + character + proof.slice(place + 1);
        const refusal = await show({ proofs: [changed] }).catch((error: unknown) => error);
        expect(refusal).toMatchObject({ name: "CallerTokenError", reason: expect.stringMatching(/^(proof|binding)$/) });
      }),
      { numRuns: 500 },
    );
    await expect(show({ proofs: [proof] })).resolves.toBeUndefined();
  });

  it("is refused with any other last character: a signature has one spelling", async () => {
    const { show, prove } = openPossession();
    const proof = await prove();
    for (const character of "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") {
      if (proof.endsWith(character)) continue;
      await expect(show({ proofs: [proof.slice(0, -1) + character] })).rejects.toMatchObject({ reason: "proof" });
    }
  });

  it("is answered with a refusal whatever its parts hold", async () => {
    const { show, prove } = openPossession();
    const members = fc.dictionary(fc.constantFrom("typ", "alg", "jwk", "crit", "b64", "kid", "zip"), fc.jsonValue());
    await fc.assert(
      fc.asyncProperty(members, fc.json(), async (header, payload) => {
        const shown = show({ proofs: [await prove({ header, payload })] });
        await expect(shown).rejects.toMatchObject({ name: "CallerTokenError" });
      }),
    );
  });
});
