import { z } from "zod";
import { parseCriteria } from "../../values/criteria.ts";
import { isProtected } from "../../values/is-protected.ts";
import { ownedHeaders } from "../../values/owned-headers.ts";
import type { CheckedInbound } from "../checked-inbound.ts";
import type { ClaimsTransformation, DevProxyRequest } from "../inbound-options.ts";
import type { StringList } from "../options.ts";
import { isPublicUrl } from "../public-url.ts";
import { authShape } from "./auth.ts";
import { algorithms, authenticatorShape, authenticators } from "./authenticator.ts";
import { headerName } from "./header-name.ts";
import { count, flag, functionOf, isBareUrl, milliseconds, oneOf, optional, text } from "./parts.ts";

const publicFix = "Give an absolute http or https URL without query, fragment or user name.";
const resource = z.union([
  text(publicFix).refine(isPublicUrl, { error: publicFix }),
  functionOf<() => string>("Give a URL, or a function that gives one."),
]);
const publicUrl = text(publicFix).refine((given) => given.trim().split(/\s+/).every(isPublicUrl), { error: publicFix });
const publicUrls: z.ZodType<StringList> = z.union([publicUrl, z.array(publicUrl).min(1, { error: publicFix })], {
  error: publicFix,
});

const ownMetadata = ["resource", "authorization_servers"] as const;
const resourceMetadata = z
  .record(z.string(), z.unknown(), { error: "Give names and values of RFC 9728 section 2." })
  .superRefine((metadata, context) => {
    const message = "Take it out: it is what the other settings say.";
    for (const name of ownMetadata) {
      if (Object.hasOwn(metadata, name)) context.addIssue({ code: "custom", path: [name], message });
    }
  });

const dpop = z.union(
  [
    z.boolean(),
    z.strictObject({
      required: optional(flag),
      nonce: optional(flag),
      algorithms: optional(algorithms),
      proofLifeMs: optional(milliseconds),
    }),
  ],
  { error: "Give true, false, or an object with required, nonce, algorithms and proofLifeMs." },
);

const certificateHeaderFix = `Give a header of its own: not ${[...ownedHeaders].join(", ")}.`;

const identity = z.strictObject(
  {
    source: optional(oneOf(["token", "userInfo"])),
    userInfoGrant: optional(oneOf(["forward", "tokenExchange"])),
    scope: authShape.scope,
    audience: authShape.audience,
    resource: authShape.resource,
    transformations: optional(
      z.array(functionOf<ClaimsTransformation>("Give functions that give another principal for one."), {
        error: "Give a list of functions.",
      }),
    ),
    keepMs: optional(milliseconds),
  },
  { error: "Give an object with source and transformations." },
);

const sidecarFix = "Give the URL where the sidecar gives assertions: https, or http on this machine; without query.";
const criteria = text("Give criteria, or a function that tells which requests are left alone.").superRefine(
  (given, context) => {
    try {
      parseCriteria(given);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      context.addIssue({ code: "custom", message: `Correct it. ${error.message}` });
    }
  },
);
const devProxy = z.strictObject(
  {
    url: text(sidecarFix).refine((url) => isBareUrl(url) && isProtected(new URL(url), false), { error: sidecarFix }),
    mutedWhen: optional(z.union([criteria, functionOf<(request: DevProxyRequest) => boolean>("Give a function.")])),
  },
  { error: "Give an object with url." },
);

const pathFix = 'Give a path such as "/backchannel-logout": it begins with one "/" and has no parameters.';
const backchannelLogout = z.union(
  [
    z.boolean(),
    z.strictObject({
      path: optional(z.string({ error: pathFix }).regex(/^\/(?!\/)[\w.~!$&'()*+,;=:@%/-]*$/, { error: pathFix })),
      audience: authShape.audience,
    }),
  ],
  { error: "Give true, false, or an object with path and audience." },
);

/** The schema of `inbound`. */
export const inboundSchema: z.ZodType<CheckedInbound> = z.strictObject(
  {
    ...authenticatorShape,
    authenticators: optional(authenticators),
    resource: optional(resource),
    publicUrls: optional(publicUrls),
    resourceMetadata: optional(resourceMetadata),
    dpop: optional(dpop),
    clientCertificateHeader: optional(
      headerName.refine((name) => !ownedHeaders.has(name.toLowerCase()), { error: certificateHeaderFix }),
    ),
    identity: optional(identity),
    devProxy: optional(devProxy),
    backchannelLogout: optional(backchannelLogout),
    validatedTokens: optional(
      z.strictObject(
        { maxEntries: optional(count), maxBytes: optional(count) },
        { error: "Give an object with maxEntries and maxBytes." },
      ),
    ),
  },
  { error: "Give an object with audience." },
);

/** The same at its place, so that what is wrong with it is told with its path. */
export const inboundPlaceSchema: z.ZodType<{ readonly inbound: CheckedInbound }> = z.strictObject({
  inbound: inboundSchema,
});
