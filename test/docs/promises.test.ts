import { describe, expect, it } from "vitest";
import { readText } from "../architecture/project.ts";
import { checkPromises, listPromises } from "./check-promises.ts";

const operations = listPromises(readText("docs/operations.md"));
const readme = listPromises(readText("README.md"));

describe("the promises of docs/operations.md", () => {
  it("name tests that exist", () => {
    expect(checkPromises(operations, readText)).toEqual([]);
  });

  it("are those of the README", () => {
    expect(readme.map(({ what }) => what)).toEqual(operations.map(({ what }) => what));
    expect(operations.length).toBeGreaterThan(20);
  });
});

const page = (test: string): string =>
  `| what happens | what Behalf does | test |\n| --- | --- | --- |\n| it rains | It goes on. | ${test} |\n\n| x | y |\n`;
const find = (path: string): string => (path === "test/rain.test.ts" ? 'it("goes on in the rain", …)' : "");
const check = (test: string): readonly string[] => checkPromises(listPromises(page(test)), find);

describe("the check of promises", () => {
  it("reads one table", () => {
    expect(listPromises(page("–"))).toEqual([{ what: "it rains", tests: "–" }]);
  });

  it("passes what exists, and what has no test yet", () => {
    expect([check('`test/rain.test.ts` "goes on in the rain"'), check("–")]).toEqual([[], []]);
  });

  it.each([
    ["another title", '`test/rain.test.ts` "goes on in the snow"'],
    ["one wrong title of two", '`test/rain.test.ts` "goes on in the rain", "goes on in the snow"'],
    ["a file that is not there", '`test/snow.test.ts` "goes on in the rain"'],
    ["a file without a title", "`test/rain.test.ts`"],
    ["neither", "somewhere"],
  ])("finds %s", (_what, test) => {
    expect(check(test)).toHaveLength(1);
  });
});
