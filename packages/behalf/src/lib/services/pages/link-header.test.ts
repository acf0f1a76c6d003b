import { describe, expect, it } from "vitest";
import { parseLinks } from "./link-header.ts";

const targets = (header: string): readonly string[] => parseLinks(header).map(({ target }) => target);

describe("parseLinks", () => {
  it("reads a link with a quoted relation", () => {
    expect(parseLinks('<https://api.example.com/items?page=2>; rel="next"')).toEqual([
      { target: "https://api.example.com/items?page=2", relations: ["next"], anchor: undefined },
    ]);
  });

  it.each([
    ["a plain relation", "</2>; rel=next"],
    ["a relation in capitals", '</2>; REL="NEXT"'],
    ["no space", '</2>;rel="next"'],
    ["spaces everywhere", '  </2>  ;  rel  =  "next"  '],
    ["other parameters around it", '</2>; title="two, <three>; four"; rel="next"; type="text/html"'],
    ["a parameter without a value", '</2>; crossorigin; rel="next"'],
    ["an extended parameter", "</2>; title*=UTF-8'de'n%c3%a4chstes; rel=next"],
    ["a relation that comes twice", '</2>; rel="next"; rel="prev"'],
    ["quotes within quotes", '</2>; title="a \\" b"; rel="next"'],
    ["semicolons with nothing between them", '</2>;; rel="next";'],
  ])("reads a link with %s", (_what, header) => {
    expect(parseLinks(header)).toMatchObject([{ target: "/2", relations: ["next"] }]);
  });

  it("reads several relations of one link", () => {
    expect(parseLinks('</2>; rel="last next"')).toMatchObject([{ relations: ["last", "next"] }]);
  });

  it("reads several links", () => {
    expect(targets('</1,a>; rel="prev", </3;b>; rel="next" , </9>')).toEqual(["/1,a", "/3;b", "/9"]);
  });

  it("skips empty members of the list", () => {
    expect(targets(', , </1>; rel="prev",, </3>')).toEqual(["/1", "/3"]);
  });

  it("reads what a link is one of", () => {
    expect(parseLinks('</2>; rel="next"; anchor="#part"')).toMatchObject([{ anchor: "#part" }]);
  });

  it.each(["", "rel=next", "</2", "/2>; rel=next", "items; rel=next"])("finds none in %j", (header) => {
    expect(parseLinks(header)).toEqual([]);
  });

  it.each(['</3>; rel="next', "</3>; rel=next </4>", "</3> rel=next", '</3>; rel="a" b'])(
    "ends where it is not well-formed, as by %j",
    (header) => {
      expect(targets(`</1>, ${header}, </5>`)).toEqual(["/1"]);
    },
  );

  it("reads a long header in a time that grows with its length", () => {
    const hostile = `</1>; ${'a="'.repeat(20_000)}`;
    const startedAt = performance.now();
    expect(parseLinks(hostile)).toEqual([]);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });
});
