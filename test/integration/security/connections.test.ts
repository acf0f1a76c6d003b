import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createBehalf, fromFile } from "behalf";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { createCertificateAuthority } from "../../support/certificates.ts";
import { createClock } from "../../support/clock.ts";
import { closeAfterTest, toRoot } from "../../support/open-behalf.ts";
import { startProxy } from "../../support/proxy.ts";
import { answer } from "../../support/scripted-backend.ts";
import { startAs, startOneBackend, startServers } from "../../support/start-servers.ts";
import { makeTemporaryFolder } from "../../support/temporary-folder.ts";
import { type Certificates, makeCertificates, startTlsBackend, toClientCertificate } from "../proofs/tls-world.ts";

const serviceDefaults = { grantType: "clientCredentials", audience: "inventory" } as const;

let certificates: Certificates;

beforeAll(async () => {
  certificates = await makeCertificates();
});

type TestProxy = Awaited<ReturnType<typeof startProxy>>;

async function openProxy(): Promise<TestProxy> {
  const proxy = await startProxy();
  onTestFinished(() => proxy.close());
  return proxy;
}

const withUser = ({ url }: TestProxy, user: string): string => url.replace("//", `//${user}:secret@`);
const targetOf = ({ url }: { readonly url: string }): string => new URL(url).host;
const usersTo = ({ tunnels }: TestProxy, server: { readonly url: string }) =>
  tunnels.filter(({ target }) => target === targetOf(server)).map(({ user }) => user);

describe("a service that trusts one authority", () => {
  const orders = [
    ["before", ["strict", "lax"]],
    ["after", ["lax", "strict", "strict"]],
  ] as const;

  it.each(orders)("refuses a server of another %s a laxer one called it", async (_when, names) => {
    const as = await startAs();
    const backend = await startTlsBackend(certificates, answer.echo());
    const pinned = await createCertificateAuthority();
    const { url: host } = backend;
    const behalf = closeAfterTest(
      createBehalf({
        ...toRoot(as),
        serviceDefaults,
        services: {
          lax: { host, ca: certificates.authority.certificate },
          strict: { host, ca: pinned.certificate },
        },
      }),
    );
    for (const name of names) {
      const outcome = await behalf.service(name).get("/");
      const refused = { ok: false, error: { code: "BEHALF_BACKEND_UNREACHABLE" } };
      expect(outcome).toMatchObject(name === "lax" ? { ok: true } : refused);
    }
    expect(backend.requests).toHaveLength(1);
  });

  it("refuses it after one that pins nothing had the token", async () => {
    const { as, backend: plain } = await startServers();
    const backend = await startTlsBackend(certificates, answer.echo());
    const { certificate: ca } = certificates.authority;
    const behalf = closeAfterTest(
      createBehalf({
        ...toRoot(as),
        serviceDefaults,
        services: { pinned: { host: backend.url, ca }, unpinned: plain.url, other: backend.url },
      }),
    );
    await behalf.service("pinned").get("/").unwrap();
    expect(await behalf.service("other").get("/")).toMatchObject({ ok: false });
    await behalf.service("unpinned").get("/").unwrap();
    await behalf.service("pinned").get("/").unwrap();
    expect([backend.requests.length, plain.requests.length]).toEqual([2, 1]);
  });
});

describe("a token of a server that one service trusts", () => {
  it("is not taken by one that does not trust the server", async () => {
    const { authority, server } = certificates;
    const as = await startAs({ tls: server });
    const backend = await startOneBackend();
    const pinned = await createCertificateAuthority();
    const services = {
      lax: { host: backend.url, ca: authority.certificate },
      strict: { host: backend.url, ca: pinned.certificate },
    } as const;
    const behalf = closeAfterTest(createBehalf({ ...toRoot(as), serviceDefaults, services }));
    await behalf.service("lax").get("/").unwrap();
    const error = { name: "TokenUnreachableError" };
    expect(await behalf.service("strict").get("/")).toMatchObject({ ok: false, error });
    expect([as.count("token"), backend.requests.length]).toEqual([1, 1]);
  });
});

describe("a proxy of one service", () => {
  const names = ["viaProxy", "direct"] as const;

  it.each([
    ["first", names],
    ["last", [...names].reverse()],
  ])("is the way of its calls alone where they come %s", async (_when, order) => {
    const { as, backend } = await startServers();
    const proxy = await openProxy();
    const { url: host } = backend;
    const behalf = closeAfterTest(
      createBehalf({
        ...toRoot(as),
        serviceDefaults,
        services: { viaProxy: { host, proxy: proxy.url }, direct: host },
      }),
    );
    const used: Record<string, boolean> = {};
    for (const name of order) {
      const before = proxy.tunnels.length;
      await behalf.service(name).get("/").unwrap();
      used[name] = proxy.tunnels.slice(before).some(({ target }) => target === targetOf(backend));
      if (name === "direct") expect(proxy.tunnels).toHaveLength(before);
    }
    expect(used).toEqual({ viaProxy: true, direct: false });
  });

  it("is not used by another user for the same token", async () => {
    const { as, backend } = await startServers();
    const proxy = await openProxy();
    const { url: host } = backend;
    const services = {
      anna: { host, proxy: withUser(proxy, "anna") },
      bert: { host, proxy: withUser(proxy, "bert") },
    } as const;
    const behalf = closeAfterTest(createBehalf({ ...toRoot(as), serviceDefaults, services }));
    await behalf.service("anna").get("/").unwrap();
    await behalf.service("bert").get("/").unwrap();
    expect(as.count("token")).toBe(1);
    expect(usersTo(proxy, backend)).toEqual(["anna", "bert"]);
  });
});

describe("a proxy that is read from a file", () => {
  async function openFromFile(proxy: string) {
    const path = join(makeTemporaryFolder(), "proxy");
    writeFileSync(path, proxy);
    const clock = createClock();
    const { as, backend } = await startServers({ clock });
    const service = { host: backend.url, ...serviceDefaults, proxy: fromFile(path) };
    const behalf = closeAfterTest(createBehalf({ ...toRoot(as), now: clock.now, services: { inventory: service } }));
    const call = () => behalf.service("inventory").get("/").unwrap();
    const replace = (text: string): void => {
      writeFileSync(path, text);
      clock.advance(5_000);
    };
    return { as, backend, call, replace };
  }

  it("is another one in the next call after the file was replaced", async () => {
    const [before, after] = [await openProxy(), await openProxy()];
    const { backend, call, replace } = await openFromFile(before.url);
    await call();
    const count = before.tunnels.length;
    replace(after.url);
    await call();
    expect(before.tunnels).toHaveLength(count);
    expect(usersTo(after, backend)).toHaveLength(1);
  });

  it("is asked with the new password while the token is the same", async () => {
    const proxy = await openProxy();
    const { as, backend, call, replace } = await openFromFile(withUser(proxy, "before"));
    await call();
    replace(withUser(proxy, "after"));
    await call();
    expect(usersTo(proxy, backend)).toEqual(["before", "after"]);
    expect(as.count("token")).toBe(1);
  });
});

describe("services with one DPoP key and certificates of their own", () => {
  it("show each its own or none, with tokens of their own", async () => {
    const { authority, server, orders, billing } = certificates;
    const as = await startAs({ tls: { ...server, clientCa: authority.certificate } });
    const backend = await startTlsBackend(certificates, answer.echo());
    const { url: host } = backend;
    const bound = { host, certificateBoundTokens: true } as const;
    const behalf = closeAfterTest(
      createBehalf({
        ...toRoot(as),
        ca: authority.certificate,
        dpop: true,
        serviceDefaults,
        services: {
          orders: { ...bound, clientCertificate: toClientCertificate(orders) },
          billing: { ...bound, clientCertificate: toClientCertificate(billing) },
          neither: { host },
        },
      }),
    );
    const names = ["orders", "billing", "neither"] as const;
    for (const name of [...names, ...names]) await behalf.service(name).get("/").unwrap();
    const shown = [orders.thumbprint, billing.thumbprint, undefined];
    expect(backend.requests.map(({ certificate }) => certificate?.thumbprint)).toEqual([...shown, ...shown]);
    expect(new Set(backend.requests.map(({ token }) => token)).size).toBe(3);
    expect(as.count("token")).toBe(3);
  });
});
