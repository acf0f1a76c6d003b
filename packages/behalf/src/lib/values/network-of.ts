const groupsOfNetwork = 4;
const groupsOfAddress = 8;

/**
 * Names the network that an address is one's own in: the address itself for IPv4, its first 64 bits for IPv6, where whoever has
 * one address has 2⁶⁴. Addresses that are not known are all the same.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6177.html#section-2}
 */
export function networkOf(address: string | undefined): string {
  if (address === undefined || address.includes(".") || !address.includes(":")) return address ?? "";
  const [head = "", tail] = address.toLowerCase().split("%", 1)[0]?.split("::") ?? [];
  const toGroups = (text = ""): readonly string[] => (text === "" ? [] : text.split(":"));
  const [before, after] = [toGroups(head), toGroups(tail)];
  const zeros = Array.from({ length: Math.max(0, groupsOfAddress - before.length - after.length) }, () => "0");
  return [...before, ...zeros, ...after].slice(0, groupsOfNetwork).join(":");
}
