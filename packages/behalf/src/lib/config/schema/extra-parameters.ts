import { z } from "zod";
import { reservedParameters } from "../reserved-parameters.ts";

const valueFix = "Give a text, or a list of texts.";

/** The parameters beside those of the protocol. */
export const extraParameters: z.ZodType<Readonly<Record<string, string | readonly string[]>>> = z
  .record(z.string(), z.union([z.string(), z.array(z.string())], { error: valueFix }), {
    error: "Give names and values.",
  })
  .superRefine((parameters, context) => {
    for (const name of Object.keys(parameters)) {
      if (name.trim() === "") context.addIssue({ code: "custom", path: [name], message: "Give the parameter a name." });
      if (!reservedParameters.has(name.trim().toLowerCase())) continue;
      const message = "Take it out: the name is the protocol's, and has a setting of its own or none.";
      context.addIssue({ code: "custom", path: [name], message });
    }
  });
