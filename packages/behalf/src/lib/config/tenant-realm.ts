import type { OwnAuth } from "./own-auth.ts";

const mostVariants = 10_000;

/** The tenants of a configuration, with what was made for them. */
export interface TenantRealm<node extends object> {
  /** What the configuration says of its tenants, by name. */
  readonly listed: ReadonlyMap<string, OwnAuth>;
  /** Gives what stands for a node in a tenant, and makes it where it does not exist. */
  variantOf(node: node, tenant: string, make: () => node): node;
}

/** Creates a realm. It holds 10,000 nodes: the tenants that were first come first go. */
export function createTenantRealm<node extends object>(listed: ReadonlyMap<string, OwnAuth>): TenantRealm<node> {
  const variants = new Map<string, Map<node, node>>();
  let count = 0;

  const forgetFirst = (): void => {
    const [first] = variants;
    if (!first) return;
    count -= first[1].size;
    variants.delete(first[0]);
  };

  return Object.freeze<TenantRealm<node>>({
    listed,
    variantOf(node, tenant, make) {
      const known = variants.get(tenant)?.get(node);
      if (known) return known;
      const made = make();
      while (count >= mostVariants) forgetFirst();
      const ofTenant = variants.get(tenant) ?? new Map<node, node>();
      variants.set(tenant, ofTenant.set(node, made));
      count++;
      return made;
    },
  });
}
