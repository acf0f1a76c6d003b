import { z } from "zod";
import { grantTypeNames } from "./grant-type.ts";
import { propertyDescriptions } from "./property-descriptions.ts";
import { rootSchema } from "./schema/root.ts";
import { endpointSchema, serviceSchema } from "./schema/service.ts";
import { isTree } from "./tree.ts";

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
  proxy: { type: "string", pattern: "^(https?://[^@]+|\\$\\{(env|file):[^}]+\\})$" },
  certificate: { type: "string" },
  ca: { type: "string" },
  methods: { anyOf: [method, { type: "array", items: method, minItems: 1 }] },
  path: { type: "string", pattern: "^/" },
};

/** What only code can say. */
const inCodeOnly: ReadonlySet<string> = new Set(["tenant", "isSystemCaller", "configDelegate"]);

function toPropertySchema(name: string, property: unknown): JsonSchema {
  const description = propertyDescriptions[name];
  const schema = replacements[name] ?? (isTree(property) ? toNodeSchema(property) : {});
  return description === undefined ? schema : { description, ...schema };
}

const toInner = (inner: unknown): unknown => (isTree(inner) ? toNodeSchema(inner) : inner);

/** Nothing is required in the file: it overlays what stands in code. */
function toNodeSchema({ required: _, properties, ...node }: JsonSchema): JsonSchema {
  const { anyOf, items, additionalProperties } = node;
  const own = Object.entries(isTree(properties) ? properties : {}).filter(([name]) => !inCodeOnly.has(name));
  return {
    ...node,
    ...(Array.isArray(anyOf) && { anyOf: anyOf.map(toInner) }),
    ...(isTree(items) && { items: toNodeSchema(items) }),
    ...(isTree(additionalProperties) && { additionalProperties: toNodeSchema(additionalProperties) }),
    ...(isTree(properties) && {
      properties: Object.fromEntries(own.map(([name, property]) => [name, toPropertySchema(name, property)])),
    }),
  };
}

function toJsonSchema(schema: z.ZodType, own: JsonSchema): JsonSchema {
  const made = z.toJSONSchema(schema, {
    io: "input",
    unrepresentable: "any",
    override: ({ jsonSchema }) => {
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
    },
  });
  const { $schema: _, properties, ...rest } = made;
  return toNodeSchema({ ...rest, properties: { ...properties, ...own } });
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
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "The configuration file of Behalf",
    ...toJsonSchema(rootSchema, { $schema: {}, services }),
  };
}
