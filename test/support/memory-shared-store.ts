import { AsyncResource } from "node:async_hooks";
import type { SharedStore } from "../../packages/behalf/src/lib/tokens/shared-store.ts";

interface Kept {
  readonly text: string;
  readonly endsAt: number;
}

/** A server of shared texts in this process, by the clock of the machine. */
export interface MemoryServer {
  /** Gives a store as a process of its own would have it. */
  connect(): SharedStore;
  /** What a test does to the server. */
  faults: {
    /** Whether nothing can be reached, at the time of a question or of its answer. */
    away?: boolean;
    /** Whether it takes nothing more. */
    full?: boolean;
    /** How long each answer takes, in milliseconds. */
    delayMs?: number;
    /** Whether what is published gets lost. */
    deaf?: boolean;
  };
  /** How often something was asked, whatever became of it. */
  asked(): number;
  /** Loses everything, as a server that was started anew. */
  flush(): void;
  /** Everything that it holds, and every message that it has seen. */
  dump(): string;
}

const endOf = (livesMs: number): number => (livesMs >= 1 ? Date.now() + Math.floor(livesMs) : 0);
const isPresent = ({ endsAt }: Pick<Kept, "endsAt">): boolean => endsAt > Date.now();

class Memory {
  readonly faults: MemoryServer["faults"] = {};
  readonly texts = new Map<string, Kept>();
  readonly indexes = new Map<string, Map<string, number>>();
  readonly listeners = new Map<string, Set<{ tell(message: string): void }>>();
  readonly messages: string[] = [];

  read(name: string): string | undefined {
    const kept = this.texts.get(name);
    return kept && isPresent(kept) ? kept.text : undefined;
  }

  lifeOf(name: string): number | undefined {
    const kept = this.texts.get(name);
    return kept && isPresent(kept) ? kept.endsAt - Date.now() : undefined;
  }

  write(name: string, text: string, livesMs: number): void {
    this.#checkRoom();
    this.texts.set(name, { text, endsAt: endOf(livesMs) });
  }

  enlist(index: string, member: string, livesMs: number): void {
    this.#checkRoom();
    const members = this.indexes.get(index) ?? new Map<string, number>();
    this.indexes.set(index, members.set(member, Math.max(endOf(livesMs), members.get(member) ?? 0)));
  }

  list(index: string): readonly string[] {
    const members = [...(this.indexes.get(index) ?? [])];
    return members.filter(([, endsAt]) => isPresent({ endsAt })).map(([member]) => member);
  }

  #checkRoom(): void {
    if (this.faults.full) throw new Error("The store is full.");
  }

  tell(topic: string, message: string): void {
    for (const { tell } of [...(this.listeners.get(topic) ?? [])]) {
      try {
        tell(message);
      } catch {
        // A listener's mistake is its own.
      }
    }
  }
}

type Ask = <value>(work: () => value) => Promise<value>;

function createStore(memory: Memory, ask: Ask, publish: (topic: string, message: string) => void): SharedStore {
  const outsideRequests = new AsyncResource("memory-store");
  let closed = false;
  const perform: Ask = (work) =>
    outsideRequests.runInAsyncScope(() =>
      ask(() => {
        if (closed) throw new Error("The store was closed.");
        return work();
      }),
    );

  return {
    read: (name) => perform(() => memory.read(name)),
    lifeOf: (name) => perform(() => memory.lifeOf(name)),
    write: (name, text, livesMs) => perform(() => memory.write(name, text, livesMs)),
    replace: (name, { expected, text, livesMs }) =>
      perform(() => {
        if (memory.read(name) !== expected) return false;
        memory.write(name, text, livesMs);
        return true;
      }),
    remove: (name, expected) =>
      perform(() => {
        const present = memory.read(name);
        if (present === undefined || (expected !== undefined && present !== expected)) return false;
        return memory.texts.delete(name);
      }),
    enlist: (index, member, livesMs) => perform(() => memory.enlist(index, member, livesMs)),
    list: (index) => perform(() => memory.list(index)),
    publish: (topic, message) => perform(() => publish(topic, message)),
    subscribe: (topic, listener) =>
      perform(() => {
        const entry = { tell: (message: string) => outsideRequests.runInAsyncScope(listener, undefined, message) };
        memory.listeners.set(topic, (memory.listeners.get(topic) ?? new Set()).add(entry));
        return async () => void memory.listeners.get(topic)?.delete(entry);
      }),
    async close() {
      closed = true;
    },
  };
}

const pauseByTimer = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Creates a server. What it promises is what a real one does: the contract of the store is checked. An answer takes as long as
 * `pause` does.
 */
export function createMemoryServer(pause: (ms: number) => Promise<void> = pauseByTimer): MemoryServer {
  const memory = new Memory();
  const { faults } = memory;
  let asked = 0;

  async function ask<value>(work: () => value): Promise<value> {
    asked += 1;
    const away = faults.away;
    await pause(faults.delayMs ?? 0);
    if (away || faults.away) throw new Error("The store is away.");
    return work();
  }

  return {
    faults,
    connect: () =>
      createStore(memory, ask, (topic, message) => {
        memory.messages.push(`${topic} ${message}`);
        if (!faults.deaf) setImmediate(() => memory.tell(topic, message));
      }),
    asked: () => asked,
    flush() {
      memory.texts.clear();
      memory.indexes.clear();
    },
    dump: () =>
      JSON.stringify([
        [...memory.texts],
        [...memory.indexes].map(([name, members]) => [name, ...members]),
        [...memory.listeners.keys()],
        memory.messages,
      ]),
  };
}
