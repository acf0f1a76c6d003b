import type { JWTPayload } from "jose";

const placeholder = "{tenantid}";
const tenantId = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** Whether an issuer stands for those of many tenants, such as `https://login.microsoftonline.com/{tenantid}/v2.0`. */
export function isIssuerTemplate(issuer: string): boolean {
  return issuer.includes(placeholder);
}

/** Puts the claim `tid` in the place of `{tenantid}`; `undefined` when it is no UUID. */
export function fillIssuerTemplate(template: string, { tid }: JWTPayload): string | undefined {
  return typeof tid === "string" && tenantId.test(tid) ? template.replaceAll(placeholder, tid) : undefined;
}
