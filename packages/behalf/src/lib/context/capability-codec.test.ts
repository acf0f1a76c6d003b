import { describe, expect, it } from "vitest";
import { decodeFacts } from "./capability-codec.ts";

const identity = {
  issuer: "https://as.example",
  subject: "alice",
  client: "web-shop",
  scopes: ["orders"],
  sessionId: "session-1",
  system: false,
};
const subject = { kind: "subjectToken", token: "marker-token", expiresAt: 2, caller: identity };
const facts = {
  version: 1,
  issuer: "https://as.example",
  client: "orders-api",
  tenant: "acme",
  services: ["inventory"],
  issuedAt: 0,
  expiresAt: 1,
  subject,
};

const decode = (changes: object): unknown => decodeFacts(JSON.stringify({ ...facts, ...changes }));

describe("decodeFacts", () => {
  it.each([
    ["the caller's token", {}],
    ["a refresh token", { subject: { kind: "refreshToken", token: "r", caller: identity } }],
    ["no tenant", { tenant: undefined }],
    ["a caller without name", { subject: { ...subject, caller: { ...identity, subject: undefined, client: "" } } }],
  ])("reads %s", (_case, changes) => {
    expect(decode(changes)).toBeDefined();
  });

  it.each([
    ["another version", { version: 2 }],
    ["no version", { version: undefined }],
    ["a member that nobody knows", { more: true }],
    ["no issuer", { issuer: undefined }],
    ["an issuer that is no text", { issuer: 5 }],
    ["a tenant that is null", { tenant: null }],
    ["services that are no list", { services: "inventory" }],
    ["services that are no texts", { services: ["inventory", 5] }],
    ["no beginning", { issuedAt: undefined }],
    ["a session that is no text", { subject: { ...subject, caller: { ...identity, sessionId: 5 } } }],
    ["no end", { expiresAt: null }],
    ["an end that is a text", { expiresAt: "1" }],
    ["no subject", { subject: undefined }],
    ["a subject that is a list", { subject: [subject] }],
    ["a subject of another kind", { subject: { ...subject, kind: "password" } }],
    ["a subject with more", { subject: { ...subject, claims: {} } }],
    ["a refresh token with an end", { subject: { ...subject, kind: "refreshToken" } }],
    ["a token that no header can carry", { subject: { ...subject, token: "a b" } }],
    ["no caller", { subject: { ...subject, caller: undefined } }],
    ["a caller with more", { subject: { ...subject, caller: { ...identity, token: "a" } } }],
    ["a caller that may be a system", { subject: { ...subject, caller: { ...identity, system: "no" } } }],
    ["scopes in one text", { subject: { ...subject, caller: { ...identity, scopes: "a b" } } }],
  ])("refuses %s", (_case, changes) => {
    expect(decode(changes)).toBeUndefined();
  });

  it.each(["", "null", "[]", "5", '"text"', "{", JSON.stringify(facts).replace('"expiresAt":1', '"expiresAt":1e999')])(
    "refuses %s",
    (text) => {
      expect(decodeFacts(text)).toBeUndefined();
    },
  );
});
