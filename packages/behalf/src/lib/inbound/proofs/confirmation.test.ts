import { describe, expect, it } from "vitest";
import { readConfirmation } from "./confirmation.ts";

const key = "k".repeat(43);
const certificate = "c".repeat(43);
const binding = expect.objectContaining({ name: "CallerTokenError", reason: "binding" });

describe("readConfirmation", () => {
  it("finds nothing in a token that is bound to nothing", () => {
    expect(readConfirmation({ sub: "alice" })).toBeUndefined();
  });

  it.each([
    ["a key", { jkt: key }, { jkt: key, certificate: undefined }],
    ["a certificate", { "x5t#S256": certificate }, { jkt: undefined, certificate }],
    ["both", { jkt: key, "x5t#S256": certificate }, { jkt: key, certificate }],
    ["a key that is named in other ways too", { jkt: key, kid: "1" }, { jkt: key, certificate: undefined }],
  ])("reads the binding to %s", (_case, cnf, confirmation) => {
    expect(readConfirmation({ cnf })).toEqual(confirmation);
  });

  it.each([
    ["null", null],
    ["a text", key],
    ["a list", [{ jkt: key }]],
    ["nothing", {}],
    ["a key in full", { jwk: { kty: "EC" } }],
    ["the name of a key", { kid: "1" }],
    ["a certificate's SHA-1", { "x5t#S1": "c" }],
    ["x5t", { x5t: certificate }],
    ["other letters", { JKT: key }],
    ["a thumbprint that is null", { jkt: null }],
    ["a thumbprint that is a list", { jkt: [key] }],
    ["an empty thumbprint", { jkt: "" }],
    ["a thumbprint that is too short", { jkt: key.slice(1) }],
    ["a thumbprint that is too long", { jkt: `${key}k` }],
    ["a thumbprint with padding", { jkt: `${key.slice(1)}=` }],
    ["a thumbprint with a line's end", { jkt: `${key}\n` }],
    ["one good thumbprint and one bad", { jkt: key, "x5t#S256": 5 }],
  ])("refuses a token that is bound to %s", (_case, cnf) => {
    expect(() => readConfirmation({ cnf })).toThrow(binding);
  });
});
