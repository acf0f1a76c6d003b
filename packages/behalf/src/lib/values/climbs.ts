/** `..`, also before what a server may cut off: path parameters as Java's servers do, a query, a fragment, a zero byte. */
const parentSegment = /\/\.\.(?:[;?#\0][^/]*)?(?:\/|$)/;

/** Most paths have nothing of the kind. */
const suspicious = /%|\.[\t\n\r]*\./;

const encodedByte = /%([\da-f]{2})/gi;
const encodedUnit = /%u00([\da-f]{2})/gi;

/** A dot, a slash and a backslash in more bytes than UTF-8 allows, as old decoders take them. */
const overlong: readonly (readonly [RegExp, string])[] = [
  [/\xc0\xae|\xe0\x80\xae|\xf0\x80\x80\xae/g, "."],
  [/\xc0\xaf|\xe0\x80\xaf|\xf0\x80\x80\xaf/g, "/"],
  [/\xc1\x9c|\xe0\x81\x9c|\xf0\x80\x81\x9c/g, "/"],
];

/** How often a path is decoded on its way, at most: by proxies, a server and a program. */
const maxDecodings = 4;

const toByte = (_encoded: string, hex: string): string => String.fromCharCode(Number.parseInt(hex, 16));

function decodeOnce(path: string): string {
  const bytes = path.replace(encodedUnit, toByte).replace(encodedByte, toByte);
  return overlong.reduce((text, [form, character]) => text.replace(form, character), bytes);
}

const goesUp = (path: string): boolean => parentSegment.test(path.replace(/[\t\n\r]/g, "").replaceAll("\\", "/"));

/** Whether a server would go up by this path, which decodes it once or more often, or takes other things for dots and slashes. */
export function climbs(path: string): boolean {
  if (!suspicious.test(path)) return false;
  let text = path;
  for (let decodings = 0; decodings <= maxDecodings; decodings += 1) {
    if (goesUp(text)) return true;
    const decoded = decodeOnce(text);
    if (decoded === text) return false;
    text = decoded;
  }
  return false;
}
