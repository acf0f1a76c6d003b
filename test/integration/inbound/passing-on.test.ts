import { createBehalf, type InboundOptions } from "behalf";
import { describe, expect, it, onTestFinished } from "vitest";
import { toJwkThumbprint } from "../../../packages/behalf/src/lib/values/jwk-thumbprint.ts";
import { listen } from "../../support/listen.ts";
import { closeAfterTest, toRoot } from "../../support/open-behalf.ts";
import { signCompact, toAth, toJwk } from "../../support/possession.ts";
import type { ScriptedAs } from "../../support/scripted-as.ts";
import { createTestKey } from "../../support/signing-key.ts";
import { some } from "../../support/some.ts";
import { startServers } from "../../support/start-servers.ts";
import { the } from "../../support/the.ts";

async function openGateway(toInbound: (as: ScriptedAs) => Partial<InboundOptions> = () => ({})) {
  const servers = await startServers();
  const { as, backend } = servers;
  const behalf = closeAfterTest(
    createBehalf({
      ...toRoot(as),
      inbound: { audience: the.clientId, resource: "https://api.example", ...toInbound(as) },
      services: {
        gateway: { host: backend.url, grantType: "forward", forwardTo: backend.url },
        inventory: { host: backend.url, grantType: "tokenExchange", audience: the.audience },
      },
    }),
  );
  return {
    ...servers,
    behalf,
    async receive(headers: readonly string[], url = "/", certificate?: Uint8Array) {
      const context = behalf.receive({
        rawHeaders: headers,
        method: "GET",
        url,
        addresses: { local: "127.0.0.1", remote: "127.0.0.1" },
        clientCertificate: () => certificate,
        setResponseHeader() {},
        onHangUp() {},
      });
      await behalf.authenticateCaller(context);
      return { context, run: <result>(work: () => result) => behalf.context.run(context, work) };
    },
  };
}

describe("a token that is bound to its sender", () => {
  const client = createTestKey.ES256();

  async function receiveBound() {
    const gateway = await openGateway();
    const jwk = toJwk(client);
    const token = await gateway.as.issue(some.claims({ cnf: { jkt: toJwkThumbprint(jwk) } }));
    const claims = { jti: crypto.randomUUID(), htm: "GET", htu: "https://api.example/", iat: Date.now() / 1000 };
    const payload = JSON.stringify({ ...claims, ath: toAth(token) });
    const proof = await signCompact(client, { typ: "dpop+jwt", alg: "ES256", jwk }, payload);
    const request = await gateway.receive(["authorization", `DPoP ${token}`, "dpop", proof]);
    return { ...gateway, ...request, token };
  }

  it("is not forwarded: nobody but the caller can show it", async () => {
    const { behalf, backend, run } = await receiveBound();
    expect(await run(async () => behalf.service("gateway").get("/"))).toMatchObject({
      ok: false,
      error: { name: "ConfigurationError", configPath: "services.gateway.grantType" },
    });
    expect(backend.requests).toEqual([]);
  });

  it("is exchanged for one that this API can show", async () => {
    const { as, behalf, backend, run, token } = await receiveBound();
    await run(() => behalf.service("inventory").get("/").unwrap());
    expect(as.tokenRequest().form.get("subject_token")).toBe(token);
    expect(backend.request().token).not.toBe(token);
  });
});

describe("behind the development proxy", () => {
  /** A sidecar that answers as it is told, and what it was asked. */
  async function startSidecar() {
    const asked: (string | undefined)[] = [];
    const sidecar = { asked, status: 200, assertion: "" };
    const { url, close } = await listen((request, response) => {
      asked.push(request.headers.authorization);
      const body = JSON.stringify({ assertion: sidecar.assertion });
      response.writeHead(sidecar.status, { "content-type": "application/json" }).end(body);
    });
    onTestFinished(close);
    return Object.assign(sidecar, { url });
  }

  async function openProxied() {
    const sidecar = await startSidecar();
    const gateway = await openGateway(() => ({ devProxy: { url: sidecar.url } }));
    sidecar.assertion = await gateway.as.issue(some.claims({ name: "Alice" }));
    return { ...gateway, sidecar };
  }

  const opaque = ["authorization", "Bearer an-opaque-token"];

  it("the caller's token is the assertion, and the program gets no other", async () => {
    const { behalf, sidecar, receive } = await openProxied();
    const { context, run } = await receive(opaque);
    expect(context.caller).toMatchObject({ subject: the.alice, principal: { name: "Alice" } });
    expect(context.caller?.token?.value()).toBe(sidecar.assertion);
    const token = await run(() => behalf.httpServiceProvider.getAccessToken().unwrap());
    expect([token.value(), sidecar.asked]).toEqual([sidecar.assertion, ["Bearer an-opaque-token"]]);
  });

  it("the assertion is what is exchanged", async () => {
    const { as, behalf, sidecar, receive } = await openProxied();
    const { run } = await receive(opaque);
    await run(() => behalf.service("inventory").get("/").unwrap());
    expect(as.tokenRequest().form.get("subject_token")).toBe(sidecar.assertion);
  });

  it("an assertion is validated like any other token", async () => {
    const { as, sidecar, receive } = await openProxied();
    sidecar.assertion = await as.issue(some.claims(), { key: "stranger" });
    await expect(receive(opaque)).rejects.toMatchObject({ reason: "signature" });
  });

  it("an assertion that was evicted is refused, also when it is remembered", async () => {
    const { behalf, receive } = await openProxied();
    await receive(opaque);
    behalf.inbound.evict({ subject: the.alice });
    await expect(receive(opaque)).rejects.toMatchObject({ reason: "revoked" });
  });
});
