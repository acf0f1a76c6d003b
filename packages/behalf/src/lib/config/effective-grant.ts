import type { AuthNode } from "./auth-node.ts";
import type { GrantType } from "./grant-type.ts";

/** The grant that is used for people: that of the node, or what `automatic` leads to. */
export const toEffectiveGrant = ({ grantType, settings }: AuthNode): GrantType =>
  grantType === "automatic" ? settings.delegatedGrant : grantType;
