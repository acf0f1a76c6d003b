import { KeyObject } from "node:crypto";
import { z } from "zod";
import { Secret } from "../../values/secret.ts";
import type { CheckedKey, CheckedSecret } from "../checked.ts";
import type { StringList } from "../options.ts";
import { isSecretSource } from "../secret-source.ts";
import { isSigningKey } from "../sources/signing-key-source.ts";

/** A key that may be left out, but not be `undefined`. */
export const optional = <schema extends z.ZodType>(schema: schema): z.ZodExactOptional<schema> =>
  z.exactOptional(schema);

export const text = (fix: string): z.ZodString => z.string({ error: fix }).regex(/\S/, { error: fix });

export const list = (fix: string): z.ZodType<StringList> =>
  z.union([text(fix), z.array(text(fix)).min(1, { error: fix })], { error: fix });

export const flag: z.ZodBoolean = z.boolean({ error: "Give true or false." });

export const milliseconds: z.ZodNumber = z
  .number({ error: "Give a number of milliseconds." })
  .int({ error: "Give a whole number of milliseconds." })
  .min(1, { error: "Give a positive number of milliseconds." });

export const count: z.ZodNumber = z
  .number({ error: "Give a whole number." })
  .int({ error: "Give a whole number." })
  .min(1, { error: "Give a positive whole number." });

/** One of some words. */
export const oneOf = <const word extends string>(words: readonly word[]): z.ZodType<word> =>
  z.enum(words, { error: `Give ${quoteAll(words)}.` });

/** Words for a person: "a", "b" or "c". */
function quoteAll(words: readonly string[]): string {
  const quoted = words.map((word) => `"${word}"`);
  return quoted.length < 2 ? quoted.join("") : `${quoted.slice(0, -1).join(", ")} or ${quoted.at(-1)}`;
}

/** Whether the URL has scheme, host, port and path only. */
export function isBareUrl(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { search, hash, username, password } = new URL(value);
  return [search, hash, username, password].every((part) => part === "");
}

/** Whether the URL has scheme, host and port only. */
export function isOrigin(value: string): boolean {
  if (!isBareUrl(value)) return false;
  const { pathname, protocol } = new URL(value);
  return pathname === "/" && (protocol === "https:" || protocol === "http:");
}

const isText = (value: unknown): boolean => typeof value === "string" && value.trim() !== "";

const isSecret = (value: unknown): boolean =>
  isText(value) || (value instanceof Secret && value.value() !== "") || isSecretSource(value);

const isJwk = (value: unknown): boolean =>
  typeof value === "object" && value !== null && "kty" in value && typeof value.kty === "string";

/** A secret, or a source of one. */
export const secret = (fix: string): z.ZodType<CheckedSecret> => z.custom<CheckedSecret>(isSecret, { error: fix });

/** A private key, or a source of one. */
export const privateKey = (fix: string): z.ZodType<CheckedKey> =>
  z.custom<CheckedKey>(
    (value) => isSecret(value) || value instanceof KeyObject || isSigningKey(value) || isJwk(value),
    { error: fix },
  );

/** One, or a list of at least one. */
export const oneOrMore = <value>(schema: z.ZodType<value>, fix: string): z.ZodType<value | readonly value[]> =>
  z.union([z.array(schema).min(1, { error: fix }), schema], { error: fix });

/** A function. */
export const functionOf = <signature>(fix: string): z.ZodType<signature> =>
  z.custom<signature>((value) => typeof value === "function", { error: fix });
