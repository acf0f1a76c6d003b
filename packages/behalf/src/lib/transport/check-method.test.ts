import { describe, expect, it } from "vitest";
import { RequestRefusedError } from "../errors/request-refused-error.ts";
import { readMethod } from "./check-method.ts";

describe("readMethod", () => {
  it.each([
    ["GET", "GET"],
    ["get", "GET"],
    ["Patch", "PATCH"],
    ["M-SEARCH", "M-SEARCH"],
  ])("gives %s as %s", (given, method) => {
    expect(readMethod(given)).toBe(method);
  });

  it.each(["CONNECT", "TRACE", "TRACK", "connect", "Trace"])("refuses %s, and names it", (given) => {
    const named = { refusal: "method", subject: given.toUpperCase() };
    expect(() => readMethod(given)).toThrow(expect.objectContaining(named));
  });

  it.each([
    "",
    " GET",
    "GET ",
    "GET\r\nHost: evil.example",
    "GET\n",
    "GET\0",
    "G\u00c9T",
    undefined,
    7,
    Symbol("GET"),
    ["GET"],
  ])("refuses %j, and does not repeat it", (given) => {
    expect(() => readMethod(given)).toThrow(RequestRefusedError);
    expect(() => readMethod(given)).toThrow(expect.objectContaining({ refusal: "method", subject: "method" }));
  });
});
