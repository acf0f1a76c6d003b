import { tokenExchangeGrant } from "@behalf/dev";
import type { Evidence } from "./judge.ts";
import { type Sender, sendRequests } from "./send-requests.ts";
import { signIn } from "./sign-in.ts";
import type { Environment } from "./start-environment.ts";
import { traceHops } from "./traced-hop.ts";

/** Signs everybody in, sends the requests all at once, and collects what each party has seen. */
export async function gatherEvidence(environment: Environment, requests: number): Promise<Evidence> {
  const { server, backends, ordersApi, entrance } = environment;
  const senders: Sender[] = [];
  for (const { id, name } of server.people)
    senders.push({ id, name, token: await signIn(server.issuer, id, entrance.audience) });

  const answers = await sendRequests({ ordersUrl: entrance.url, senders, count: requests });
  const both = [backends.inventory, backends.pricing];
  return {
    people: server.people,
    backends: both.map(({ name }) => name),
    audiences: [...(entrance.sidecar ? ["orders-api"] : []), ...both.map(({ name }) => name)],
    requests,
    answers,
    hops: traceHops(
      both.flatMap((backend) => backend.hops()),
      ordersApi.records(),
    ),
    exchanges: server.tokenRequests.snapshot().filter(({ grantType }) => grantType === tokenExchangeGrant),
  };
}
