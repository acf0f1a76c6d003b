/** Reads the token as the least guard does; an empty text where there is none. */
export function readBearer(authorization: string | undefined): string {
  return authorization?.startsWith("Bearer ") ? authorization.slice("Bearer ".length) : "";
}
