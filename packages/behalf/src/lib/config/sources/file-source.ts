import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats, statSync } from "node:fs";
import type { Now } from "../../values/clock.ts";
import type { SecretSource } from "../secret-source.ts";
import { createTextSource } from "./text-source.ts";

const restMs = 1_000;
const mostBytes = 1024 * 1024;

interface Seen {
  readonly mark: string;
  readonly text: string | undefined;
}

/** What tells that a file is another one, or has another content; behind a link, it is that of the file itself. */
function readMark(path: string): string {
  const { ino, size, mtimeNs, ctimeNs } = statSync(path, { bigint: true });
  return `${ino} ${size} ${mtimeNs} ${ctimeNs}`;
}

const isGone = (error: unknown): boolean =>
  error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR");

function requireSmallFile(stats: Stats): void {
  if (!stats.isFile() || stats.size > mostBytes) throw new TypeError("This is no file of up to 1 MiB.");
}

/**
 * The content of a file without the line break at its end.
 *
 * A pipe would stop the program until somebody writes, and a device may never end: only files are read, of up to 1 MiB.
 */
export function readFileText(path: string): string {
  requireSmallFile(statSync(path));
  // It may have been replaced by a pipe since.
  const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    requireSmallFile(fstatSync(file));
    return readFileSync(file, "utf8").replace(/\r?\n$/, "");
  } finally {
    closeSync(file);
  }
}

/** An empty, a huge or unreadable file keeps what was there: somebody is writing it. A file that is gone gives nothing. */
function look(path: string, last: Seen | undefined): Seen | undefined {
  try {
    // The mark is taken first: what is written in between is seen the next time.
    const mark = readMark(path);
    if (mark === last?.mark) return last;
    const text = readFileText(path);
    return { mark, text: text === "" ? last?.text : text };
  } catch (error) {
    return isGone(error) ? undefined : last;
  }
}

/**
 * Creates a source of a file's content, which is read again when the file has changed.
 *
 * It looks when it is asked, at most once a second, so that nothing keeps the program alive.
 */
export function createFileSource(path: string, now: Now): SecretSource {
  let seen: Seen | undefined;
  let lookedAt = Number.NEGATIVE_INFINITY;

  return createTextSource({
    notation: `\${file:${path}}`,
    readText() {
      const instant = now();
      if (Math.abs(instant - lookedAt) >= restMs) {
        seen = look(path, seen);
        lookedAt = instant;
      }
      return seen?.text;
    },
    recheck() {
      lookedAt = Number.NEGATIVE_INFINITY;
    },
  });
}
