import { stampedeSuite } from "./cold/stampede-suite.ts";
import { stormSuite } from "./cold/storm-suite.ts";
import { enduranceSuite } from "./endurance/endurance-suite.ts";
import { exchangeSuite } from "./exchange/exchange-suite.ts";
import { gatewaySuite } from "./gateway/gateway-suite.ts";
import { hitSuite } from "./hit/hit-suite.ts";
import { callSuite } from "./measuring/call-suite.ts";
import { memorySuite } from "./memory/memory-suite.ts";
import { streamSuite } from "./streams/stream-suite.ts";
import type { Suite } from "./suite.ts";

/** All suites, in the order in which they run. */
export const suites: readonly Suite[] = [
  ...[callSuite, exchangeSuite, gatewaySuite, hitSuite, memorySuite],
  ...[stampedeSuite, stormSuite, streamSuite, enduranceSuite],
];
