import { z } from "zod";
import type { BareCaller } from "../../values/caller.ts";
import { ownedHeaders } from "../../values/owned-headers.ts";
import type { CheckedEncryptionKey, CheckedRoot } from "../checked.ts";
import type { ConfigDelegate } from "../config-delegate.ts";
import type { TenantContext } from "../options.ts";
import { isTenantName } from "../tenant-name.ts";
import { authority, authShape, defaultsSchema, tenantSchema } from "./auth.ts";
import { headerName } from "./header-name.ts";
import { count, flag, functionOf, list, optional, secret, text } from "./parts.ts";

/** The header that carries the message id where neither the root nor its preset names one. */
export const defaultMessageIdHeader = "x-request-id";

/** What to do about a header that cannot carry the message id. */
export const messageIdFix: string = `Give a header of its own: not ${[...ownedHeaders].join(", ")}, nor the one that carries the token.`;

/** What to do about a header that cannot carry what is left of the time of a request. */
export const deadlineFix: string = `Give a header of its own: not ${[...ownedHeaders].join(", ")}, nor the one that carries the message id or the token.`;

const delegateMethods = ["getClientCredentials", "getScope"] as const;

/** Any object with one of the methods will do, of whatever class. */
function isDelegate(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const given = delegateMethods.map((name) => Reflect.get(value, name)).filter((method) => method !== undefined);
  return given.length > 0 && given.every((method) => typeof method === "function");
}

const tenants = z
  .record(z.string(), tenantSchema, { error: "Give the tenants by name." })
  .superRefine((named, context) => {
    const message = 'Name a tenant by up to 128 letters, digits, ".", "_" and "-", with a letter or a digit first.';
    for (const name of Object.keys(named)) {
      if (!isTenantName(name)) context.addIssue({ code: "custom", path: [name], message });
    }
  });

const encryptionKey: z.ZodType<CheckedEncryptionKey> = z.strictObject(
  {
    id: z.string({ error: "Give the key an id." }).regex(/^[\w.-]{1,64}$/, {
      error: 'Give an id of up to 64 letters, digits, ".", "_" and "-".',
    }),
    key: secret('Give 32 bytes in base64 or base64url, best by fromEnv("NAME").'),
  },
  { error: "Give an object with id and key." },
);

const encryptionKeys = z
  .array(encryptionKey, { error: "Give a list of keys, the one that seals first." })
  .min(1, { error: "Give at least one key." })
  .superRefine((keys, context) => {
    for (const [index, { id }] of keys.entries()) {
      if (keys.findIndex((key) => key.id === id) === index) continue;
      context.addIssue({ code: "custom", path: [index, "id"], message: "Give each key an id of its own." });
    }
  });

const trustedHostFix = "Give host names such as login.example.net, with the port if it is not the usual one.";
const trustedHosts = list(trustedHostFix).refine(
  (hosts) => [hosts].flat().every((text) => /^\s*[\w.:[\]-]+(\s+[\w.:[\]-]+)*\s*$/.test(text)),
  { error: trustedHostFix },
);

/** The schema of the root, without its services: each is checked for itself. */
export const rootSchema: z.ZodType<CheckedRoot> = z
  .strictObject({
    ...authShape,
    name: optional(text("Give a name.")),
    authority,
    inbound: optional(z.unknown()),
    serviceDefaults: optional(defaultsSchema),
    services: z.record(z.string(), z.unknown(), { error: "Give the backend services by name." }),
    trustedHosts: optional(trustedHosts),
    tenants: optional(tenants),
    tenant: optional(
      functionOf<(context: TenantContext) => string | undefined>("Give a function that names the tenant of a call."),
    ),
    isSystemCaller: optional(
      functionOf<(caller: BareCaller) => boolean>("Give a function that tells whether a caller is a system."),
    ),
    configDelegate: optional(
      z.custom<ConfigDelegate>(isDelegate, { error: "Give an object with getClientCredentials or getScope." }),
    ),
    encryptionKeys: optional(encryptionKeys),
    messageIdHeader: optional(headerName),
    deadlineHeader: optional(headerName),
    serverTiming: optional(flag),
    strict: optional(flag),
    tokenMemory: optional(
      z.strictObject(
        { maxEntries: optional(count), maxBytes: optional(count) },
        { error: "Give an object with maxEntries and maxBytes." },
      ),
    ),
  })
  .refine(({ messageIdHeader = "" }) => !ownedHeaders.has(messageIdHeader.toLowerCase()), {
    error: messageIdFix,
    path: ["messageIdHeader"],
  })
  .refine(({ deadlineHeader = "" }) => !ownedHeaders.has(deadlineHeader.toLowerCase()), {
    error: deadlineFix,
    path: ["deadlineHeader"],
  });
