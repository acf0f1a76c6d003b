import Fastify, { type FastifyInstance } from "fastify";
import type { JWTPayload } from "jose";
import { createAccessCheck } from "./access-check.ts";
import type { Hop } from "./hop.ts";

const messageIdHeader = "x-request-id";

/** What makes one backend. */
export interface BackendOptions {
  /** Its name, which is the audience that it demands. */
  readonly name: string;
  readonly issuer: string;
  /** The collection that it serves under `/v1`, such as `items`. */
  readonly collection: string;
  /** The scope that it demands. */
  readonly scope: string;
  /** What it knows of an article, apart from who asked. */
  lookUp(sku: string): Readonly<Record<string, string | number>>;
}

/** A backend, running. */
export interface Backend {
  readonly name: string;
  readonly url: string;
  /** What it served so far, oldest first. */
  hops(): readonly Hop[];
  close(): Promise<void>;
}

/** Starts a backend on a free port. It believes no token that it has not validated itself. */
export async function startBackend(options: BackendOptions): Promise<Backend> {
  const app = Fastify({ forceCloseConnections: true });
  const hops: Hop[] = [];
  await addRoute(app, options, hops);
  const url = await app.listen({ host: "127.0.0.1", port: 0 });
  return { name: options.name, url, hops: () => [...hops], close: async () => void (await app.close()) };
}

async function addRoute(app: FastifyInstance, options: BackendOptions, hops: Hop[]): Promise<void> {
  const { name, issuer, scope } = options;
  const check = await createAccessCheck({ issuer, audience: name, scope });
  app.get<{ Params: { sku: string } }>(`/v1/${options.collection}/:sku`, async (request, reply) => {
    const result = await check(request.headers.authorization);
    if ("refusal" in result) {
      const { status, challenge } = result.refusal;
      return reply.code(status).header("www-authenticate", challenge).send({ status });
    }
    const messageId = [request.headers[messageIdHeader]].flat()[0];
    hops.push(describeHop({ backend: name, messageId, claims: result.claims }));
    return { sku: request.params.sku, ...options.lookUp(request.params.sku), servedTo: result.claims.sub };
  });
}

interface Served {
  readonly backend: string;
  readonly messageId: string | undefined;
  readonly claims: JWTPayload;
}

function describeHop({ backend, messageId, claims }: Served): Hop {
  return {
    backend,
    sub: String(claims.sub),
    aud: [claims.aud ?? []].flat().join(" "),
    act: readActor(claims.act),
    scope: String(claims.scope),
    messageId,
    at: new Date(),
  };
}

function readActor(act: unknown): string | undefined {
  return typeof act === "object" && act !== null && "sub" in act ? String(act.sub) : undefined;
}
