import { sku } from "../site/site.ts";
import type { GatewayRow } from "./gateway-row.ts";
import { type GatewayAnswer, openConnection } from "./load/connection.ts";
import { toRequest } from "./load/to-request.ts";

/** What a gateway is asked for. */
export interface Asked {
  readonly origin: string;
  readonly token: string;
}

async function ask(origin: string, token: string | undefined): Promise<GatewayAnswer> {
  const connection = await openConnection(origin);
  try {
    return await connection.send(toRequest(token));
  } finally {
    connection.close();
  }
}

function isItem({ status, body }: GatewayAnswer): boolean {
  if (status !== 200) return false;
  const item: { readonly sku?: unknown } = JSON.parse(body.toString("utf8"));
  return item.sku === sku;
}

/** The same token with another character early in its signature. */
function spoil(token: string): string {
  const at = token.lastIndexOf(".") + 1;
  return `${token.slice(0, at)}${token[at] === "A" ? "B" : "A"}${token.slice(at + 1)}`;
}

/**
 * Makes sure that a gateway gives the item to a caller, and that a guarded one refuses a spoilt token and none at all with
 * 401, before and after it has seen the good one. Gives the length of the right answer's body.
 */
export async function checkGateway({ name, guarded }: GatewayRow, { origin, token }: Asked): Promise<number> {
  const refused = async (): Promise<boolean> => {
    const answers = [await ask(origin, spoil(token)), await ask(origin, undefined)];
    return answers.every(({ status }) => status === 401);
  };
  if (guarded && !(await refused())) throw new Error(`The gateway "${name}" does not refuse a bad token with 401.`);
  const answer = await ask(origin, token);
  if (!isItem(answer)) throw new Error(`The gateway "${name}" does not give the item.`);
  if (guarded && !(await refused())) throw new Error(`The gateway "${name}" does not refuse a bad token with 401.`);
  return answer.body.length;
}
