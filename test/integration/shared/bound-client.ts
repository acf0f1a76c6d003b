import { toJwkThumbprint } from "../../../packages/behalf/src/lib/values/jwk-thumbprint.ts";
import { signCompact, toAth, toJwk } from "../../support/possession.ts";
import type { ScriptedAs } from "../../support/scripted-as.ts";
import { createTestKey } from "../../support/signing-key.ts";
import { some } from "../../support/some.ts";
import type { ShownHeaders } from "./open-instance.ts";

export const resource = "https://api.example";

/** A client whose token is bound to its key. */
export interface BoundClient {
  /** A good request, with a new proof of this `jti`. */
  show(jti?: string): Promise<ShownHeaders>;
}

/** Issues the token of a client. */
export async function openBoundClient(as: ScriptedAs, now: () => number = Date.now): Promise<BoundClient> {
  const client = createTestKey.ES256();
  const token = await as.issue(some.claims({ cnf: { jkt: toJwkThumbprint(toJwk(client)) } }));
  return {
    async show(jti = crypto.randomUUID()) {
      const claims = { jti, htm: "GET", htu: `${resource}/orders`, iat: now() / 1000, ath: toAth(token) };
      const header = { typ: "dpop+jwt", alg: "ES256", jwk: toJwk(client) };
      const proof = await signCompact(client, header, JSON.stringify(claims));
      return { headers: ["authorization", `DPoP ${token}`, "dpop", proof], url: "/orders" };
    },
  };
}
