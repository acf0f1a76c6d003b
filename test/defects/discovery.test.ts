import { createBehalf } from "behalf";
import { describe, expect, it } from "vitest";
import { createClock } from "../support/clock.ts";
import { closeAfterTest, receive, toRoot } from "../support/open-behalf.ts";
import { createRecordingLogger } from "../support/recording-logger.ts";
import { fault } from "../support/scripted-as.ts";
import { some } from "../support/some.ts";
import { startAs, startServers } from "../support/start-servers.ts";
import { the } from "../support/the.ts";

const hourMs = 3_600_000;

describe("what a server says of itself", () => {
  it("B-28: belongs to the instance and its authority, not to the process", async () => {
    const servers = [await startServers(), await startServers()] as const;
    for (const { as, backend } of servers) {
      const jobs = { host: backend.url, grantType: "clientCredentials" } as const;
      const behalf = closeAfterTest(createBehalf({ ...toRoot(as), services: { jobs } }));
      await behalf.service("jobs").get("/").unwrap();
      await receive(behalf, await as.issue(some.claims()));
    }
    for (const { as } of servers) {
      expect([as.count("metadata"), as.count("token"), as.count("jwks")]).toEqual([1, 1, 1]);
    }
  });

  it("B-28: belongs to the authority, where an instance knows two", async () => {
    const [one, other] = [await startServers(), await startServers()];
    const jobs = { host: one.backend.url, grantType: "clientCredentials" } as const;
    const away = { ...jobs, authority: other.as.issuer, clientId: the.clientId, clientSecret: the.clientSecret };
    const behalf = closeAfterTest(createBehalf({ ...toRoot(one.as), services: { jobs, away } }));
    for (const name of ["jobs", "away"] as const) await behalf.service(name).get("/").unwrap();
    expect([one.as.count("token"), other.as.count("token")]).toEqual([1, 1]);
  });

  it("B-28: is read anew after an hour, and used as it is then", async () => {
    const clock = createClock();
    const { as, backend } = await startServers({ clock });
    const moved = await startAs({ clock });
    const jobs = { host: backend.url, grantType: "clientCredentials" } as const;
    const behalf = closeAfterTest(createBehalf({ ...toRoot(as), services: { jobs }, now: clock.now }));
    await behalf.service("jobs").get("/").unwrap();
    as.faults.always("metadata", fault.change({ token_endpoint: moved.tokenEndpoint }));
    await behalf.service("jobs").get("/", { forceAuthorization: true }).unwrap();
    expect([as.count("token"), moved.count("token")]).toEqual([2, 0]);
    clock.advance(hourMs);
    await behalf.service("jobs").get("/", { forceAuthorization: true }).unwrap();
    expect([as.count("token"), moved.count("token")]).toEqual([2, 1]);
  });

  it("B-28: leaves nobody waiting, and nobody with nothing, when it cannot be had", async () => {
    const { as, backend } = await startServers();
    const jobs = { host: backend.url, grantType: "clientCredentials" } as const;
    const behalf = closeAfterTest(createBehalf({ ...toRoot(as), services: { jobs } }));
    as.faults.always("metadata", fault.drop());
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => behalf.service("jobs").get("/")));
    const codes = outcomes.map((outcome) => !outcome.ok && Reflect.get(outcome.error, "code"));
    expect(codes).toEqual(Array.from({ length: 20 }, () => "BEHALF_TOKEN_UNREACHABLE"));
  });

  it("B-28: is not guessed: nothing is asked of an endpoint that nobody named", async () => {
    const { as, backend } = await startServers();
    const jobs = { host: backend.url, grantType: "clientCredentials" } as const;
    const behalf = closeAfterTest(createBehalf({ ...toRoot(as), services: { jobs } }));
    as.faults.always("metadata", fault.status(404));
    const token = await as.issue(some.claims());
    expect((await behalf.service("jobs").get("/")).ok).toBe(false);
    await expect(receive(behalf, token)).rejects.toMatchObject({ name: "TokenUnreachableError" });
    expect(as.requests.filter(({ endpoint }) => endpoint !== "metadata")).toEqual([]);
    expect(backend.requests).toEqual([]);
  });
});

describe("a setting of the inbound side", () => {
  it.each([
    ["AUDIENCE", "inbound.audience", "from-environment", ["from-environment"]],
    ["ISSUER", "inbound.issuer", "https://issuer.example", "https://issuer.example"],
    ["AUTHORIZATION_HEADER", "inbound.authorizationHeader", "X-Token", "x-token"],
    ["CLOCK_TOLERANCE_MS", "inbound.clockToleranceMs", "1234", 1234],
    ["REQUIRED_SCOPES", "inbound.requiredScopes", "a b", ["a", "b"]],
    ["JWKS_COOLDOWN_MS", "inbound.jwksCooldownMs", "4321", 4321],
    ["PROFILE", "inbound.profile", "rfc9068", "rfc9068"],
    ["MAX_LIFE_MS", "inbound.maxLifeMs", "60000", 60_000],
  ])("B-31: is read under the name that it is written under: %s", async (...[name, path, given, effective]) => {
    const as = await startAs();
    const environment = { [`BEHALF__INBOUND__${name}`]: given };
    const behalf = closeAfterTest(createBehalf({ ...toRoot(as), services: {}, environment }));
    const described = behalf.describe().settings[path];
    expect(described?.source).toBe("environment");
    expect([described?.value].flat()).toEqual([effective].flat());
  });

  it("B-31: holds: a header that is configured is the one that is read", async () => {
    const as = await startAs();
    const environment = { BEHALF__INBOUND__AUTHORIZATION_HEADER: "X-Token" };
    const behalf = closeAfterTest(createBehalf({ ...toRoot(as), services: {}, environment }));
    const token = await as.issue(some.claims());
    const look = async (headers: readonly string[]) =>
      behalf.authenticateCaller(behalf.receive({ rawHeaders: headers, setResponseHeader() {}, onHangUp() {} }));
    expect((await look(["x-token", token]))?.subject).toBe(the.alice);
    await expect(look(["authorization", `Bearer ${token}`])).rejects.toMatchObject({ reason: "missing" });
  });
});

describe("a line of the log about a caller", () => {
  it("B-38: says what happened in its message, and whose request it was in its fields", async () => {
    const as = await startAs();
    const logger = createRecordingLogger();
    const inbound = { ...toRoot(as).inbound, identity: { source: "userInfo" } } as const;
    const behalf = closeAfterTest(createBehalf({ ...toRoot(as), inbound, services: {}, logger }));
    as.faults.always("userinfo", fault.status(500));
    await receive(behalf, await as.issue(some.claims()), { "x-request-id": "id-1" });
    await receive(behalf, await as.issue(some.claims({ aud: "other" })), { "x-request-id": "id-2" }).catch(() => {});
    const looked = logger.lines.filter(({ message }) => message === "caller's token looked at");
    expect(looked.map(({ fields }) => Reflect.get(fields, "messageId"))).toEqual(["id-1", "id-2"]);
    expect(logger.lines.map(({ message }) => message)).toContain("caller not identified");
    expect(logger.lines.filter(({ message }) => /id-\d/.test(message))).toEqual([]);
  });
});
