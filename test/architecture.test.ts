import { describe, expect, it } from "vitest";
import { checkDocComments } from "./architecture/check-doc-comments.ts";
import { checkEntries, listEntries } from "./architecture/check-entries.ts";
import { checkErrorDocs, listErrorCodes } from "./architecture/check-error-docs.ts";
import { checkEscapes } from "./architecture/check-escapes.ts";
import { checkImportTable } from "./architecture/check-import-table.ts";
import { checkLinks } from "./architecture/check-links.ts";
import { checkNames } from "./architecture/check-names.ts";
import {
  checkConfined,
  checkDeclared,
  checkIndependent,
  checkNoBuiltins,
  checkReached,
} from "./architecture/check-packages.ts";
import { checkSizes } from "./architecture/check-sizes.ts";
import { findCycles } from "./architecture/find-cycles.ts";
import { importTable, outsideFolders } from "./architecture/import-table.ts";
import {
  exists,
  listNames,
  listPackages,
  readFolder,
  readManifest,
  readPackage,
  readPages,
  readText,
} from "./architecture/project.ts";

const sdk = readPackage("packages/behalf");
const lib = "packages/behalf/src/lib/";
const entries = listEntries(sdk.sources, "packages/behalf/src");
const packages = listPackages().map((folder) => ({ folder, ...readPackage(folder) }));
const everySource = packages.flatMap(({ sources }) => sources);
const tests = readFolder("test", ".ts").filter(({ path }) => !path.startsWith("test/types/"));

describe("imports", () => {
  it("follow the table of folders", () => {
    expect(checkImportTable(sdk.sources, importTable)).toEqual([]);
  });

  it.each(listNames(lib))("have a row for lib/%s", (folder) => {
    expect([...Object.keys(importTable), ...outsideFolders]).toContain(folder);
  });

  it("make no cycles", () => {
    expect(findCycles(everySource)).toEqual([]);
  });

  it.each(packages)("of $folder are declared", (one) => {
    expect(checkDeclared(one)).toEqual([]);
  });

  it("keep the protocol free of Node", () => {
    expect(checkNoBuiltins(sdk.sources, `${lib}oauth/`)).toEqual([]);
  });

  it("keep undici in the transport, loaded in one place beside the one that primes fetch", () => {
    expect(checkConfined(sdk.sources, { name: "undici", folder: `${lib}transport/`, files: 2 })).toEqual([]);
  });

  it("keep the authorization server for development apart from the SDK, which the sidecar is built on", () => {
    const dev = readPackage("packages/dev");
    const sidecar = "packages/dev/src/sidecar/";
    const ways = ["packages/dev/src/index.ts", "packages/dev/src/main.ts", "packages/dev/src/command/"];
    expect(checkIndependent(dev, { name: "behalf", folder: "packages/behalf/", usedIn: sidecar })).toEqual([]);
    expect(checkReached(dev.sources, sidecar, ways)).toEqual([]);
  });
});

describe("code", () => {
  it("stays below the size alarms", () => {
    expect(checkSizes([...everySource, ...tests])).toEqual([]);
  });

  it("has no way around the type checker", () => {
    expect(checkEscapes([...everySource, ...tests])).toEqual([]);
  });

  it("has no banned word in its names", () => {
    expect(checkNames(everySource)).toEqual([]);
  });
});

describe("the public surface", () => {
  it("is one entry of named re-exports per key of exports", () => {
    expect(checkEntries(entries, readManifest("packages/behalf"))).toEqual([]);
  });

  it("has a doc comment on every name", () => {
    expect(checkDocComments(sdk.sources, entries)).toEqual([]);
  });
});

describe("pages", () => {
  it("explain every error code once", () => {
    expect(checkErrorDocs(listErrorCodes(sdk.sources), readText("docs/errors.md"))).toEqual([]);
  });

  it("link to files that exist", () => {
    expect(checkLinks(readPages(), exists)).toEqual([]);
  });
});
