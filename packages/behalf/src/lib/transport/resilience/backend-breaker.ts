import type { BreakerSettings } from "../../values/call-settings.ts";
import type { AttemptEnd } from "./attempt-result.ts";
import { FailureWindow } from "./failure-window.ts";

/** A change of the state of a backend. */
export interface BackendChange {
  readonly state: "unreachable" | "reachable";
  readonly detail: Readonly<Record<string, number>>;
}

/** What a breaker works with. */
export interface BackendBreakerOptions {
  /** The monotonic clock. */
  readonly now: () => number;
  /** Is told of each change. */
  readonly changed: (change: BackendChange) => void;
}

/** An attempt that was let pass. */
export interface Permit {
  /** Whether it is the one that tries whether the backend is back. */
  readonly isProbe: boolean;
  /** Notes how it ended. */
  end(how: AttemptEnd): void;
}

/** How long those stay away, at most, who come while a probe is under way. */
const probingMs = 1_000;

interface Outage {
  readonly since: number;
  probeAt: number;
  probing: boolean;
}

/**
 * Keeps attempts from a backend that fails: closed, until the share of failures in the window is reached. Then attempts fail
 * without being sent, until one passes as a probe, alone. Its answer closes the breaker, its failure keeps it open for as long
 * again, and one that was given up is followed by the next. How attempts end that began before a change tells nothing any more.
 */
export class BackendBreaker {
  readonly #settings: BreakerSettings;
  readonly #options: BackendBreakerOptions;
  readonly #window: FailureWindow;
  #outage: Outage | undefined;
  #changes = 0;

  constructor(settings: BreakerSettings, options: BackendBreakerOptions) {
    this.#settings = settings;
    this.#options = options;
    this.#window = new FailureWindow(settings.windowMs);
  }

  /** How long attempts are to stay away, in milliseconds; 0 when the next one may pass. */
  waitMs(): number {
    if (!this.#outage) return 0;
    if (this.#outage.probing) return Math.min(probingMs, this.#settings.openMs);
    return Math.max(0, this.#outage.probeAt - this.#options.now());
  }

  /** Lets an attempt pass: as the one probe, where the backend is thought to be away. */
  begin(): Permit {
    const outage = this.#outage;
    if (outage) {
      outage.probing = true;
      return { isProbe: true, end: (how) => this.#endProbe(outage, how) };
    }
    const begunAfter = this.#changes;
    return {
      isProbe: false,
      end: (how) => {
        if (begunAfter === this.#changes) this.#note(how);
      },
    };
  }

  #note(how: AttemptEnd): void {
    if (how === "unknown") return;
    const at = this.#options.now();
    const { failureRatio, minCalls, openMs } = this.#settings;
    this.#window.note(at, how === "failed");
    if (how !== "failed") return;
    const { calls, failures } = this.#window.count(at);
    if (calls < minCalls || failures / calls < failureRatio) return;
    this.#outage = { since: at, probeAt: at + openMs, probing: false };
    this.#change({ state: "unreachable", detail: { calls, failures } });
  }

  #endProbe(outage: Outage, how: AttemptEnd): void {
    const at = this.#options.now();
    outage.probing = false;
    if (how === "failed") outage.probeAt = at + this.#settings.openMs;
    if (how !== "answered") return;
    this.#outage = undefined;
    this.#change({ state: "reachable", detail: { afterMs: Math.round(at - outage.since) } });
  }

  #change(change: BackendChange): void {
    this.#window.clear();
    this.#changes += 1;
    this.#options.changed(change);
  }
}
