import { createClient, createCluster, createSentinel } from "@redis/client";
import * as ioredis from "ioredis";
import * as iovalkey from "iovalkey";
import type { RedisStoreClient } from "../../packages/behalf/src/redis.ts";
import type { RedisCluster } from "../support/start-redis-cluster.ts";

/** A client that a test may use, and how it is closed for good. */
export interface OpenClient {
  readonly client: RedisStoreClient;
  close(): void;
}

/** One library's client, as programs open it. */
export interface ClientKind {
  readonly name: string;
  open(port: number): Promise<OpenClient>;
  openCluster(cluster: RedisCluster): Promise<OpenClient>;
}

const address = (port: number) => ({ host: "127.0.0.1", port });
const listNodes = ({ nodes }: RedisCluster) => nodes.map(({ port }) => address(port));

/** What the tests ask of the three libraries, in each one's words. */
export const clientKinds: readonly ClientKind[] = [
  {
    name: "@redis/client",
    async open(port) {
      const client = await createClient({ socket: { ...address(port), reconnectStrategy: 20 } }).connect();
      return { client, close: () => client.destroy() };
    },
    async openCluster({ nodes }) {
      const client = await createCluster({ rootNodes: nodes.map(({ url }) => ({ url })) }).connect();
      return { client, close: () => client.destroy() };
    },
  },
  {
    name: "ioredis",
    async open(port) {
      const client = new ioredis.Redis({ ...address(port), retryStrategy: () => 20 });
      return { client, close: () => client.disconnect() };
    },
    async openCluster(cluster) {
      const client = new ioredis.Cluster(listNodes(cluster));
      return { client, close: () => client.disconnect() };
    },
  },
  {
    name: "iovalkey",
    async open(port) {
      const client = new iovalkey.Redis({ ...address(port), retryStrategy: () => 20 });
      return { client, close: () => client.disconnect() };
    },
    async openCluster(cluster) {
      const client = new iovalkey.Cluster(listNodes(cluster));
      return { client, close: () => client.disconnect() };
    },
  },
];

/** Where the sentinels of a test are, and what they call the server that they watch. */
export interface SentinelAddress {
  readonly port: number;
  readonly name: string;
}

/** Opens the clients that ask sentinels where the server is. */
export const sentinelClients: Readonly<Record<string, (sentinel: SentinelAddress) => Promise<OpenClient>>> = {
  async "@redis/client"({ port, name }) {
    const client = await createSentinel({ name, sentinelRootNodes: [address(port)] }).connect();
    return { client, close: () => void client.destroy() };
  },
  async ioredis({ port, name }) {
    const client = new ioredis.Redis({ sentinels: [address(port)], name });
    return { client, close: () => client.disconnect() };
  },
  async iovalkey({ port, name }) {
    const client = new iovalkey.Redis({ sentinels: [address(port)], name });
    return { client, close: () => client.disconnect() };
  },
};
