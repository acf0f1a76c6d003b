import { z } from "zod";
import { endpointSchema, rootSchema, serviceSchema } from "./schema.ts";

type JsonSchema = Record<string, unknown>;

const toJsonSchema = (schema: z.ZodType): JsonSchema => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    io: "input",
    unrepresentable: "any",
    override: ({ zodSchema, jsonSchema }) => {
      if (zodSchema._zod.def.type === "custom") jsonSchema.type = "string";
    },
  });
  return rest;
};

const withProperties = (schema: JsonSchema, properties: JsonSchema): JsonSchema => ({
  ...schema,
  properties: { ...(typeof schema.properties === "object" ? schema.properties : {}), ...properties },
});

/** Makes the JSON Schema of the configuration file, for an editor to check and complete it. */
export function makeJsonSchema(): JsonSchema {
  const endpoints = {
    type: "object",
    additionalProperties: { anyOf: [{ type: "string" }, toJsonSchema(endpointSchema)] },
  };
  const service = withProperties(toJsonSchema(serviceSchema), { endpoints });
  const services = { type: "object", additionalProperties: { anyOf: [{ type: "string", format: "uri" }, service] } };
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "The configuration file of Behalf",
    ...withProperties(toJsonSchema(rootSchema), { $schema: { type: "string" }, services }),
    required: [],
  };
}
