import { fault, type ScriptedAs, startScriptedAs } from "behalf/testing";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { postForm } from "../support/post-form.ts";
import { the } from "../support/the.ts";

const form = { grant_type: the.clientCredentialsGrant };
let as: ScriptedAs;

beforeEach(async () => {
  as = await startScriptedAs();
});
afterEach(() => as.close());

const ask = (signal?: AbortSignal): Promise<Response> =>
  fetch(as.tokenEndpoint, {
    method: "POST",
    headers: { authorization: `Basic ${btoa(`${the.clientId}:${the.clientSecret}`)}` },
    body: new URLSearchParams(form),
    ...(signal ? { signal } : {}),
  });

describe("faults", () => {
  it("meet the coming requests in order, then end", async () => {
    as.faults.next("token", fault.status(503), fault.oauthError("invalid_grant"));
    const statuses = [];
    for (const _ of [1, 2, 3]) statuses.push((await ask()).status);
    expect(statuses).toEqual([503, 400, 200]);
  });

  it("stand until they are cleared", async () => {
    as.faults.always("token", fault.status(500));
    expect([(await ask()).status, (await ask()).status]).toEqual([500, 500]);
    as.faults.clear();
    expect((await ask()).status).toBe(200);
  });

  it("meet the requests that match", async () => {
    as.faults.when(({ path }) => path.includes("openid"), fault.status(404));
    const statuses = ["openid-configuration", "oauth-authorization-server"].map(
      async (place) => (await fetch(`${as.url}/.well-known/${place}`)).status,
    );
    expect(await Promise.all(statuses)).toEqual([404, 200]);
  });

  it("are an outage of everything, until they are cleared", async () => {
    as.faults.next("token", fault.status(503));
    as.faults.down();
    await expect(ask()).rejects.toThrow("fetch failed");
    await expect(fetch(as.jwksUri)).rejects.toThrow("fetch failed");
    as.faults.clear();
    expect((await ask()).status).toBe(200);
  });

  it("change single members of the usual answer", async () => {
    as.faults.next("token", fault.change({ expires_in: "300", token_type: undefined, marker: the.markerSecret }));
    const { body } = await postForm(as.tokenEndpoint, form);
    expect(body).toMatchObject({ expires_in: "300", marker: the.markerSecret, access_token: expect.any(String) });
    expect(body).not.toHaveProperty("token_type");
  });

  it("follow each other in one answer", async () => {
    as.faults.next("token", fault.all(fault.change({ a: 1 }), fault.contentType("text/plain"), fault.malformedJson()));
    const response = await ask();
    expect(response.headers.get("content-type")).toBe("text/plain");
    expect(await response.text()).toMatch(/"a":$/);
  });

  it("forge the issuer of the metadata", async () => {
    as.faults.next("metadata", fault.change({ issuer: "https://evil.example" }));
    const response = await fetch(`${as.url}/.well-known/openid-configuration`);
    expect(await response.json()).toMatchObject({ issuer: "https://evil.example", jwks_uri: as.jwksUri });
  });

  it("carry errors with members and headers of their own", async () => {
    as.faults.next("token", fault.oauthError("invalid_client", { members: { marker: the.markerSecret } }));
    expect(await postForm(as.tokenEndpoint, form)).toMatchObject({
      status: 401,
      body: { error: "invalid_client", marker: the.markerSecret },
    });
  });

  it.each([
    [7, "7"],
    [undefined, null],
  ])("answer 429 with Retry-After %s", async (retryAfter, header) => {
    as.faults.next("token", fault.tooManyRequests(retryAfter));
    const response = await ask();
    expect([response.status, response.headers.get("retry-after")]).toEqual([429, header]);
  });

  it.each([
    ["emptyBody", fault.emptyBody(), 0],
    ["hugeBody", fault.hugeBody(), 2 * 1024 * 1024],
  ])("shape the body by %s", async (_name, shape, atLeast) => {
    as.faults.next("token", shape);
    const body = await (await ask()).text();
    expect(body.length >= atLeast && (atLeast > 0 || body === "")).toBe(true);
  });

  it("answer with a web page", async () => {
    as.faults.next("token", fault.html());
    const response = await ask();
    expect(response.headers.get("content-type")).toMatch(/^text\/html/);
  });

  it("cut the connection", async () => {
    as.faults.next("token", fault.drop());
    await expect(ask()).rejects.toThrow("fetch failed");
  });

  it("answer late", async () => {
    as.faults.next("token", fault.delay(20, fault.status(502)));
    expect((await ask()).status).toBe(502);
  });

  it("stay silent until the client leaves, which the record shows", async () => {
    as.faults.next("token", fault.hang());
    const controller = new AbortController();
    const answer = ask(controller.signal);
    await vi.waitFor(() => expect(as.count("token")).toBe(1));
    controller.abort();
    await expect(answer).rejects.toThrow("aborted");
    await vi.waitFor(() => expect(as.tokenRequest().aborted).toBe(true));
  });

  it("stop in the middle of the body", async () => {
    as.faults.next("token", fault.stall());
    const response = await ask();
    expect(response.status).toBe(200);
    await as.close();
    await expect(response.text()).rejects.toThrow("terminated");
  });
});

describe("hold", () => {
  it("keeps requests waiting until it is released", async () => {
    const gate = as.hold();
    const answers = Promise.all([ask(), ask()]);
    await gate.arrived(2);
    expect(gate.waiting).toBe(2);
    gate.release();
    expect((await answers).map(({ status }) => status)).toEqual([200, 200]);
    expect(gate.waiting).toBe(0);
  });

  it("lets later requests through once it is released", async () => {
    as.hold().release();
    expect((await ask()).status).toBe(200);
  });
});

describe("close", () => {
  it("lets go of what is held or late", async () => {
    let late: unknown;
    as.faults.next("metadata", (...given) => {
      late = fault.delay(60_000)(...given);
      return fault.status(503)(...given);
    });
    await fetch(`${as.url}/.well-known/openid-configuration`);
    const gate = as.hold();
    const answer = ask().catch(() => "closed");
    await gate.arrived();
    await as.close();
    expect(await late).toMatchObject({ status: 200 });
    expect([gate.waiting, await answer]).toEqual([0, "closed"]);
  });

  it("does not wait for a late answer", async () => {
    as.faults.next("token", fault.delay(60_000));
    const answer = ask().catch(() => "closed");
    await vi.waitFor(() => expect(as.count("token")).toBe(1));
    await as.close();
    expect(await answer).toBe("closed");
  });

  it("does not wait for a silent request", async () => {
    as.faults.next("token", fault.hang());
    const answer = ask().catch(() => "closed");
    await vi.waitFor(() => expect(as.count("token")).toBe(1));
    await as.close();
    expect(await answer).toBe("closed");
  });
});
