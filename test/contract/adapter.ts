import { describe } from "vitest";
import { testAnswers } from "./adapter-answers.ts";
import { testCallers } from "./adapter-callers.ts";
import { testContext } from "./adapter-context.ts";
import { testHealth } from "./adapter-health.ts";
import { testHostility } from "./adapter-hostility.ts";
import { testOwnEndpoints } from "./adapter-own-endpoints.ts";
import { testRoutes } from "./adapter-routes.ts";
import type { StartApi } from "./api-under-test.ts";

/** What every adapter does, whatever its framework: to be called by the test file of each. */
export function testAdapter(name: string, start: StartApi): void {
  describe(name, () => {
    testContext(start);
    testCallers(start);
    testAnswers(start);
    testRoutes(start);
    testOwnEndpoints(start);
    testHealth(start);
    testHostility(start);
  });
}
