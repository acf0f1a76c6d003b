import { posix } from "node:path";
import type { SourceText } from "./source-text.ts";

const inlineLink = /\]\(\s*<?([^)\s>]+)/g;
const definition = /^\s{0,3}\[[^\]]+\]:\s*(\S+)/gm;
const attribute = /<(?:a|img|source)\s[^>]*?(?:href|src|srcset)="([^"]+)"/g;

function stripCode(text: string): string {
  return text.replace(/^(\s*)(```|~~~)[\s\S]*?^\s*\2\s*$/gm, "").replace(/`[^`\n]*`/g, "");
}

function listLinks(text: string): readonly string[] {
  const prose = stripCode(text);
  return [inlineLink, definition, attribute].flatMap((form) =>
    [...prose.matchAll(form)].map(([, target]) => String(target)),
  );
}

const isOutside = (link: string): boolean => /^([a-z][a-z0-9+.-]*:|\/\/|#)/i.test(link);

/** Finds relative links in Markdown pages that lead nowhere. */
export function checkLinks(pages: readonly SourceText[], exists: (path: string) => boolean): readonly string[] {
  return pages.flatMap(({ path, text }) =>
    listLinks(text)
      .filter((link) => !isOutside(link))
      .filter((link) => !exists(posix.join(posix.dirname(path), decodeURI(link.replace(/[#?].*$/, "")))))
      .map((link) => `${path} links to ${link}, which does not exist`),
  );
}
