import type { Client } from "undici";
import type { ConnectionSettings } from "../values/call-settings.ts";
import { ClientPool } from "./client-pool.ts";
import type { ConnectionPool } from "./connection-pool.ts";
import type { Connector, ConnectorOptions } from "./connector.ts";
import { NegotiatedPool } from "./http2/negotiated-pool.ts";
import { createClient } from "./undici.ts";

/** What pools are opened by. */
export interface OpenPoolOptions extends ConnectorOptions {
  /** How connections are kept. @default undici's way */
  readonly settings?: ConnectionSettings | undefined;
}

const defaultKeepAliveMs = 4_000;

/** A server that promises to keep connections longer does not make us keep them longer. */
const toClientOptions = ({ keepAliveMs }: ConnectionSettings): Client.Options =>
  keepAliveMs === undefined ? {} : { keepAliveTimeout: keepAliveMs, keepAliveMaxTimeout: keepAliveMs };

/** Lays what is configured over how connections come about. */
export function withSettings(options: ConnectorOptions, settings: ConnectionSettings): OpenPoolOptions {
  const { connectTimeoutMs = options.connectTimeoutMs, http2, socketPath } = settings;
  return { ...options, connectTimeoutMs, http2, socketPath, settings };
}

/** Opens a pool of connections to one origin. */
export function openPool(origin: string, { connect }: Connector, options: OpenPoolOptions): ConnectionPool {
  const { settings, connectTimeoutMs, outsideRequests } = options;
  const maxConnections = settings?.maxConnections ?? Number.POSITIVE_INFINITY;
  const kept = settings ? toClientOptions(settings) : {};
  const openPlain = (connectPlain: Connector["connect"]): ConnectionPool =>
    new ClientPool({ open: () => createClient(origin, { ...kept, connect: connectPlain }), maxConnections });
  if (!settings?.http2 || !origin.startsWith("https:")) return openPlain(connect);
  return new NegotiatedPool(origin, {
    openPlain,
    connect,
    maxConnections,
    idleMs: settings.keepAliveMs ?? defaultKeepAliveMs,
    aliveMs: connectTimeoutMs,
    outsideRequests,
  });
}
