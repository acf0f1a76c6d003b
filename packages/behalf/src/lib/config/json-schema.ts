import { z } from "zod";
import { grantTypeNames } from "./grant-type.ts";
import { propertyDescriptions } from "./property-descriptions.ts";
import { endpointSchema, rootSchema, serviceSchema } from "./schema.ts";
import { isTree } from "./tree.ts";

type JsonSchema = Readonly<Record<string, unknown>>;

const method: JsonSchema = { type: "string", enum: ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] };

/** What the file wants otherwise than the code, or what the checks keep to themselves. */
const replacements: Readonly<Record<string, JsonSchema>> = {
  $schema: { type: "string" },
  grantType: { type: "string", enum: grantTypeNames },
  clientSecret: { type: "string", pattern: "^\\$\\{(env|file):[^}]+\\}$" },
  methods: { anyOf: [method, { type: "array", items: method, minItems: 1 }] },
  path: { type: "string", pattern: "^/" },
};

function toPropertySchema(name: string, property: unknown): JsonSchema {
  const description = propertyDescriptions[name];
  const schema = replacements[name] ?? (isTree(property) ? toNodeSchema(property) : {});
  return description === undefined ? schema : { description, ...schema };
}

/** Nothing is required in the file: it overlays what stands in code. */
function toNodeSchema({ required: _, ...node }: JsonSchema): JsonSchema {
  if (!isTree(node.properties)) return node;
  const properties = Object.entries(node.properties).map(([name, property]) => [
    name,
    toPropertySchema(name, property),
  ]);
  return { ...node, properties: Object.fromEntries(properties) };
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
