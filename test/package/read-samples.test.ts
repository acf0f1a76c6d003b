import { describe, expect, it } from "vitest";
import { readSamples } from "./read-samples.ts";

describe("readSamples", () => {
  it("reads the blocks that are tagged ts", () => {
    const page = "# Page\n\n```ts\nconst a = 1;\n```\n\n```sh\nls\n```\n\n```tsx\n<a />\n```\n";
    expect(readSamples(page)).toEqual([{ line: 4, code: "const a = 1;" }]);
  });

  it("puts a continued block after the one before", () => {
    const page = "```ts\nconst a = 1;\n```\ntext\n```ts continued\na;\n```";
    expect(readSamples(page).at(-1)).toEqual({ line: 6, code: "const a = 1;\n\na;" });
  });

  it("takes the indent of a list away", () => {
    expect(readSamples("- item\n  ```ts\n  if (a) {\n    b();\n  }\n  ```\n")).toEqual([
      { line: 3, code: "if (a) {\n  b();\n}" },
    ]);
  });
});
