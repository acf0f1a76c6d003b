import type { Framework, GatewayRow } from "./gateway-row.ts";

/** What the rows of each framework are measured against: the same gateway without any auth. */
export const baselines: Readonly<Record<Framework, GatewayRow>> = {
  fastify: {
    name: "fastify",
    title: "Fastify, no auth, static token (again, as a control)",
    kind: "bound",
    framework: "fastify",
    guarded: false,
    load: async () => (await import("./rows/fastify.ts")).serveFastify,
  },
  express: {
    name: "express",
    title: "Express, no auth, static token (again, as a control)",
    kind: "bound",
    framework: "express",
    guarded: false,
    load: async () => (await import("./rows/express.ts")).serveExpress,
  },
};

/** All rows, in the order of the table. */
export const gatewayRows: readonly GatewayRow[] = [
  baselines.fastify,
  {
    name: "fastify-in-context",
    title: "Fastify, no auth, each request in an AsyncLocalStorage",
    kind: "bound",
    framework: "fastify",
    guarded: false,
    load: async () => (await import("./rows/fastify-in-context.ts")).serveFastifyInContext,
  },
  {
    name: "fastify-by-hand",
    title: "Fastify, no auth, a token by each caller's from a map",
    kind: "bound",
    framework: "fastify",
    guarded: false,
    load: async () => (await import("./rows/fastify-by-hand.ts")).serveFastifyByHand,
  },
  {
    name: "behalf-fastify",
    title: "Fastify, Behalf: validates, exchanges (from memory)",
    kind: "behalf",
    framework: "fastify",
    guarded: true,
    load: async () => (await import("./rows/behalf-fastify.ts")).serveBehalfFastify({ ambientContext: true }),
  },
  {
    name: "behalf-fastify-at-hand",
    title: "Fastify, Behalf, the same with `ambientContext: false`",
    kind: "behalf",
    framework: "fastify",
    guarded: true,
    load: async () => (await import("./rows/behalf-fastify.ts")).serveBehalfFastify({ ambientContext: false }),
  },
  {
    name: "fast-jwt",
    title: "Fastify, fast-jwt with its cache, static token",
    kind: "peer",
    framework: "fastify",
    guarded: true,
    load: async () => (await import("./rows/fast-jwt.ts")).serveFastJwt,
  },
  {
    name: "jose",
    title: "Fastify, jose without a cache, static token",
    kind: "peer",
    framework: "fastify",
    guarded: true,
    load: async () => (await import("./rows/jose.ts")).serveJose,
  },
  baselines.express,
  {
    name: "behalf-express",
    title: "Express, Behalf: validates, exchanges (from memory)",
    kind: "behalf",
    framework: "express",
    guarded: true,
    load: async () => (await import("./rows/behalf-express.ts")).serveBehalfExpress({ ambientContext: true }),
  },
  {
    name: "behalf-express-at-hand",
    title: "Express, Behalf, the same with `ambientContext: false`",
    kind: "behalf",
    framework: "express",
    guarded: true,
    load: async () => (await import("./rows/behalf-express.ts")).serveBehalfExpress({ ambientContext: false }),
  },
  {
    name: "express-oauth2-jwt-bearer",
    title: "Express, express-oauth2-jwt-bearer, static token",
    kind: "peer",
    framework: "express",
    guarded: true,
    load: async () => (await import("./rows/express-oauth2-jwt-bearer.ts")).serveJwtBearer,
  },
];

/** Finds a row by its name. */
export function findGatewayRow(name: string): GatewayRow {
  const row = gatewayRows.find((candidate) => candidate.name === name);
  if (!row) throw new RangeError(`There is no gateway "${name}".`);
  return row;
}
