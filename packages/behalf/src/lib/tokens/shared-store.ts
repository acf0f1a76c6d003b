/**
 * What several processes share: named texts, each with a life. The second level behind the memory of each process.
 *
 * Names and texts are opaque to it: what they hold is sealed before it comes here. Each method rejects when the store cannot
 * be reached; how long is waited for it, and what is done then, is decided by who asks. No method takes part in the asynchronous
 * context of a request.
 */
export interface SharedStore {
  /** Gives a text; `undefined` where there is none, or its life is over. */
  read(name: string): Promise<string | undefined>;
  /** Tells for how many milliseconds more a text is kept, by the clock of the store; `undefined` where there is none. */
  lifeOf(name: string): Promise<number | undefined>;
  /** Keeps a text for so many milliseconds, whatever was there before. */
  write(name: string, text: string, livesMs: number): Promise<void>;
  /** Keeps a text if the present one is the expected one, letter for letter; in one step. Tells whether it did. */
  replace(name: string, change: StoredChange): Promise<boolean>;
  /** Removes a text; with `expected`, only if it is that one. Tells whether it did. */
  remove(name: string, expected?: string): Promise<boolean>;
  /** Adds a member to an index. The index lives as long as the member that lives longest; each member as long as itself. */
  enlist(index: string, member: string, livesMs: number): Promise<void>;
  /** Lists the members of an index whose life is not over. */
  list(index: string): Promise<readonly string[]>;
  /** Tells everybody who listens to a topic, in any process. Who does not listen at that moment is not told. */
  publish(topic: string, message: string): Promise<void>;
  /** Listens to a topic; gives the function that ends it. */
  subscribe(topic: string, listener: (message: string) => void): Promise<() => Promise<void>>;
  /** Lets go of what the store opened by itself. Connections that it was given stay open. */
  close(): Promise<void>;
}

/** A text that takes the place of another. */
export interface StoredChange {
  /** The text that is there; `undefined` for none. */
  readonly expected: string | undefined;
  readonly text: string;
  readonly livesMs: number;
}
