/** The error of an answer that is readable and still not what the protocol says; translated like the library's own. */
export function unusableAnswer(reason: string): Error {
  return Object.assign(new Error(reason), { code: "OAUTH_INVALID_RESPONSE" });
}
