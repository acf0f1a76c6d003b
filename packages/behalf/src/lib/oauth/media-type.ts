/** Whether an answer calls itself of a media type, whatever the parameters. */
export function isOfMediaType({ headers }: { readonly headers: Headers }, mediaType: string): boolean {
  return headers.get("content-type")?.split(";")[0]?.trim().toLowerCase() === mediaType;
}
