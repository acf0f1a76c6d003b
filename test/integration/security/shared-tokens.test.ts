import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createBehalf, fromFile, fromProvider, HttpClientOptions, MultiStringValue, type SecretGiven } from "behalf";
import { decodeJwt } from "jose";
import { describe, expect, it } from "vitest";
import { createClock } from "../../support/clock.ts";
import { closeAfterTest, receive, toRoot } from "../../support/open-behalf.ts";
import type { Fault } from "../../support/scripted-as.ts";
import { some } from "../../support/some.ts";
import { startServers } from "../../support/start-servers.ts";
import { makeTemporaryFolder } from "../../support/temporary-folder.ts";
import { the } from "../../support/the.ts";
import { createOwnAuthConfig } from "./own-auth-config.ts";

/** Gives each workload a token that names it. */
const nameWorkload: Fault = Object.assign(
  (_usual: unknown, { form }: { readonly form: URLSearchParams }) => ({
    kind: "send" as const,
    status: 200,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(some.tokenResponse({ access_token: `token-of-${form.get("client_assertion")}` })),
  }),
  { unjudged: true },
);

function toFile(content: string): SecretGiven {
  const path = join(makeTemporaryFolder(), "token");
  writeFileSync(path, content);
  return fromFile(path);
}

const ways: Readonly<Record<string, (content: string) => SecretGiven>> = {
  "two files": toFile,
  "two texts": (content) => content,
  "two providers": (content) => fromProvider(() => content),
};

async function openWorkloads(toSource: (content: string) => SecretGiven) {
  const clock = createClock();
  const { as, backend } = await startServers({ clock });
  as.faults.always("token", nameWorkload);
  const { clientSecret: _, ...root } = toRoot(as);
  const workload = {
    host: backend.url,
    grantType: "clientCredentials",
    clientAuthentication: "workload_identity",
  } as const;
  const behalf = closeAfterTest(
    createBehalf({
      ...root,
      now: clock.now,
      services: {
        reader: { ...workload, clientAssertion: toSource("reader") },
        writer: { ...workload, clientAssertion: toSource("writer") },
      },
    }),
  );
  return { as, backend, behalf };
}

describe("two services that are workloads of their own", () => {
  it.each(Object.entries(ways))("share no token: %s", async (_way, toSource) => {
    const { as, backend, behalf } = await openWorkloads(toSource);
    const names = ["reader", "writer"] as const;
    for (const name of [...names, ...names]) await behalf.service(name).get("/").unwrap();
    const tokens = ["token-of-reader", "token-of-writer"];
    expect(backend.requests.map(({ token }) => token)).toEqual([...tokens, ...tokens]);
    expect(as.count("token")).toBe(2);
  });
});

describe("a program's own auth configuration, under automatic", () => {
  it("is asked for the audience in each call", async () => {
    const { as, backend } = await startServers();
    const behalf = closeAfterTest(createBehalf({ ...toRoot(as), services: {} }));
    const own = createOwnAuthConfig({ grantType: "automatic" });
    const authConfig = Object.defineProperty(own, "audience", {
      get: () => MultiStringValue.from(`of-${behalf.context.current()?.caller?.subject}`),
    });
    const options = new HttpClientOptions({ authConfig });
    const call = async (sub: string): Promise<void> => {
      const request = await receive(behalf, await as.issue(some.claims({ sub })));
      const client = () => behalf.httpServiceProvider.getClient(options, { baseAddress: backend.url }).unwrap();
      await request.run(async () => (await client()).send({ url: "/" }).unwrap());
    };
    for (const sub of [the.alice, the.bob, the.alice]) await call(sub);
    const audiences = backend.requests.map(({ token = "" }) => decodeJwt(token).aud);
    expect(audiences).toEqual([`of-${the.alice}`, `of-${the.bob}`, `of-${the.alice}`]);
  });
});
