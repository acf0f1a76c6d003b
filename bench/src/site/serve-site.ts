// A program: serves backend and authorization server in a process of their own, so that only the client's CPU is measured.
import { answerParent } from "../children/answer-parent.ts";
import { createAuthorizationServer } from "./authorization-server.ts";
import { createBackend } from "./backend.ts";
import { listen } from "./listen.ts";
import { audience, client, type Site, type SiteQuestion } from "./site.ts";
import { createTokenIssuer } from "./token-issuer.ts";
import { createTraffic } from "./traffic.ts";

const issuer = createTokenIssuer();
const traffic = createTraffic(() => issuer.revoke(audience));
const authority = await listen(createAuthorizationServer(issuer, traffic));
const site: Site = {
  authority,
  backend: await listen(createBackend(issuer, traffic)),
  accessToken: issuer.issue(authority, audience),
  callerToken: issuer.issue(authority, client.id),
  users: 1,
};
const issueTo = (caller: number): string => issuer.issue(authority, client.id, `caller-${caller}`);
answerParent<SiteQuestion>(async (question) => {
  if (question === "where") return site;
  if (question === "counts") return traffic.counts;
  if ("callers" in question) return Array.from({ length: question.callers }, (_, caller) => issueTo(caller));
  traffic.watch(question.watch.refuseAfter);
  return true;
});
