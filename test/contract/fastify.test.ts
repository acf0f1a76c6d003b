import type { AddressInfo } from "node:net";
import { behalfFastify } from "behalf/fastify";
import Fastify from "fastify";
import { testAdapter } from "./adapter.ts";
import type { StartApi } from "./api-under-test.ts";

const start: StartApi = async (behalf, routes, settings) => {
  const app = Fastify({ forceCloseConnections: true });
  app.setErrorHandler((error: Error, _request, reply) =>
    reply.code(418).header("x-answered-by", "application").send({ message: error.message }),
  );
  await app.register(behalfFastify(behalf, settings));
  for (const { method, path, anonymous = false, policy = {}, handler } of routes) {
    app.route<{ Params: Record<string, string>; Body: unknown }>({
      method,
      url: path,
      config: { behalf: { anonymous, ...policy } },
      handler: ({ params, body }) => handler({ params, body }),
    });
  }
  await app.listen({ host: "127.0.0.1", port: 0 });
  const { port } = app.server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, server: app.server, close: () => app.close() };
};

testAdapter("fastify", start);
