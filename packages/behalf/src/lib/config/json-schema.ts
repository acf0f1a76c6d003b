import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { idempotentMethods } from "../values/idempotent-methods.ts";
import { callDescriptions } from "./call-descriptions.ts";
import { grantTypeNames } from "./grant-type.ts";
import { inboundDescriptions } from "./inbound-descriptions.ts";
import { callGroups } from "./known-call-keys.ts";
import { authKeys, functionKeys } from "./known-keys.ts";
import { propertyDescriptions } from "./property-descriptions.ts";
import { inboundSchema } from "./schema/inbound.ts";
import { rootSchema } from "./schema/root.ts";
import { endpointSchema, serviceSchema } from "./schema/service.ts";
import { isTree, joinPath } from "./tree.ts";

type JsonSchema = Readonly<Record<string, unknown>>;

const method: JsonSchema = { type: "string", enum: ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] };

const place: JsonSchema = { type: "string", pattern: "^\\$\\{(env|file):[^}]+\\}$" };
const places: JsonSchema = { anyOf: [place, { type: "array", items: place, minItems: 1 }] };

/** What the file wants otherwise than the code, or what the checks keep to themselves. */
const replacements: Readonly<Record<string, JsonSchema>> = {
  $schema: { type: "string" },
  grantType: { type: "string", enum: grantTypeNames },
  clientSecret: places,
  privateKey: places,
  clientAssertion: place,
  refreshToken: place,
  key: place,
  actorToken: { anyOf: [{ const: "clientCredentials" }, place] },
  proxy: { type: "string", pattern: "^(environment|https?://[^@]+|\\$\\{(env|file):[^}]+\\})$" },
  certificate: { type: "string" },
  ca: { type: "string" },
  methods: { anyOf: [method, { type: "array", items: method, minItems: 1 }] },
  path: { type: "string", pattern: "^/" },
};

const retryMethod: JsonSchema = { type: "string", enum: idempotentMethods };

/** The same for what stands below `inbound` or in a group of calls, by its path there. */
const placedReplacements: Readonly<Record<string, JsonSchema>> = {
  "inbound.resource": { type: "string" },
  "inbound.devProxy.mutedWhen": { type: "string" },
  "retry.methods": { anyOf: [retryMethod, { type: "array", items: retryMethod, minItems: 1 }] },
};

const placedDescriptions: Readonly<Record<string, string>> = { ...inboundDescriptions, ...callDescriptions };

/** The path of a property below `inbound` or a group of calls; those of an authenticator are those of `inbound` itself. */
const toPlacedPath = (place: string, name: string): string =>
  joinPath(place.replace(/^inbound\.authenticators\b/, "inbound"), name);

function toPropertySchema(name: string, property: unknown, place: string): JsonSchema {
  const path = toPlacedPath(place, name);
  const description = placedDescriptions[path] ?? propertyDescriptions[name];
  const below = place === "" && name !== "inbound" && !callGroups.has(name) ? "" : path;
  const replacement = placedReplacements[path] ?? replacements[name];
  const schema = replacement ?? (isTree(property) ? toNodeSchema(property, below) : {});
  return description === undefined ? schema : { description, ...schema };
}

/** Nothing is required in the file: it overlays what stands in code. */
function toNodeSchema({ required: _, properties, ...node }: JsonSchema, place = ""): JsonSchema {
  const { anyOf, items, additionalProperties } = node;
  const own = Object.entries(isTree(properties) ? properties : {}).filter(([name]) => !functionKeys.has(name));
  const toInner = (inner: unknown): unknown => (isTree(inner) ? toNodeSchema(inner, place) : inner);
  return {
    ...node,
    ...(Array.isArray(anyOf) && { anyOf: anyOf.map(toInner) }),
    ...(isTree(items) && { items: toNodeSchema(items, place) }),
    ...(isTree(additionalProperties) && { additionalProperties: toNodeSchema(additionalProperties, place) }),
    ...(isTree(properties) && {
      properties: Object.fromEntries(own.map(([name, property]) => [name, toPropertySchema(name, property, place)])),
    }),
  };
}

function toJsonSchema(schema: z.ZodType, own: JsonSchema, place = ""): JsonSchema {
  const made = z.toJSONSchema(schema, {
    io: "input",
    unrepresentable: "any",
    override: ({ jsonSchema }) => {
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
    },
  });
  const { $schema: _, properties, ...rest } = made;
  return toNodeSchema({ ...rest, properties: { ...properties, ...own } }, place);
}

/** Writes each auth setting once, and refers to it wherever it may stand. */
function shareAuth(node: unknown, shared: Map<string, unknown>): unknown {
  if (Array.isArray(node)) return node.map((item: unknown) => shareAuth(item, shared));
  if (!isTree(node)) return node;
  const entries = Object.entries(node).map(([name, inner]) => {
    if (name !== "properties" || !isTree(inner)) return [name, shareAuth(inner, shared)];
    return [name, Object.fromEntries(Object.entries(inner).map(([key, schema]) => [key, refer(key, schema, shared)]))];
  });
  return Object.fromEntries(entries);
}

function refer(key: string, schema: unknown, shared: Map<string, unknown>): unknown {
  const own = shareAuth(schema, shared);
  if (!authKeys.includes(key)) return own;
  const known = shared.get(key) ?? own;
  shared.set(key, known);
  return isDeepStrictEqual(known, own) ? { $ref: `#/$defs/${key}` } : own;
}

/** Makes the JSON Schema of the configuration file, for an editor to check and complete it. */
export function makeJsonSchema(): JsonSchema {
  const endpoint = toJsonSchema(endpointSchema, {});
  const endpoints = {
    type: "object",
    additionalProperties: { anyOf: [{ type: "string", pattern: "^/" }, endpoint] },
  };
  const service = toJsonSchema(serviceSchema, { endpoints });
  const services = { type: "object", additionalProperties: { anyOf: [{ type: "string" }, service] } };
  const shared = new Map<string, unknown>();
  const inbound = toJsonSchema(inboundSchema, {}, "inbound");
  const root = shareAuth(toJsonSchema(rootSchema, { $schema: {}, inbound, services }), shared);
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "The configuration file of Behalf",
    ...(isTree(root) && root),
    $defs: Object.fromEntries(shared),
  };
}
