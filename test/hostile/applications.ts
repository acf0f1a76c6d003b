import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { RoutePolicy } from "behalf";
import { behalfExpress, behalfExpressErrors } from "behalf/express";
import { type AnyBehalf, behalfFastify } from "behalf/fastify";
import express, { type Request, type Response } from "express";
import Fastify, { type FastifyServerOptions } from "fastify";
import { listen, type ServerTls } from "../support/listen.ts";

/** How an application listens, and what its routes ask of their callers. */
export interface ApplicationSettings {
  readonly maxHeaderSize: number;
  readonly tls: ServerTls | undefined;
  readonly routes: Readonly<Record<string, RoutePolicy>>;
}

interface Running {
  readonly url: string;
  close(): Promise<void>;
}

type Start = (behalf: AnyBehalf, settings: ApplicationSettings) => Promise<Running>;

/** The frameworks that every case is sent through. */
export interface Frameworks {
  readonly fastify: Start;
  readonly express: Start;
}

const usualRoutes: Readonly<Record<string, RoutePolicy>> = { "/me": {}, "/health": { anonymous: true } };

const tellCaller = (behalf: AnyBehalf): object => ({ subject: behalf.context.current()?.caller?.subject ?? "nobody" });

function toServerOptions({ maxHeaderSize, tls }: ApplicationSettings): FastifyServerOptions {
  const { certificate, privateKey, clientCa } = tls ?? {};
  const https = {
    maxHeaderSize,
    cert: certificate,
    key: privateKey,
    ca: clientCa,
    requestCert: true,
    rejectUnauthorized: false,
  };
  const options = tls ? { https } : { http: { maxHeaderSize } };
  return { forceCloseConnections: true, ...options } as FastifyServerOptions;
}

export const startFastify: Start = async (behalf, settings) => {
  const app = Fastify(toServerOptions(settings));
  await app.register(behalfFastify(behalf));
  for (const [url, policy] of Object.entries({ ...usualRoutes, ...settings.routes })) {
    app.route({ method: ["GET", "POST"], url, config: { behalf: policy }, handler: async () => tellCaller(behalf) });
  }
  await app.listen({ host: "127.0.0.1", port: 0 });
  const { port } = app.server.address() as AddressInfo;
  return { url: `${settings.tls ? "https" : "http"}://127.0.0.1:${port}`, close: () => app.close() };
};

/** The limit of a server's heads is set when it is made: this reaches what `listen` makes. */
function setHeaderSize(server: Server, maxHeaderSize: number): void {
  Object.assign(server, { maxHeaderSize });
}

export const startExpress: Start = async (behalf, settings) => {
  const app = express();
  const routes = { ...usualRoutes, ...settings.routes };
  app.use(behalfExpress(behalf, { policy: ({ path }) => routes[path] }));
  for (const path of Object.keys(routes)) {
    app.all(path, (_request: Request, response: Response) => void response.json(tellCaller(behalf)));
  }
  app.use(behalfExpressErrors(behalf));
  const { server, url, close } = await listen(app, settings.tls);
  setHeaderSize(server, settings.maxHeaderSize);
  return {
    url,
    async close() {
      await close();
      await behalf.close();
    },
  };
};
