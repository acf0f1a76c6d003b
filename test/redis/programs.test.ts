import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { runNode } from "../support/run-program.ts";
import { findFreePort, type RedisServer, startRedis } from "../support/start-redis.ts";
import { describeWith } from "./describe-with.ts";

// None of them listens to the errors of its client.
const clients = {
  "@redis/client": `import { createClient } from "@redis/client";
    const client = createClient({ socket: { host: "127.0.0.1", port, reconnectStrategy: 20 } });
    client.connect().catch(() => {});
    const end = () => client.destroy();`,
  ioredis: `import { Redis } from "ioredis";
    const client = new Redis({ host: "127.0.0.1", port, retryStrategy: () => 20, disconnectTimeout: 50 });
    const end = () => client.disconnect();`,
  iovalkey: `import { Redis } from "iovalkey";
    const client = new Redis({ host: "127.0.0.1", port, retryStrategy: () => 20, disconnectTimeout: 50 });
    const end = () => client.disconnect();`,
} as const;

const start = `import { createRedisStore } from "behalf/redis";
  const store = createRedisStore(client);
  const say = (what) => console.log(what);
  const told = (error) => say(error.cause.code);
  process.on("unhandledRejection", (error) => say("unhandled " + error));`;

const usesAndCloses = `await store.write("a name", "a text", 60000);
  await store.subscribe("a topic", () => {});
  say(await store.read("a name"));
  await store.close();
  end();`;

const findsNoServer = `await store.read("a name").catch(told);
  await store.subscribe("a topic", () => {}).catch(told);
  store.write("a name", "a text", 60000);
  await store.close();
  end();`;

const losesItsServer = `await store.subscribe("a topic", () => {});
  store.read("a name");
  process.kill(pid, "SIGKILL");
  store.read("a name");
  await new Promise((resolve) => setTimeout(resolve, 400));
  await store.read("a name").catch(told);
  await store.close();
  end();`;

/** Runs a program in a process of its own; it has to end by itself. */
async function run(client: string, program: string, { port, pid }: Partial<RedisServer>): Promise<unknown> {
  const text = [`const port = ${port};`, `const pid = ${pid};`, client, start, program].join("\n");
  const { code, stdout, stderr } = await runNode(["--input-type=module", "--eval", text]);
  return { code, stderr, said: stdout.trim().split("\n") };
}

describeWith("redis-server", () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server?.stop());

  describe.each(Object.entries(clients))("a program with a store over %s", (_name, client) => {
    it("ends when it has closed the store and its client", async () => {
      expect(await run(client, usesAndCloses, server)).toEqual({ code: 0, stderr: "", said: ["a text"] });
    });

    it("lives on without any server, and ends", async () => {
      const said = ["NOT_CONNECTED", "NOT_CONNECTED"];
      expect(await run(client, findsNoServer, { port: await findFreePort() })).toEqual({ code: 0, stderr: "", said });
    });

    it("lives on when it loses its server, and ends", async () => {
      const lost = await startRedis();
      onTestFinished(() => lost.stop());
      const said = ["NOT_CONNECTED"];
      expect(await run(client, losesItsServer, lost)).toEqual({ code: 0, stderr: "", said });
    });
  });
});
