import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { MultiStringValue } from "./multi-string-value.ts";

describe("MultiStringValue.from", () => {
  it("splits a text at white space", () => {
    expect([...MultiStringValue.from(" a  b\tc\n")]).toEqual(["a", "b", "c"]);
  });

  it("takes the items of a list, without blank ones", () => {
    expect([...MultiStringValue.from(["a", "", "  ", "b"])]).toEqual(["a", "b"]);
  });

  it("keeps the order and drops what comes again", () => {
    expect([...MultiStringValue.from("b a b")]).toEqual(["b", "a"]);
  });

  it.each([undefined, "", "  ", []])("gives the one empty value for %j", (nothing) => {
    expect(MultiStringValue.from(nothing)).toBe(MultiStringValue.empty);
  });

  it("gives back a value that is one already", () => {
    const value = MultiStringValue.from("a b");
    expect(MultiStringValue.from(value)).toBe(value);
  });
});

describe("MultiStringValue", () => {
  const value = MultiStringValue.from("write read");

  it("equals a value with the same items in another order", () => {
    expect(value.equals(MultiStringValue.from("read write"))).toBe(true);
  });

  it.each(["read", "read write admin", "read admin", ""])("differs from %j", (other) => {
    expect(value.equals(MultiStringValue.from(other))).toBe(false);
  });

  it("knows its items", () => {
    expect([value.size, value.has("read"), value.has("admin")]).toEqual([2, true, false]);
  });

  it("sorts a copy", () => {
    expect(value.sorted()).toEqual(["read", "write"]);
    expect([...value]).toEqual(["write", "read"]);
  });

  it("joins its items by spaces on the wire", () => {
    expect(`${value}`).toBe("write read");
  });

  it("is a list in JSON", () => {
    expect(JSON.stringify(value)).toBe('["write","read"]');
  });

  it("shows its items to a person", () => {
    expect(inspect(value)).toBe("MultiStringValue(write read)");
  });

  it("does not change with the list that it was made of", () => {
    const items = ["a"];
    const made = MultiStringValue.from(items);
    items.push("b");
    expect([...made]).toEqual(["a"]);
  });

  it("gives out a list that cannot be changed", () => {
    expect(Object.isFrozen(value.toJSON())).toBe(true);
  });
});
