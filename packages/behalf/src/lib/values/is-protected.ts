const loopbackNames = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** Whether tokens may travel to the URL: `https`, or `http` to this very machine or with the dangerous switch. */
export function isProtected(url: URL, insecureRequestsAllowed: boolean): boolean {
  if (url.protocol === "https:") return true;
  return url.protocol === "http:" && (insecureRequestsAllowed || loopbackNames.has(url.hostname));
}

/** What to do about a URL without protection. */
export const protectionFix: string =
  'Use https, or set "[allowInsecureRequests]: true" and accept that tokens travel in clear text.';
