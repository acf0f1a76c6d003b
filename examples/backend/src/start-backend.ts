import Fastify from "fastify";
import type { JWTPayload } from "jose";
import { createTokenCheck } from "./create-token-check.ts";

/** What makes one backend. */
export interface BackendOptions {
  /** The authorization server whose tokens it accepts. */
  readonly issuer: string;
  /** Its name, which is the audience that it demands. */
  readonly name: string;
  /** What it answers to any `GET`. */
  readonly answer: Readonly<Record<string, unknown>>;
}

/** What a backend learnt from the token of one request that it served. */
export interface Served {
  /** For whom: the claim `sub`. */
  readonly subject: string;
  /** Who asked for the token: the claim `client_id`. */
  readonly client: string;
  /** Who acts for the subject: the claim `act`. Absent when the token says nothing of it. */
  readonly actor: string | undefined;
  readonly scope: string;
}

/** A backend, running. */
export interface Backend {
  readonly name: string;
  readonly url: string;
  /** What it served so far, oldest first. */
  served(): readonly Served[];
  close(): Promise<void>;
}

/** Starts a backend on a free port. It believes no token that it has not validated itself. */
export async function startBackend({ issuer, name, answer }: BackendOptions): Promise<Backend> {
  const served: Served[] = [];
  const check = await createTokenCheck({ issuer, audience: name });
  const app = Fastify({ forceCloseConnections: true });
  app.get("/*", async (request, reply) => {
    const claims = await check(request.headers.authorization);
    if (claims === undefined) return reply.code(401).header("www-authenticate", "Bearer").send({ status: 401 });
    served.push(toServed(claims));
    return answer;
  });
  const url = await app.listen({ host: "127.0.0.1", port: 0 });
  return { name, url, served: () => [...served], close: async () => void (await app.close()) };
}

function toServed({ sub, client_id: client, act, scope }: JWTPayload): Served {
  const actor = typeof act === "object" && act !== null && "sub" in act ? String(act.sub) : undefined;
  return { subject: String(sub), client: String(client), actor, scope: String(scope) };
}
