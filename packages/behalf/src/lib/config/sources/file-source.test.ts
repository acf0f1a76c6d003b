import { execFileSync } from "node:child_process";
import { mkdirSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { makeTemporaryFolder } from "../../../../../../test/support/temporary-folder.ts";
import { Secret } from "../../values/secret.ts";
import { AuthNode } from "../auth-node.ts";
import type { SecretSource } from "../service-auth-config.ts";
import { createFileSource, readFileText } from "./file-source.ts";

const authContext = { grantType: "clientCredentials", authConfig: new AuthNode("", {}) } as const;

/** A file with a first secret, watched by a clock that stands still until it is moved. */
function watch(path: string): { readonly source: SecretSource; wait(ms: number): string | undefined } {
  let instant = 0;
  const source = createFileSource(path, () => instant);
  source.peek();
  return {
    source,
    wait(ms) {
      instant += ms;
      return source.peek()?.value();
    },
  };
}

function writeSecret(text = "first\n"): string {
  const path = join(makeTemporaryFolder(), "secret");
  writeFileSync(path, text);
  return path;
}

/** What Kubernetes makes of a projected volume: a link to a link to a folder, of which the middle one is replaced. */
function mountVolume(): { readonly path: string; replace(text: string): void } {
  const folder = makeTemporaryFolder();
  let version = 0;
  const replace = (text: string): void => {
    const target = `..version-${++version}`;
    mkdirSync(join(folder, target));
    writeFileSync(join(folder, target, "token"), text);
    symlinkSync(target, join(folder, "..data_tmp"));
    renameSync(join(folder, "..data_tmp"), join(folder, "..data"));
  };
  replace("first");
  symlinkSync(join("..data", "token"), join(folder, "token"));
  return { path: join(folder, "token"), replace };
}

const makePipe = (path: string): void => void execFileSync("mkfifo", [path]);

describe("createFileSource", () => {
  it("gives the content without the line break at its end", () => {
    const { source } = watch(writeSecret());
    expect(source.peek()?.value()).toBe("first");
    expect(source.notation).toMatch(/^\$\{file:.*secret\}$/);
  });

  it("gives the same secret while the file stays the same", () => {
    const { source, wait } = watch(writeSecret());
    const first = source.peek();
    wait(5_000);
    expect(source.peek()).toBe(first);
  });

  it("sees a new content within a second, and not sooner", () => {
    const path = writeSecret();
    const { wait } = watch(path);
    writeFileSync(path, "second");
    expect([wait(999), wait(1)]).toEqual(["first", "second"]);
  });

  it("sees a content of the same length", () => {
    const path = writeSecret("AAAA");
    const { wait } = watch(path);
    writeFileSync(path, "BBBB");
    expect(wait(1_000)).toBe("BBBB");
  });

  it("sees a new content at once when the last one was refused", async () => {
    const path = writeSecret();
    const { source } = watch(path);
    writeFileSync(path, "second");
    const read = await source.read(authContext, { refused: new Secret("first") });
    expect(read?.value()).toBe("second");
    expect(source.peek()?.value()).toBe("second");
  });

  it("gives nothing when nothing but what was refused is there", () => {
    const { source } = watch(writeSecret());
    expect(source.read(authContext, { refused: new Secret("first") })).toBeUndefined();
  });

  it("sees the swap of a volume that Kubernetes projects", () => {
    const { path, replace } = mountVolume();
    const { wait } = watch(path);
    replace("second");
    expect(wait(1_000)).toBe("second");
  });

  it("keeps what it has while the file is being written", () => {
    const path = writeSecret();
    const { wait } = watch(path);
    writeFileSync(path, "");
    expect(wait(1_000)).toBe("first");
    writeFileSync(path, "second");
    expect(wait(1_000)).toBe("second");
  });

  it("gives nothing while the file is gone", () => {
    const path = writeSecret();
    const { wait } = watch(path);
    unlinkSync(path);
    expect(wait(1_000)).toBeUndefined();
    writeFileSync(path, "second");
    expect(wait(1_000)).toBe("second");
  });

  it("keeps what it has when the file turns into something that cannot be read", () => {
    const path = writeSecret();
    const { wait } = watch(path);
    rmSync(path);
    mkdirSync(path);
    expect(wait(1_000)).toBe("first");
  });

  it("reads no pipe and no device, and keeps what it has", () => {
    for (const replace of [makePipe, (path: string) => symlinkSync("/dev/zero", path)]) {
      const path = writeSecret();
      const { wait } = watch(path);
      unlinkSync(path);
      replace(path);
      expect(wait(1_000)).toBe("first");
    }
  });

  it("gives nothing of a pipe or a device that stands there from the start", () => {
    const path = join(makeTemporaryFolder(), "pipe");
    makePipe(path);
    expect([watch(path), watch("/dev/zero")].map(({ source }) => source.peek())).toEqual([undefined, undefined]);
    expect(() => readFileText(path)).toThrow(TypeError);
  });

  it("reads files of up to 1 MiB", () => {
    const path = writeSecret();
    const { wait } = watch(path);
    writeFileSync(path, "a".repeat(1024 * 1024 + 1));
    expect(wait(1_000)).toBe("first");
    writeFileSync(path, "a".repeat(1024 * 1024));
    expect(wait(1_000)).toHaveLength(1024 * 1024);
  });

  it("looks again after the clock was set back", () => {
    const path = writeSecret();
    const { wait } = watch(path);
    writeFileSync(path, "second");
    expect(wait(-60_000)).toBe("second");
  });
});
