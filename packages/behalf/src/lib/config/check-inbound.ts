import type { ConfigurationProblem } from "../errors/configuration-error.ts";
import { givenNowhere } from "./auth-node.ts";
import { findClashes } from "./authenticator-clashes.ts";
import { checkAuthenticator, checkAuthenticatorLevels } from "./check-authenticator.ts";
import { type CheckSurroundings, checkOwn } from "./check-node.ts";
import { checkInTenant, inEveryTenant } from "./check-tenants.ts";
import type { CheckedInbound } from "./checked-inbound.ts";
import { listInboundNodes } from "./list-inbound-nodes.ts";
import { listMissingClient, toMissing } from "./missing-client.ts";
import { checkPublicUrl, toPublicUrls } from "./public-url.ts";
import { listLevels } from "./resolve-authenticator.ts";
import type { ResolvedInbound } from "./resolved-inbound.ts";
import { deadlineFix, messageIdFix } from "./schema/root.ts";
import { hasTenantPlace } from "./tenant-name.ts";

type Problems = readonly ConfigurationProblem[];

/** What the checks of `inbound` go by. */
export interface InboundSurroundings extends CheckSurroundings {
  /** In lower case. */
  readonly messageIdHeader: string;
  /** In lower case; `undefined` for none. */
  readonly deadlineHeader: string | undefined;
  /** The tenants that are configured. */
  readonly tenants: readonly string[];
}

function checkNodes(inbound: ResolvedInbound, surroundings: InboundSurroundings): Problems {
  const { tenants } = surroundings;
  return listInboundNodes(inbound).flatMap((node) => [
    ...checkOwn(node, surroundings),
    ...inEveryTenant(node, tenants, (variant) => checkInTenant(node, variant, surroundings)),
  ]);
}

function checkHeaders(inbound: ResolvedInbound, surroundings: InboundSurroundings): Problems {
  const { messageIdHeader, deadlineHeader } = surroundings;
  const { authenticators, clientCertificateHeader: certificate } = inbound;
  const headers = authenticators.flatMap((authenticator) => authenticator.headers);
  const taken = { path: "messageIdHeader", given: `${messageIdHeader}, which carries the token`, fix: messageIdFix };
  const late = { path: "deadlineHeader", given: "a header that carries something else", fix: deadlineFix };
  const path = "inbound.clientCertificateHeader";
  const fix = "Give the certificate a header of its own: not that of the message id, nor one that carries a token.";
  const shared = { path, given: "a header that carries something else", fix };
  return [
    ...(headers.includes(messageIdHeader) ? [taken] : []),
    ...(deadlineHeader !== undefined && [...headers, certificate].includes(deadlineHeader) ? [late] : []),
    ...(certificate && [messageIdHeader, ...headers].includes(certificate) ? [shared] : []),
  ];
}

function checkUrls(
  { resource, publicUrls }: CheckedInbound,
  { insecureRequestsAllowed }: InboundSurroundings,
): Problems {
  return [
    ...(typeof resource === "string" ? checkPublicUrl("inbound.resource", resource, insecureRequestsAllowed) : []),
    ...toPublicUrls([publicUrls ?? []].flat()).flatMap((url) =>
      checkPublicUrl("inbound.publicUrls", url, insecureRequestsAllowed),
    ),
  ];
}

function checkProofs({ dpop, resource }: CheckedInbound): Problems {
  if (!dpop || resource !== undefined) return [];
  const fix = 'Give the URL by which clients know this API: proofs name it (RFC 9449 section 4.3). Or take "dpop" out.';
  return [{ path: "inbound.resource", given: 'nothing, beside "dpop"', fix }];
}

function checkLogout({ backchannelLogout, identity }: ResolvedInbound): Problems {
  if (backchannelLogout && hasTenantPlace(identity.auth.authority)) {
    const fix = 'Take it out, and call "behalf.inbound.evict" for what each tenant\'s server says.';
    return [
      { path: "inbound.backchannelLogout", given: "a setting for one server, and an authority with {tenant}", fix },
    ];
  }
  if (!backchannelLogout || backchannelLogout.audience.size > 0) return [];
  const fix = 'Name whom logout tokens are for: by "audience" here, or by "clientId" at the root.';
  return [{ path: "inbound.backchannelLogout.audience", given: givenNowhere, fix }];
}

function checkIdentity({ identity }: ResolvedInbound, surroundings: InboundSurroundings): Problems {
  if (identity.source !== "userInfo" || identity.userInfoGrant !== "tokenExchange") return [];
  const reason = '"userInfoGrant": "tokenExchange"';
  return listMissingClient(identity.auth, surroundings).map((key) => toMissing("inbound", key, reason));
}

/** What is wrong with settings that can be read: each fits its kind, and not the others. */
export function checkInbound(
  inbound: ResolvedInbound,
  checked: CheckedInbound,
  surroundings: InboundSurroundings,
): Problems {
  return [
    ...checkAuthenticatorLevels(checked, listLevels(checked)),
    ...inbound.authenticators.flatMap((authenticator) => checkAuthenticator(authenticator, surroundings)),
    ...checkNodes(inbound, surroundings),
    ...findClashes(inbound.authenticators),
    ...checkHeaders(inbound, surroundings),
    ...checkUrls(checked, surroundings),
    ...checkProofs(checked),
    ...checkLogout(inbound),
    ...checkIdentity(inbound, surroundings),
  ];
}
