import type { ClaimsTransformation, Principal } from "behalf";
import { type Equals, holds } from "./equals.ts";

declare module "behalf" {
  interface ApplicationClaims {
    readonly department?: string;
    readonly level?: number;
  }
}

declare const principal: Principal;

const { department, level, other } = principal.claims;
holds<Equals<typeof department, string | undefined>>();
holds<Equals<typeof level, number | undefined>>();
holds<Equals<typeof other, unknown>>();

principal.withClaims({ department: "law", level: 3, other: [] });
// @ts-expect-error a claim of the application's is of its own type
principal.withClaims({ level: "three" });
// @ts-expect-error claims are not changed
principal.claims.department = "sales";
// @ts-expect-error a principal tells its subject, and is not told
principal.subject = "root";

export const transformation: ClaimsTransformation = async (given, { subject }) =>
  given.withClaims({ department: given.claims.department ?? "none", owner: subject });
// @ts-expect-error a transformation gives a principal
export const broken: ClaimsTransformation = ({ claims }) => claims;
