/** Whether to write in colour: on a terminal, unless `NO_COLOR` is set to anything. */
export function wantsColor(stream: { readonly isTTY?: boolean }, noColor: string | undefined): boolean {
  return stream.isTTY === true && (noColor ?? "") === "";
}
