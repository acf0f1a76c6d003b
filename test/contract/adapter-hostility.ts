import { describe, expect, it } from "vitest";
import { fault } from "../support/scripted-as.ts";
import { the } from "../support/the.ts";
import type { StartApi } from "./api-under-test.ts";
import { type MakeRoutes, openOrdersApi } from "./open-orders-api.ts";

const routes: MakeRoutes = (behalf) => [
  { method: "GET", path: "/me", handler: async () => ({ subject: behalf.context.current()?.caller?.subject }) },
];

/** What no answer may hold: where the code stands, what is configured, and what was sent. */
const telling = [/\bat .+:\d+:\d+/, /node_modules/, /packages\//, new RegExp(the.clientSecret), /BEHALF_/, /jwks/i];

async function textOf(response: Response): Promise<string> {
  return `${JSON.stringify([...response.headers])}\n${await response.text()}`;
}

const modes = ["development", "test", "production", undefined] as const;

/** What a hostile client learns: nothing. */
export function testHostility(start: StartApi): void {
  describe("a hostile client", () => {
    it.each(modes)("gets nothing but a status and a challenge back when NODE_ENV is %s", async (mode) => {
      const { ask, tokenOf } = await openOrdersApi(start, routes);
      const before = process.env.NODE_ENV;
      if (mode === undefined) Reflect.deleteProperty(process.env, "NODE_ENV");
      else process.env.NODE_ENV = mode;
      try {
        const good = (await tokenOf(the.alice)).authorization ?? "";
        for (const authorization of [
          `${good}x`,
          good.slice(0, -40),
          `Bearer ${"a".repeat(30)}.b.c`,
          `Basic ${btoa("alice:a-long-password-of-hers")}`,
          "Bearer",
        ]) {
          const answer = await ask("/me", { authorization });
          const text = await textOf(answer);
          expect(answer.status).toBe(401);
          expect([...telling, authorization.slice(10, 30) || "no token"].filter((part) => text.match(part))).toEqual(
            [],
          );
        }
      } finally {
        if (before === undefined) Reflect.deleteProperty(process.env, "NODE_ENV");
        else process.env.NODE_ENV = before;
      }
    });

    it("learns nothing of the authorization server while it is away", async () => {
      const { as, ask, tokenOf } = await openOrdersApi(start, routes);
      as.faults.always("metadata", fault.html());
      const answer = await ask("/me", await tokenOf(the.alice));
      const text = await textOf(answer);
      expect(answer.status).toBe(503);
      expect([...telling, as.issuer].filter((part) => text.match(part))).toEqual([]);
    });
  });
}
