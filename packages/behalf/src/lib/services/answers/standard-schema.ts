/**
 * A schema of any library that follows Standard Schema: zod, valibot, arktype, …
 *
 * @see {@link https://standardschema.dev}
 */
export interface StandardSchema<output> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => SchemaResult<output> | Promise<SchemaResult<output>>;
    readonly types?: { readonly input: unknown; readonly output: output } | undefined;
  };
}

/** What a schema says of a value: the output, or the issues. */
export type SchemaResult<output> =
  | { readonly value: output; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] };

/** One thing that a schema finds wrong. */
export interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}
