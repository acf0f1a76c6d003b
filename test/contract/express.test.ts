import { behalfExpress, behalfExpressErrors, behalfRoute } from "behalf/express";
import express, { type NextFunction, type Request, type Response } from "express";
import { listen } from "../support/listen.ts";
import { testAdapter } from "./adapter.ts";
import type { StartApi } from "./api-under-test.ts";

const start: StartApi = async (behalf, routes, settings) => {
  const app = express();
  const anonymous = routes.flatMap((route) => (route.anonymous ? [route.path] : []));
  const named = routes.filter(({ policy }) => policy?.authenticators !== undefined);
  const policy = (request: Request) => named.find(({ path }) => path === request.path)?.policy;
  app.use(behalfExpress(behalf, { anonymous, policy, ...settings }));
  app.use(express.json());
  for (const { method, path, policy, handler } of routes) {
    const add = method === "GET" ? app.get.bind(app) : app.post.bind(app);
    if (policy) add(path, behalfRoute(behalf, policy));
    add(path, async (request: Request<Record<string, string>>, response: Response) => {
      response.json(await handler({ params: request.params, body: request.body }));
    });
  }
  app.use(behalfExpressErrors(behalf));
  // biome-ignore lint/complexity/useMaxParams: Express tells an error handler by its four parameters
  app.use((error: Error, _request: Request, response: Response, next: NextFunction) => {
    if (response.headersSent) next(error);
    else response.status(418).set("x-answered-by", "application").json({ message: error.message });
  });
  const { url, server, close } = await listen(app);
  return {
    url,
    server,
    async close() {
      await close();
      await behalf.close();
    },
  };
};

testAdapter("express", start);
