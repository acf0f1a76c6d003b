// A program: one gateway in a process of its own. It tells where it is, and what CPU it has used.
import { answerParent } from "../children/answer-parent.ts";
import type { Site } from "../site/site.ts";
import { findGatewayRow } from "./gateway-row-list.ts";

/** What a gateway is asked. */
export type GatewayQuestion = "where" | "cpu";

const [, , name = "", siteText = ""] = process.argv;
const site: Site = JSON.parse(siteText);
const origin = findGatewayRow(name)
  .load()
  .then((serve) => serve(site));

/** CPU of the whole process, user and system, in microseconds. */
function readCpuUs(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

answerParent<GatewayQuestion>(async (question) => (question === "where" ? origin : readCpuUs()));
