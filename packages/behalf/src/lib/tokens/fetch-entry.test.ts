import { describe, expect, it } from "vitest";
import { recordEvents } from "../../../../../test/support/record-events.ts";
import {
  createGranting,
  issuer,
  proofs,
  serversOver,
  silentLogger,
  someTarget,
} from "../../../../../test/support/token-service.ts";
import { createDiagnostics } from "../diagnostics/diagnostics.ts";
import { ActorToken } from "../values/actor-token.ts";
import { createPlaces } from "../values/places.ts";
import { createClientFailures } from "./client-failures.ts";
import { type ErrandOptions, toErrand } from "./errand.ts";
import { type FetchedEntry, fetchEntry } from "./fetch-entry.ts";
import { createKeyFailures } from "./key-failures.ts";
import { createPartyNumbering } from "./number-parties.ts";
import { createRefreshChains } from "./refresh-chains.ts";
import type { TokenTarget } from "./token-target.ts";

/** A server that grants, with as many places for questions on behalf of somebody. */
function open({ places = 1 } = {}) {
  const granting = createGranting();
  let asked = 0;
  const servers = serversOver(async () => {
    asked += 1;
    return granting(new URLSearchParams(), new AbortController().signal);
  });
  const chains = createRefreshChains(Date.now);
  const surroundings = {
    servers,
    chains,
    clients: createClientFailures(Date.now),
    keys: createKeyFailures(Date.now),
    numbers: createPartyNumbering(),
    placesOf: () => createPlaces({ most: places, mostOfOne: places, mostWaiting: 0 }),
    diagnostics: createDiagnostics("test", silentLogger),
    now: Date.now,
  };
  const controller = new AbortController();
  return {
    fetch: (target: TokenTarget, options: Partial<ErrandOptions>, inBackground = false): Promise<FetchedEntry> => {
      const errand = { ...toErrand(target, { proofs, ...options }, chains), inBackground };
      return fetchEntry(errand, surroundings, { signal: controller.signal });
    },
    endTime: () => controller.abort(new DOMException("The deadline has passed", "TimeoutError")),
    asked: () => asked,
  };
}

describe("a question that found no place", () => {
  const exchange = someTarget({ grantType: "tokenExchange" });
  const subject = new ActorToken("alice");

  it("is no request, and leaves no record of one", async () => {
    const records = recordEvents("behalf:token");
    const { fetch, asked } = open({ places: 0 });
    await expect(fetch(exchange, { subject })).rejects.toMatchObject({ code: "BEHALF_TOKEN_UNREACHABLE" });
    expect([records, asked()]).toEqual([[], 0]);
  });

  it("is one where there is a place", async () => {
    const records = recordEvents("behalf:token");
    await open().fetch(exchange, { subject });
    expect(records).toMatchObject([{ source: "server", error: undefined }]);
  });
});

describe("a renewal in the background", () => {
  it("whose secret cannot be read in time is a server that was not reached, for who waits for it", async () => {
    const { fetch, endTime, asked } = open();
    const target = someTarget();
    const fetched = fetch(target, { proofs: { ...proofs, reread: () => new Promise(() => {}) } }, true);
    endTime();
    await expect(fetched).rejects.toMatchObject({
      name: "TokenUnreachableError",
      code: "BEHALF_TOKEN_TIMEOUT",
      client: target.clientId,
      url: issuer,
    });
    expect(asked()).toBe(0);
  });
});
