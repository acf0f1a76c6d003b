import { decodeJwt } from "jose";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import type { KeyPair } from "../../support/certificates.ts";
import { type ProxyOptions, startProxy } from "../../support/proxy.ts";
import type { ScriptedAs } from "../../support/scripted-as.ts";
import { answer } from "../../support/scripted-backend.ts";
import { startAs } from "../../support/start-servers.ts";
import { the } from "../../support/the.ts";
import { countTo } from "./count-to.ts";
import { createInventoryApi, type InventoryApi } from "./inventory-api.ts";
import {
  answerBound,
  type Certificates,
  makeCertificates,
  readBoundCertificate,
  startTlsBackend,
  toClientCertificate,
} from "./tls-world.ts";

let certificates: Certificates;

beforeAll(async () => {
  certificates = await makeCertificates();
});

/** Knows both tenants by their certificates. */
function startAsOfTenants(): Promise<ScriptedAs> {
  const { authority, server, orders, billing } = certificates;
  return startAs({
    tls: { ...server, clientCa: authority.certificate, mtlsAlias: true },
    clients: [
      { clientId: "orders", tlsSubject: orders.subject, certificateBound: true },
      { clientId: "billing", tlsSubject: billing.subject, certificateBound: true },
    ],
  });
}

const toTenant = (clientId: string, pair: KeyPair) => ({ clientId, clientCertificate: toClientCertificate(pair) });

describe("two tenants with two certificates", () => {
  it("never share a connection in 200 interleaved calls", async () => {
    const { authority, orders, billing } = certificates;
    const as = await startAsOfTenants();
    const backend = await startTlsBackend(certificates, (request, response) =>
      answer.delay(2, answerBound)(request, response),
    );
    const api = createInventoryApi({
      authority: as.issuer,
      backend,
      root: { clientAuthentication: "tls_client_auth", ca: authority.certificate },
      tenants: { red: toTenant("orders", orders), blue: toTenant("billing", billing) },
    });
    const tenantOf = (index: number): "red" | "blue" => (index % 2 === 0 ? "red" : "blue");
    const call = (index: number): Promise<unknown> =>
      api
        .service("inventory")
        .endpoint("items")
        .get({ tenant: tenantOf(index), query: { tenant: tenantOf(index) }, forceAuthorization: index % 20 < 2 })
        .unwrap();
    await Promise.all(countTo(200).map(call));

    expect(backend.requests).toHaveLength(200);
    const thumbprints: Readonly<Record<string, string>> = { red: orders.thumbprint, blue: billing.thumbprint };
    const clients: Readonly<Record<string, string>> = { red: "orders", blue: "billing" };
    const shownOver = new Map<number, Set<unknown>>();
    for (const request of backend.requests) {
      const tenant = request.query.get("tenant") ?? "";
      expect(request.certificate?.thumbprint).toBe(thumbprints[tenant]);
      expect(readBoundCertificate(request)).toBe(thumbprints[tenant]);
      expect(decodeJwt(request.token ?? "").client_id).toBe(clients[tenant]);
      shownOver.set(request.connection, (shownOver.get(request.connection) ?? new Set()).add(tenant));
    }
    expect([...shownOver.values()].every((tenants) => tenants.size === 1)).toBe(true);
    const atServer = as.tokenRequests.map(({ presented }) => [presented.clientId, presented.certificateThumbprint]);
    const own = [
      ["orders", orders.thumbprint],
      ["billing", billing.thumbprint],
    ];
    for (const shown of atServer) expect(own).toContainEqual(shown);
  });
});

async function openBehindProxy(options: ProxyOptions, credentials: string) {
  const { authority, orders } = certificates;
  const proxy = await startProxy(options);
  onTestFinished(() => proxy.close());
  const as = await startAsOfTenants();
  const backend = await startTlsBackend(certificates);
  const api: InventoryApi = createInventoryApi({
    authority: as.issuer,
    backend,
    root: {
      clientId: "orders",
      clientAuthentication: "tls_client_auth",
      clientCertificate: toClientCertificate(orders),
      ca: authority.certificate,
      proxy: proxy.url.replace("://", `://${credentials}@`),
    },
  });
  return { proxy, as, backend, api };
}

describe("a proxy that wants credentials", () => {
  const password = "p@ss:w/rd%";
  const encoded = encodeURIComponent(password);

  it("carries both legs, certificates included", async () => {
    const { proxy, as, backend, api } = await openBehindProxy({ user: "orders", password }, `orders:${encoded}`);
    await api.service("inventory").endpoint("items").get().unwrap();
    const targets = new Set(proxy.tunnels.map(({ target }) => target));
    const asked = [as.issuer, as.mtlsTokenEndpoint, backend.url].map((url) => new URL(url).host);
    expect(targets).toEqual(new Set(asked));
    expect(new Set(proxy.tunnels.map(({ user }) => user))).toEqual(new Set(["orders"]));
    expect(as.tokenRequest().certificate?.thumbprint).toBe(certificates.orders.thumbprint);
    expect(backend.request().certificate?.thumbprint).toBe(certificates.orders.thumbprint);
  });

  it("refuses others, and the error does not tell the password", async () => {
    const { proxy, as, api } = await openBehindProxy({ user: "orders", password }, `orders:${the.markerSecret}`);
    const error: unknown = await api
      .service("inventory")
      .endpoint("items")
      .get()
      .unwrap()
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: "TokenUnreachableError", code: "BEHALF_TOKEN_UNREACHABLE" });
    expect(String(error) + JSON.stringify(error)).not.toContain(the.markerSecret);
    expect(proxy.refused.length).toBeGreaterThan(0);
    expect([proxy.tunnels, as.requests]).toEqual([[], []]);
  });
});
