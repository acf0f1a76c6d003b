import { readFileSync } from "node:fs";
import { getRequestListener } from "@hono/node-server";
import { createMockServer } from "@scalar/mock-server";
import { type BackendService, type Behalf, createBehalf, type OpenApiService } from "behalf";
import { onTestFinished, vi } from "vitest";
import { listen } from "../support/listen.ts";
import { closeAfterTest, toRoot } from "../support/open-behalf.ts";
import { startAs } from "../support/start-servers.ts";
import { the } from "../support/the.ts";
import type { InventoryPaths } from "./inventory-paths.ts";

/** Where the document is. */
export const document: URL = new URL("inventory.json", import.meta.url);

/** A request that the mock received. */
export interface MockedRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: Headers;
  readonly request: Request;
}

/** Inventory as its document says, and an instance that calls it as itself. */
export interface Mock {
  /** Where the document's paths begin. */
  readonly url: string;
  readonly behalf: Behalf<{ readonly inventory: Readonly<Record<string, string>> }>;
  readonly inventory: BackendService;
  readonly described: OpenApiService<InventoryPaths>;
  readonly received: readonly MockedRequest[];
  /** The last request. */
  last(): MockedRequest;
}

interface Operation {
  readonly responses?: Readonly<Record<string, unknown>>;
}

async function startMock(): Promise<{ readonly origin: string; readonly received: MockedRequest[] }> {
  const received: MockedRequest[] = [];
  let reached: Operation | undefined;
  const specification: Record<string, unknown> = JSON.parse(readFileSync(document, "utf8"));
  // It tells how to be authorized.
  const told = vi.spyOn(console, "log").mockReturnValue(undefined);
  const app = await createMockServer({
    specification,
    onRequest: ({ operation }) => {
      reached = operation;
    },
  });
  told.mockRestore();
  // It gives an answer without content a body, and fails.
  app.onError(() => new Response(null, { status: reached?.responses?.[204] ? 204 : 500 }));
  const { server, url, close } = await listen(
    getRequestListener(async (request) => {
      const { pathname, search } = new URL(request.url);
      const { method, headers } = request;
      received.push({ method, url: pathname + search, headers, request: request.clone() });
      reached = undefined;
      return app.fetch(new Request(request.url.replace("/v1/", "/"), { method, headers }));
    }),
  );
  onTestFinished(() => close());
  server.unref();
  return { origin: url, received };
}

/** Starts the mock below `/v1`, an authorization server, and an instance. */
export async function openMock(): Promise<Mock> {
  const { origin, received } = await startMock();
  const services = {
    inventory: { host: origin, basePath: "/v1", grantType: "clientCredentials", scope: the.scope, endpoints: {} },
  } as const;
  const behalf = closeAfterTest(createBehalf({ ...toRoot(await startAs()), services }));
  return {
    url: `${origin}/v1`,
    behalf,
    inventory: behalf.service("inventory"),
    described: behalf.service<InventoryPaths>("inventory"),
    received,
    last() {
      const request = received.at(-1);
      if (!request) throw new Error("The mock was not asked");
      return request;
    },
  };
}
