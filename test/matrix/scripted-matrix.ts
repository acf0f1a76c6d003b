import { type Clock, createClock } from "../support/clock.ts";
import { mark } from "../support/marks.ts";
import {
  type AsRequest,
  fault,
  type ScriptedAs,
  type ScriptedClient,
  startScriptedAs,
} from "../support/scripted-as.ts";
import type { MatrixServer, ServedCell, SilentCall } from "./behaviours.ts";
import { bindingNames, type Cell, showsCertificate, toClientId, wayNames } from "./cell.ts";
import type { Keys } from "./keys.ts";
import { audience, nameCaller, type OpenCell, openCell, scope } from "./open-cell.ts";
import { createWay, findWay, type Way } from "./ways.ts";

/** How long the tokens for backends live. */
export const lifeSeconds = 30;

/** Two authorization servers, of which the second believes the first one's assertions. */
interface Pair {
  readonly first: ScriptedAs;
  readonly second: ScriptedAs;
}

interface Surroundings {
  readonly keys: Keys;
  readonly clock: Clock;
  readonly ways: ReadonlyMap<string, Way>;
}

type StartOptions = Parameters<typeof startScriptedAs>[0];

async function startPair(options: StartOptions): Promise<Pair> {
  const first = await startScriptedAs(options);
  const trustedIssuers = [{ issuer: first.issuer, keys: () => first.publicKeys() }];
  return { first, second: await startScriptedAs({ ...options, trustedIssuers }) };
}

/** The secrets of a token request: credentials, proofs and tokens, as they were sent. */
function listSent({ form, headers, presented }: AsRequest): readonly string[] {
  const names = ["client_secret", "client_assertion", "subject_token", "assertion", "refresh_token"];
  const sent = [...names.map((name) => form.get(name)), headers.authorization?.split(" ")[1], presented.proof?.jwt];
  return sent.filter((value) => typeof value === "string");
}

function toClaims(cell: Cell, { first, second }: Pair): ServedCell["claims"] {
  const clientId = toClientId(cell);
  const isItself = cell.grant === "clientCredentials" || cell.grant === "automatic (system)";
  const exchanged = cell.grant === "tokenExchange" || cell.grant === "automatic (person)";
  return {
    iss: cell.grant === "identityAssertion" ? second.issuer : first.issuer,
    sub: isItself ? clientId : nameCaller(cell, "first"),
    aud: cell.grant === "onBehalfOf" ? first.issuer : audience,
    client_id: clientId,
    ...(exchanged ? { act: { sub: clientId } } : {}),
  };
}

/** What a pair of servers saw since a behaviour began. */
interface PairLog {
  begin(): void;
  since(as: ScriptedAs): readonly AsRequest[];
}

function createLog({ first, second }: Pair): PairLog {
  const before = new Map<ScriptedAs, number>();
  return {
    begin() {
      for (const as of [first, second]) {
        before.set(as, as.requests.length);
        as.faults.clear();
      }
    },
    since: (as) => as.requests.slice(before.get(as)).filter(({ endpoint }) => endpoint === "token"),
  };
}

function openAtServers(cell: Cell, { first, second }: Pair, { keys, clock, ways }: Surroundings): Promise<OpenCell> {
  const clientId = toClientId(cell);
  const sub = nameCaller(cell, "first");
  const refreshToken = cell.grant === "refreshToken" ? first.issueRefreshToken({ clientId, sub, scope }) : undefined;
  return openCell({
    cell,
    way: findWay(ways, clientId),
    keys,
    clock,
    apart: { lifeMs: lifeSeconds * 1000 },
    servers: {
      authority: first.issuer,
      ...(cell.grant === "identityAssertion" ? { second: second.issuer } : {}),
      ...(refreshToken === undefined ? {} : { refreshToken }),
    },
    issueCallerToken: (caller) =>
      first.issue({
        sub: caller,
        aud: clientId,
        client_id: cell.grant === "automatic (system)" ? caller : "orders-app",
        exp: Math.floor(clock.now() / 1000) + 3600,
      }),
  });
}

type Faulty = Pick<ServedCell, "callRefused" | "callBroken" | "hold">;

function createFaulty(open: OpenCell, { first, second }: Pair): Faulty {
  const callAnew = () => open.call({ forceAuthorization: true });
  const target = open.cell.grant === "identityAssertion" ? second : first;
  return {
    async callRefused() {
      const members = { error_description: mark("description"), error_uri: `https://example.com/${mark("uri")}` };
      first.faults.next("token", fault.oauthError("access_denied", { members }));
      return { outcome: await callAnew(), error: "access_denied" };
    },
    hold() {
      const gate = first.hold();
      return { arrived: () => gate.arrived(), release: gate.release };
    },
    async callBroken() {
      target.faults.always("token", fault.malformedJson());
      const garbled = await callAnew();
      target.faults.clear();
      open.refuseToken("always");
      return [garbled, await callAnew()];
    },
  };
}

/** Opens a cell at a pair of servers, from whose logs only what comes from now on is read. */
async function openAt(cell: Cell, pair: Pair, surroundings: Surroundings): Promise<ServedCell> {
  const { first, second } = pair;
  const way = findWay(surroundings.ways, toClientId(cell));
  const { begin, since } = createLog(pair);
  const open = await openAtServers(cell, pair, surroundings);
  begin();

  return Object.assign(open, createFaulty(open, pair), {
    claims: toClaims(cell, pair),
    countRequests: () => since(cell.grant === "identityAssertion" ? second : first).length,
    checkAuthentication() {
      for (const as of [first, second]) for (const request of since(as)) way.check(request, as);
    },
    listSecrets: () => [
      ...way.secrets,
      ...[...since(first), ...since(second)].flatMap(listSent),
      ...open.requests.flatMap(({ token }) => token ?? []),
    ],
    began: begin,
  });
}

async function createClients(keys: Keys) {
  const ways = new Map<string, Way>();
  const clients: ScriptedClient[] = [];
  for (const place of wayNames.flatMap((way) => bindingNames.map((binding) => ({ way, binding })))) {
    const clientId = toClientId(place);
    const way = await createWay(place.way, clientId, keys);
    ways.set(clientId, way);
    clients.push({
      clientId,
      ...way.registration,
      dpopBound: place.binding === "dpop",
      certificateBound: place.binding === "certificate",
    });
  }
  return { ways, clients };
}

async function beSilent(served: ServedCell): Promise<SilentCall> {
  const outcome = await served.call();
  const silent = { outcome, logged: served.logger.lines, secrets: served.listSecrets() };
  await served.close();
  return silent;
}

/** The scripted authorization server, as a server of the matrix. */
export interface ScriptedMatrix extends MatrixServer {
  close(): Promise<void>;
}

/** Starts the servers that all cells share: with TLS and without it, and the same again, silent. */
export async function startScriptedMatrix(keys: Keys): Promise<ScriptedMatrix> {
  const clock = createClock();
  const { ways, clients } = await createClients(keys);
  const options = { clients, clock, lifeSeconds };
  const [plain, secure, silentPlain, silentSecure] = await Promise.all(
    [{}, { tls: keys.server }, {}, { tls: keys.server }].map((tls) => startPair({ ...options, ...tls })),
  );
  if (!plain || !secure || !silentPlain || !silentSecure) throw new Error("A server did not start");
  const choose = (cell: Cell, one: Pair, other: Pair): Pair => (showsCertificate(cell) ? other : one);
  const surroundings: Surroundings = { keys, clock, ways };
  const silences = new Map<Cell, Promise<SilentCall>>();
  const gates = new Map([silentPlain, silentSecure].map(({ first }) => [first, first.hold()]));

  return {
    async open(cell) {
      clock.set(Math.floor(Date.now() / 1000) * 1000);
      return openAt(cell, choose(cell, plain, secure), surroundings);
    },
    async startSilence(cell) {
      const pair = choose(cell, silentPlain, silentSecure);
      const gate = gates.get(pair.first);
      const count = pair.first.tokenRequests.length + 1;
      const silence = beSilent(await openAt(cell, pair, { ...surroundings, clock: createClock() }));
      silences.set(cell, silence);
      await Promise.race([silence, gate?.arrived(count)]);
    },
    async awaitSilence(cell) {
      const silence = silences.get(cell);
      if (!silence) throw new Error("The cell was not told at the start");
      return silence;
    },
    async close() {
      for (const gate of gates.values()) gate.release();
      await Promise.all(silences.values());
      const pairs = [plain, secure, silentPlain, silentSecure];
      await Promise.all(pairs.flatMap(({ first, second }) => [first.close(), second.close()]));
    },
  };
}
