import { CallerTokenError } from "../errors/caller-token-error.ts";
import type { ResourceMetadata } from "./resource-metadata.ts";

/** An answer of an endpoint of Behalf's own. */
export interface OwnAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** An endpoint that adapters answer ahead of the application's routes. It needs no caller. */
export interface OwnEndpoint {
  readonly method: "GET" | "POST";
  /** Compared letter for letter, without the query. */
  readonly path: string;
  /** Answers a request with this body. */
  answer(body: AsyncIterable<Uint8Array>): Promise<OwnAnswer>;
}

const longestBody = 64 * 1024;
const timeoutMs = 5_000;

async function readText(body: AsyncIterable<Uint8Array>): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > longestBody) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** Whoever sends too slowly is not waited for. */
async function readInTime(body: AsyncIterable<Uint8Array>): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, timeoutMs, undefined);
  });
  try {
    return await Promise.race([readText(body).catch(() => undefined), tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

/** Gives the protected resource metadata to anybody, browsers of other origins among them. */
export function createMetadataEndpoint(describe: () => ResourceMetadata): OwnEndpoint {
  return {
    method: "GET",
    get path() {
      return describe().path;
    },
    answer: async () => ({
      status: 200,
      headers: {
        "content-type": "application/json",
        "cache-control": "max-age=3600",
        "access-control-allow-origin": "*",
      },
      body: JSON.stringify(describe().document),
    }),
  };
}

/** Evicts whom a logout token names. It throws a {@link CallerTokenError} for a token that is not valid. */
export type LogOut = (logoutToken: string) => Promise<void>;

const refused: OwnAnswer = {
  status: 400,
  // What is left of the body is not read.
  headers: { "cache-control": "no-store", "content-type": "application/json", connection: "close" },
  body: JSON.stringify({ error: "invalid_request" }),
};

/**
 * Takes the authorization server's word that a session has ended.
 *
 * @see {@link https://openid.net/specs/openid-connect-backchannel-1_0.html#BCResponse}
 */
export function createLogoutEndpoint(path: string, logOut: LogOut): OwnEndpoint {
  return {
    method: "POST",
    path,
    async answer(body) {
      const [token, ...others] = new URLSearchParams(await readInTime(body)).getAll("logout_token");
      if (token === undefined || others.length > 0) return refused;
      try {
        await logOut(token);
        return { status: 200, headers: { "cache-control": "no-store" }, body: "" };
      } catch (error) {
        if (error instanceof CallerTokenError) return refused;
        throw error;
      }
    },
  };
}
