import { describe, expect, it } from "vitest";
import { AuthNode } from "../config/auth-node.ts";
import type { ConfigDelegate } from "../config/config-delegate.ts";
import type { AuthContext } from "../config/service-auth-config.ts";
import { createGivenSource } from "../config/sources/text-source.ts";
import { MultiStringValue } from "../values/multi-string-value.ts";
import { Secret } from "../values/secret.ts";
import { createDelegateAnswers } from "./delegate-answers.ts";

const node = new AuthNode("services.a", {
  clientId: "configured",
  clientSecret: createGivenSource("configured secret"),
  scope: MultiStringValue.from("configured"),
});
const context: AuthContext = { grantType: "clientCredentials", authConfig: node };
const ask = (delegate?: ConfigDelegate) => createDelegateAnswers(delegate, () => node);

async function readAll(delegate?: ConfigDelegate): Promise<readonly string[]> {
  const answers = ask(delegate);
  return [
    (await answers.getClientId(context)).unwrap(),
    (await answers.getClientSecret(context)).unwrap().value(),
    String((await answers.getScope(context)).unwrap()),
  ];
}

describe("the answers of a delegate", () => {
  const configured = ["configured", "configured secret", "configured"];

  it.each<[string, ConfigDelegate | undefined]>([
    ["there is none", undefined],
    ["it says nothing", { getClientCredentials: () => undefined, getScope: () => undefined }],
    ["it says nothing, later", { getClientCredentials: async () => undefined, getScope: async () => undefined }],
  ])("are the configuration's where %s", async (_case, delegate) => {
    expect(await readAll(delegate)).toEqual(configured);
  });

  it.each<[string, ConfigDelegate]>([
    ["at once", { getClientCredentials: () => ({ clientId: "own", clientSecret: "s" }), getScope: () => ["x", "y"] }],
    [
      "later",
      {
        getClientCredentials: async () => ({ clientId: "own", clientSecret: new Secret("s") }),
        getScope: async () => MultiStringValue.from("x y"),
      },
    ],
  ])("come ahead of the configuration, %s", async (_case, delegate) => {
    expect(await readAll(delegate)).toEqual(["own", "s", "x y"]);
  });

  it("leave the secret to the configuration", async () => {
    expect(await readAll({ getClientCredentials: () => ({ clientId: "own" }) })).toEqual([
      "own",
      "configured secret",
      "configured",
    ]);
  });

  it("can say that no scope is asked for", async () => {
    expect((await readAll({ getScope: () => [] }))[2]).toBe("");
  });

  it.each([
    ["clientId", { clientId: "" }],
    ["clientSecret", { clientId: "own", clientSecret: "" }],
  ] as const)("are refused with an empty %s", async (key, credentials) => {
    const answers = ask({ getClientCredentials: () => credentials });
    const outcome = key === "clientId" ? await answers.getClientId(context) : await answers.getClientSecret(context);
    expect(outcome).toMatchObject({ ok: false, error: { configPath: `services.a.${key}` } });
  });

  it("fail as the delegate fails", async () => {
    const failing = (): never => {
      throw new Error("the vault is locked");
    };
    const answers = ask({ getClientCredentials: failing, getScope: async () => failing() });
    const outcomes = [answers.getClientId(context), answers.getClientSecret(context), answers.getScope(context)];
    for (const outcome of await Promise.all(outcomes)) {
      expect(outcome).toMatchObject({ ok: false, error: { message: "the vault is locked" } });
    }
  });

  it("are asked for with the context, and with what was refused", async () => {
    const seen: unknown[] = [];
    const refused = new Secret("old");
    const answers = ask({ getClientCredentials: (...given) => void seen.push(given) });
    await answers.getClientSecret(context, { refused });
    expect(seen).toEqual([[context, { refused }]]);
  });
});
