import type { TokenSource } from "../../packages/behalf/src/lib/diagnostics/records.ts";
import { BehalfError } from "../../packages/behalf/src/lib/errors/behalf-error.ts";
import type { PartyToken } from "../../packages/behalf/src/lib/oauth/token-request.ts";
import { type Clock, createClock } from "../../packages/behalf/src/lib/testing/clock.ts";
import type { ClientProofs } from "../../packages/behalf/src/lib/tokens/client-proofs.ts";
import type { HeldToken } from "../../packages/behalf/src/lib/tokens/token-entry.ts";
import type { ActorToken } from "../../packages/behalf/src/lib/values/actor-token.ts";
import { createMemoryServer } from "../support/memory-shared-store.ts";
import { createChance } from "./chance.ts";
import { createEvictionLog, type EvictedTokens, type EvictionLog } from "./eviction-log.ts";
import { listOffers, type Offer } from "./offers.ts";
import { type SimulatedProcess, startProcess } from "./simulated-process.ts";
import { createSimulatedServer, credentialsOf, type SimulatedServer, type Weather } from "./simulated-server.ts";
import { signIn } from "./users.ts";
import { createWitness, type Recipient } from "./witness.ts";

/** Where tokens are kept: in memory and in a shared store, or, to see what one of them does, in one of them only. */
export type Levels = "both" | "memory" | "store";

/** An endpoint, with what this API proves itself with there. */
export interface ProvenOffer extends Offer {
  readonly proofs: { readonly proofs: ClientProofs; readonly firstProofs: ClientProofs | undefined };
}

/** Who wants what, and where. */
export interface Want {
  readonly place: number;
  readonly user: number;
  readonly offer: ProvenOffer;
  readonly actor: PartyToken | undefined;
}

/** What has happened so far. */
export interface Tally {
  /** How many tokens were given, by where they came from. */
  readonly given: Record<TokenSource, number>;
  failed: number;
  restarts: number;
  losses: number;
  evictions: number;
  signIns: number;
}

const places = [0, 1, 2, 3];
const userCount = 100;
/** So small that the processes forget tokens, of single users and in all. */
const bounds = { maxEntries: 7_500, maxBytes: 64 * 1024 * 1024 };
const nothing = { maxEntries: 0, maxBytes: 0 };

function prove(offer: Offer): ProvenOffer {
  const { target } = offer;
  const proofs = { credentials: credentialsOf(offer), binding: target.binding };
  const firstProofs = target.first && { ...proofs, binding: target.first.binding };
  return { ...offer, proofs: { proofs, firstProofs } };
}

/** Several processes that give tokens to a hundred users, over one store and one authorization server. */
export class World {
  readonly witness = createWitness();
  readonly clock: Clock = createClock(new Date("2026-01-01T00:00:00Z"));
  readonly server: SimulatedServer;
  readonly store = createMemoryServer(() => new Promise(setImmediate));
  readonly offers: readonly ProvenOffer[] = listOffers().map(prove);
  readonly tally: Tally = {
    given: { memory: 0, joined: 0, store: 0, server: 0, background: 0 },
    failed: 0,
    restarts: 0,
    losses: 0,
    evictions: 0,
    signIns: 1,
  };
  /** How many wait for a token. */
  waiting = 0;
  readonly #levels: Levels;
  readonly #processes: SimulatedProcess[];
  readonly #evictions: EvictionLog;
  readonly #users = Array.from({ length: userCount }, (_, user) => signIn(user, 1));
  #last: HeldToken | undefined;

  constructor(seed: number, levels: Levels) {
    this.server = createSimulatedServer(createChance(seed));
    this.#levels = levels;
    this.#evictions = createEvictionLog(this.server, this.clock.now);
    this.#processes = places.map(() => this.#start());
  }

  get places(): readonly number[] {
    return places;
  }

  get userCount(): number {
    return userCount;
  }

  #start(): SimulatedProcess {
    const process = startProcess({
      servers: this.server.servers,
      store: this.#levels === "memory" ? undefined : this.store.connect(),
      bounds: this.#levels === "store" ? nothing : bounds,
      now: this.clock.now,
    });
    process.evictions.note(this.#evictions.all, "elsewhere");
    return process;
  }

  #processAt(place: number): SimulatedProcess {
    const process = this.#processes[place];
    if (!process) throw new RangeError("There is no such process.");
    return process;
  }

  #tokenOf(user: number): ActorToken {
    const token = this.#users[user];
    if (!token) throw new RangeError("There is no such user.");
    return token;
  }

  /** Somebody uses a token: one from memory, or one that has to be waited for. */
  use({ place, user, offer, actor }: Want): void {
    const { target, name, proofs } = offer;
    const isOwn = target.grantType === "clientCredentials";
    const subject = isOwn ? undefined : this.#tokenOf(user);
    const { tokens } = this.#processAt(place);
    const recipient: Recipient = {
      name: `${name}/${subject?.value() ?? ""}/${actor?.token.value() ?? ""}/${actor?.tokenType.split(":").at(-1) ?? ""}/`,
      askedAt: this.clock.now(),
      evictedUpTo: this.#evictions.upTo(offer, isOwn ? undefined : user),
    };
    const found = tokens.find(target, { subject, actor });
    if (found) this.#give(recipient, found);
    else void this.#wait(recipient, tokens.acquire(target, { subject, actor, ...proofs }));
  }

  async #wait(recipient: Recipient, asked: Promise<HeldToken>): Promise<void> {
    this.waiting += 1;
    try {
      this.#give(recipient, await asked);
    } catch (error) {
      if (!BehalfError.is(error)) throw error;
      this.tally.failed += 1;
    } finally {
      this.waiting -= 1;
    }
  }

  #give(recipient: Recipient, token: HeldToken): void {
    this.#last = token;
    this.tally.given[token.source] += 1;
    this.witness.see(recipient, token);
  }

  /** A backend refuses the token that was given out last. */
  refuse(place: number): void {
    if (this.#last) this.#processAt(place).tokens.reject(this.#last, "https://backend.example.com");
  }

  /** A process ends, whatever it was about, and another one takes its place. */
  restart(place: number): void {
    this.#processAt(place).kill();
    this.#processes[place] = this.#start();
    this.tally.restarts += 1;
  }

  /** Tokens are evicted in one process, and the others learn of it. */
  evict(here: number, what: EvictedTokens): void {
    const eviction = this.#evictions.add(what);
    for (const place of places) {
      this.#processAt(place).evictions.note([eviction], place === here ? "here" : "elsewhere");
    }
    this.tally.evictions += 1;
  }

  /** A user has another token from now on. */
  signIn(user: number): void {
    this.tally.signIns += 1;
    this.#users[user] = signIn(user, this.tally.signIns);
  }

  turnWeather(weather: Weather): void {
    this.server.weather = weather;
  }

  /** The store cannot be reached, or can be again. */
  setStoreAway(away: boolean): void {
    this.store.faults.away = away;
  }

  /** The store is started anew, with nothing in it. */
  loseStore(): void {
    this.store.flush();
    this.tally.losses += 1;
  }
}
