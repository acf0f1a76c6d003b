import { describe, expect, it } from "vitest";
import { readBasicClient, readClaims } from "../../support/read-claims.ts";
import { answer } from "../../support/scripted-backend.ts";
import { openTenants, startHome, startTenant } from "./open-tenants.ts";

const rounds = Array.from({ length: 20 }, (_, index) => index);
const names = Array.from({ length: 30 }, (_, index) => `tenant-${index}`);

async function openThirty() {
  const home = await startHome();
  const tenants = await Promise.all(names.map((name) => startTenant(name, home)));
  const opened = await openTenants(home, tenants, {
    settings: { tenant: ({ caller }) => caller?.claims.tid as string | undefined },
  });
  opened.backend.handle(answer.delay(1));
  return { home, tenants, ...opened };
}

describe("30 tenants with 20 calls each, all at once", () => {
  // DuendeArchive/Support#634: one token client for many tenants gave one the token of another.
  // AzureAD/microsoft-authentication-library-for-dotnet#2381: a shared cache mixed the tenants of one client.
  it("get each their own token of their own server", async () => {
    const { home, tenants, backend, behalf, requestOf } = await openThirty();
    const requests = await Promise.all(names.map((name) => requestOf({ tid: name, sub: `user-of-${name}` })));
    const call = (round: number, at: number) => {
      const service = behalf.service(round % 2 === 0 ? "inventory" : "own");
      return requests[at]?.run(() => service.get(`/${names[at]}`).unwrap());
    };
    await Promise.all(rounds.flatMap((round) => names.map((_name, at) => call(round, at))));
    const issuers = new Map(tenants.map(({ name, as }) => [`/${name}`, as.issuer]));
    const seen = backend.requests.map(({ path, token }) => ({ path, ...readClaims(token) }));
    expect(seen).toHaveLength(600);
    expect(seen.filter(({ path, iss }) => issuers.get(path) !== iss)).toEqual([]);
    expect(
      seen.filter(
        ({ path, sub }) => ![`/${sub?.replace("user-of-", "")}`, `/${sub?.replace("client-of-", "")}`].includes(path),
      ),
    ).toEqual([]);
    expect(tenants.map(({ as }) => as.count("token"))).toEqual(names.map(() => 2));
    expect(home.count("token")).toBe(0);
  });

  it("show each server their own client alone", async () => {
    const { tenants, behalf } = await openThirty();
    await Promise.all(rounds.flatMap(() => names.map((tenant) => behalf.service("own").get("/", { tenant }).unwrap())));
    for (const { name, as } of tenants) {
      const clients = as.tokenRequests.map(({ headers }) => readBasicClient(headers.authorization));
      expect(clients).toEqual([{ id: `client-of-${name}`, secret: `secret-of-${name}` }]);
    }
  });
});
