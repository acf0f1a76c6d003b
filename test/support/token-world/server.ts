import type fc from "fast-check";
import { some } from "../some.ts";
import { answer } from "../token-request.ts";
import type { Granting } from "../token-service.ts";
import type { TokenOracle } from "./oracle.ts";

/** What the authorization server answers from now on. */
export type Weather = { readonly lifeSeconds: number } | "down" | "refusing";

/** An authorization server whose answers wait until the scheduler releases them. */
export interface ScheduledServer {
  weather: Weather;
  readonly grant: Granting;
}

const untilAborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));

/** Creates the server. Its tokens bear the names of those they are for. */
export function createScheduledServer(scheduler: fc.Scheduler, oracle: TokenOracle): ScheduledServer {
  let count = 0;

  const server: ScheduledServer = {
    weather: { lifeSeconds: 300 },
    async grant(form, signal) {
      const name = `${form.get("subject_token")}.${form.get("scope")}`;
      oracle.requestStarted(name);
      try {
        await Promise.race([scheduler.schedule(Promise.resolve(), `answer ${name}`), untilAborted(signal)]);
      } finally {
        oracle.requestEnded(name);
      }
      const { weather } = server;
      if (typeof weather === "object") {
        count += 1;
        const text = `${name}.${count}`;
        oracle.tokenIssued(text);
        return answer(some.exchangeResponse({ access_token: text, expires_in: weather.lifeSeconds }));
      }
      oracle.requestFailed(name);
      return weather === "down" ? answer({}, 429) : answer({ error: "invalid_grant" }, 400);
    },
  };
  return server;
}
