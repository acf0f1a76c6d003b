import { describe, expect, it } from "vitest";
import { createDiagnostics } from "../diagnostics/diagnostics.ts";
import { TokenRefusedError } from "../errors/token-refused-error.ts";
import { TokenUnreachableError } from "../errors/token-unreachable-error.ts";
import { createReachability, type Reachability } from "./reachability.ts";

const issuer = "https://login.example.com";
const away = new TokenUnreachableError({
  code: "BEHALF_TOKEN_UNREACHABLE",
  url: issuer,
  client: "orders-api",
  status: 503,
});
const refused = new TokenRefusedError({
  error: "invalid_grant",
  status: 400,
  client: "orders-api",
  service: "services.inventory",
  grant: "tokenExchange",
});

function watch(): { readonly reachability: Reachability; readonly lines: readonly object[] } {
  const lines: object[] = [];
  const write = (fields: object): void => void lines.push(fields);
  const logger = { debug: write, info: write, warn: write, error: write, isLevelEnabled: () => false };
  let now = 0;
  const reachability = createReachability(issuer, createDiagnostics("orders", logger), () => (now += 1_000));
  return { reachability, lines };
}

describe("createReachability", () => {
  it("tells once that the server went away, and once that it is back", () => {
    const { reachability, lines } = watch();
    for (const error of [undefined, away, away, away, undefined, undefined]) reachability.note(error);
    expect(lines).toEqual([
      {
        instance: "orders",
        what: issuer,
        state: "unreachable",
        detail: { error: "BEHALF_TOKEN_UNREACHABLE", status: 503 },
      },
      { instance: "orders", what: issuer, state: "reachable", detail: { afterMs: 1_000 } },
    ]);
  });

  it("takes a refusal for an answer", () => {
    const { reachability, lines } = watch();
    for (const error of [away, refused]) reachability.note(error);
    expect(lines).toMatchObject([{ state: "unreachable" }, { state: "reachable" }]);
  });

  it("learns nothing from a request that was given up", () => {
    const { reachability, lines } = watch();
    for (const error of [away, new DOMException("left", "AbortError")]) reachability.note(error);
    expect(lines).toMatchObject([{ state: "unreachable" }]);
  });
});
