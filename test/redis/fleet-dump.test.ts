import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { allowUnencryptedStore, createBehalf } from "behalf";
import { createRedisStore } from "behalf/redis";
import { expect, it, onTestFinished, vi } from "vitest";
import { closeAfterTest, receive, toRoot } from "../support/open-behalf.ts";
import { fault } from "../support/scripted-as.ts";
import { some } from "../support/some.ts";
import { type RedisServer, type ServerName, serverNames, startRedis } from "../support/start-redis.ts";
import { startServers } from "../support/start-servers.ts";
import { the } from "../support/the.ts";
import { clientKinds } from "./clients.ts";
import { describeWith } from "./describe-with.ts";

const [firstKind] = clientKinds;
const people = ["alice@example.com", "bob@example.com", "+46 70 123 45 67"];
const key = Buffer.alloc(32, 7).toString("base64");
const sealed = { encryptionKeys: [{ id: "2026", key }] };
const unsealed = { [allowUnencryptedStore]: true };

async function readDump(server: RedisServer): Promise<string> {
  await server.ask("save");
  const [, folder] = (await server.ask("config", "get", "dir")).split("\n");
  return readFileSync(`${folder}/dump.rdb`).toString("latin1");
}

/** What must not be seen, and each digest that somebody could make of it who knows it already. */
function listForms(fact: string): readonly string[] {
  const digests = [fact, fact.toLowerCase()].map((text) => createHash("sha256").update(text).digest());
  const encodings = ["hex", "base64", "base64url", "latin1"] as const;
  const encoded = encodings.map((encoding) => Buffer.from(fact).toString(encoding));
  return [...encoded, ...digests.flatMap((digest) => encodings.map((encoding) => digest.toString(encoding)))];
}

/** Fills a store with all that is shared of tokens: of people, of the API itself, of a refusal. Gives what must not be seen. */
async function fillStore(server: RedisServer, protection: object): Promise<readonly string[]> {
  const { as, backend } = await startServers();
  if (!firstKind) throw new Error("There is no client");
  const { client, close } = await firstKind.open(server.port);
  onTestFinished(close);
  const host = backend.url;
  const behalf = closeAfterTest(
    createBehalf({
      ...toRoot(as),
      ...protection,
      store: createRedisStore(client),
      services: {
        jobs: { host, grantType: "clientCredentials" },
        inventory: { host, grantType: "tokenExchange", audience: the.audience },
      },
    }),
  );
  await behalf.service("jobs").get("/").unwrap();
  const subjectTokens = await Promise.all(people.map((sub) => as.issue(some.claims({ sub, email: sub }))));
  for (const token of subjectTokens) {
    const { run } = await receive(behalf, token);
    await run(() => behalf.service("inventory").get("/").unwrap());
  }
  as.faults.next("token", fault.oauthError("invalid_grant", { members: { error_description: the.markerSecret } }));
  const { run } = await receive(behalf, await as.issue(some.claims({ sub: "carol@example.com" })));
  await run(() => behalf.service("inventory").get("/"));
  await vi.waitFor(async () => {
    const names = await server.ask("keys", "behalf:*");
    expect([names.match(/:token:/g)?.length, names.match(/:lock:/g)?.length]).toEqual([4, 1]);
  });
  const shown = backend.requests.map(({ headers }) => String(headers.authorization).split(" ")[1] ?? "");
  const secrets = [the.clientSecret, key, the.markerSecret, as.issuer, the.clientId];
  return [...people, "carol@example.com", ...subjectTokens, ...shown, ...secrets];
}

function describeDump(name: ServerName): void {
  it("shows no token, no secret, no person, nor what could be guessed of one", async () => {
    const server = await startRedis({ name, args: ["--rdbcompression", "no"] });
    onTestFinished(() => server.stop());
    const facts = await fillStore(server, sealed);
    const dump = await readDump(server);
    expect(facts).toHaveLength(16);
    expect(dump.match(/behalf:token:[\w-]{43}/g)).toHaveLength(4);
    expect(dump.match(/behalf:lock:[\w-]{43}/g)).toHaveLength(1);
    expect(facts.flatMap(listForms).filter((form) => dump.includes(form))).toEqual([]);
  });

  it("would show them without encryption", async () => {
    const server = await startRedis({ name, args: ["--rdbcompression", "no"] });
    onTestFinished(() => server.stop());
    const facts = await fillStore(server, unsealed);
    const dump = await readDump(server);
    const [token = ""] = facts.slice(7);
    expect(token.split(".")).toHaveLength(3);
    expect(dump).toContain(token);
    expect(dump).toContain(the.markerSecret);
  });
}

for (const name of serverNames) describeWith(name, () => describeDump(name));
