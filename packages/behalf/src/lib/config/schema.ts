import { z } from "zod";
import { ownedHeaders } from "../values/owned-headers.ts";
import { parsePathTemplate } from "../values/path-template.ts";
import { Secret } from "../values/secret.ts";
import type { CheckedEndpoint, CheckedRoot, CheckedService } from "./checked.ts";
import { availableGrantTypeNames, readGrantType } from "./grant-type.ts";
import type { StringList } from "./options.ts";

const text = (fix: string): z.ZodString => z.string({ error: fix }).regex(/\S/, { error: fix });
const list = (fix: string): z.ZodType<StringList> => z.union([text(fix), z.array(text(fix)).min(1)], { error: fix });
const milliseconds = z
  .number({ error: "Give a number of milliseconds." })
  .int()
  .min(1, { error: "Give a positive number of milliseconds." });
const count = z.number({ error: "Give a whole number." }).int().min(1, { error: "Give a positive whole number." });
const optional = <schema extends z.ZodType>(schema: schema): z.ZodExactOptional<schema> => z.exactOptional(schema);

const headerNameFix = "Give the name of a header.";
const headerName = z.string({ error: headerNameFix }).regex(/^[!#$%&'*+.^_`|~\w-]+$/, { error: headerNameFix });

/** The header that carries the message id where none is configured. */
export const defaultMessageIdHeader = "x-request-id";

const messageIdFix = `Give a header of its own: not ${[...ownedHeaders].join(", ")}, nor the one that carries the token.`;

const resourceFix = "Give absolute URIs without a fragment (RFC 8707 section 2).";
const resourceUri = z
  .string({ error: resourceFix })
  .refine((value) => value.split(/\s+/).every((uri) => URL.canParse(uri) && !uri.includes("#")), {
    error: resourceFix,
  });

const auth = {
  grantType: optional(
    z
      .string({ error: `Give one of ${availableGrantTypeNames.join(", ")}.` })
      .refine((name) => readGrantType(name) !== undefined, {
        error: `Give one of ${availableGrantTypeNames.join(", ")}.`,
      }),
  ),
  clientId: optional(text("Give the client id that the authorization server knows.")),
  clientSecret: optional(
    z.union([z.instanceof(Secret), z.string().min(1)], {
      error: 'Give the client\'s secret, best by fromEnv("NAME").',
    }),
  ),
  clientAuthentication: optional(
    z.enum(["client_secret_basic", "client_secret_post"], {
      error: 'Give "client_secret_basic" or "client_secret_post".',
    }),
  ),
  scope: optional(list("Give scopes: a list, or a text with spaces between them.")),
  audience: optional(list("Give audiences: a list, or a text with spaces between them.")),
  resource: optional(z.union([resourceUri, z.array(resourceUri).min(1)], { error: resourceFix })),
  requestedTokenType: optional(text("Give a token type URI (RFC 8693 section 3).")),
  timeoutMs: optional(milliseconds),
};

const pathTemplate = z.string({ error: 'Give a path such as "/items/{sku}".' }).superRefine((template, context) => {
  try {
    parsePathTemplate(template);
  } catch (error) {
    const reason = error instanceof Error ? error.message : "it cannot be read";
    context.addIssue({ code: "custom", message: `Correct the path: ${reason}.` });
  }
});

const methodsFix = "Give methods such as GET or [GET, POST].";
const method = z.enum(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"], { error: methodsFix });
const toMethods = (value: unknown): unknown => {
  const names = typeof value === "string" ? value.split(/[\s,]+/) : value;
  return Array.isArray(names) ? names.map((name) => (typeof name === "string" ? name.toUpperCase() : name)) : names;
};

/** The schema of an endpoint. */
export const endpointSchema: z.ZodType<CheckedEndpoint> = z.strictObject({
  ...auth,
  path: pathTemplate,
  methods: optional(z.preprocess(toMethods, z.array(method, { error: methodsFix }).min(1, { error: methodsFix }))),
});

const host = text('Give the origin of the service, such as "https://inventory.internal".').refine(isOrigin, {
  error: 'Give scheme, host and port only, such as "https://inventory.internal"; a path belongs into "basePath".',
});

function isBareUrl(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { search, hash, username, password } = new URL(value);
  return [search, hash, username, password].every((part) => part === "");
}

function isOrigin(value: string): boolean {
  if (!isBareUrl(value)) return false;
  const { pathname, protocol } = new URL(value);
  return pathname === "/" && (protocol === "https:" || protocol === "http:");
}

const basePath = z
  .string({ error: 'Give a path such as "/v1".' })
  .regex(/^\/(?!\/)[\w.~!$&'()*+,;=:@%/-]*$/, {
    error: 'Give a path such as "/v1": it begins with one "/" and has no parameters.',
  })
  .refine((path) => !/(^|\/)(\.|%2e){1,2}(\/|$)/i.test(path), { error: 'Take "." and ".." out of the path.' });

/** The schema of a service, without its endpoints: each is checked for itself. */
export const serviceSchema: z.ZodType<CheckedService> = z.strictObject({
  ...auth,
  host,
  basePath: optional(basePath),
  endpoints: optional(z.record(z.string(), z.unknown())),
});

const algorithm = z.string().refine((name) => !/^(none|HS\d+)$/i.test(name), {
  error: "Give asymmetric algorithms such as RS256 or ES256.",
});

const inbound = z.strictObject({
  audience: list("Name the audience that this API's callers' tokens must have; there is no default."),
  issuer: optional(text("Give the issuer that tokens must have.")),
  authorizationHeader: optional(headerName),
  algorithms: optional(z.array(algorithm).min(1, { error: "Give at least one algorithm." })),
  clockToleranceMs: optional(z.number({ error: "Give a number of milliseconds." }).int().min(0)),
  requiredScopes: optional(list("Give scopes: a list, or a text with spaces between them.")),
  jwksCooldownMs: optional(milliseconds),
});

const authority = text('Give the issuer URL of the authorization server, such as "https://login.example.com".').refine(
  isBareUrl,
  { error: "Give an absolute URL without query, fragment or user name (RFC 8414 section 2)." },
);

/** The schema of the root, without its services: each is checked for itself. */
export const rootSchema: z.ZodType<CheckedRoot> = z
  .strictObject({
    ...auth,
    name: optional(text("Give a name.")),
    authority,
    inbound: optional(inbound),
    serviceDefaults: optional(z.strictObject(auth)),
    services: z.record(z.string(), z.unknown(), { error: "Give the backend services by name." }),
    messageIdHeader: optional(headerName),
    serverTiming: optional(z.boolean({ error: "Give true or false." })),
    strict: optional(z.boolean({ error: "Give true or false." })),
    tokenMemory: optional(z.strictObject({ maxEntries: optional(count), maxBytes: optional(count) })),
  })
  .refine(
    ({ messageIdHeader = defaultMessageIdHeader, inbound: { authorizationHeader = "authorization" } = {} }) =>
      !ownedHeaders.has(messageIdHeader.toLowerCase()) &&
      messageIdHeader.toLowerCase() !== authorizationHeader.toLowerCase(),
    { error: messageIdFix, path: ["messageIdHeader"] },
  );
