// A program: serves backend and authorization server in a process of their own, so that only the client's CPU is measured.
import { answerParent } from "../children/answer-parent.ts";
import { createAuthorizationServer } from "./authorization-server.ts";
import { createBackend } from "./backend.ts";
import { listen } from "./listen.ts";
import { audience, client, type Site, type SiteQuestion } from "./site.ts";
import { createTokenIssuer } from "./token-issuer.ts";

const issuer = createTokenIssuer();
const authority = await listen(createAuthorizationServer(issuer));
const site: Site = {
  authority,
  backend: await listen(createBackend(issuer)),
  accessToken: issuer.issue(authority, audience),
  callerToken: issuer.issue(authority, client.id),
};
const issueTo = (caller: number): string => issuer.issue(authority, client.id, `caller-${caller}`);
answerParent<SiteQuestion>(async (question) =>
  question === "where" ? site : Array.from({ length: question.callers }, (_, caller) => issueTo(caller)),
);
