import type { SourceText } from "./source-text.ts";

/** A file of `packages/behalf/src`, by its path in there. */
export const someSource = (path: string, text = ""): SourceText => ({ path: `packages/behalf/src/${path}`, text });
