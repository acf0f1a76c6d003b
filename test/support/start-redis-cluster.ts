import { setTimeout as sleep } from "node:timers/promises";
import { findFreePort, type RedisServer, type ServerName, startRedis } from "./start-redis.ts";

const slots = 16_384;

/** Three masters without replicas, which have all slots between them. */
export interface RedisCluster {
  readonly nodes: readonly RedisServer[];
  stop(): Promise<void>;
}

async function startNode(name: ServerName): Promise<RedisServer> {
  const bus = String(await findFreePort());
  return startRedis({
    name,
    args: ["--cluster-enabled", "yes", "--cluster-port", bus, "--cluster-node-timeout", "2000"],
  });
}

async function isReady({ ask }: RedisServer): Promise<boolean> {
  return /cluster_state:ok.*cluster_known_nodes:3/s.test(await ask("cluster", "info"));
}

/** Starts three servers and joins them. */
export async function startRedisCluster(name: ServerName = "redis-server"): Promise<RedisCluster> {
  const nodes = await Promise.all([startNode(name), startNode(name), startNode(name)]);
  const bounds = nodes.map((_node, index) => Math.floor((slots * index) / nodes.length));
  for (const [index, node] of nodes.entries()) {
    await node.ask("cluster", "addslotsrange", String(bounds[index]), String((bounds[index + 1] ?? slots) - 1));
  }
  const buses = await Promise.all(nodes.map(({ ask }) => ask("config", "get", "cluster-port")));
  for (const [index, { port }] of nodes.entries()) {
    const bus = buses[index]?.trim().split("\n").at(-1) ?? "";
    await nodes[0]?.ask("cluster", "meet", "127.0.0.1", String(port), bus);
  }
  while (!(await Promise.all(nodes.map(isReady))).every(Boolean)) await sleep(50);
  return {
    nodes,
    async stop() {
      await Promise.all(nodes.map((node) => node.stop()));
    },
  };
}
