/** Whether a text can name a tenant: it may go into a URL and into a record. */
export function isTenantName(name: string): boolean {
  return /^[A-Za-z0-9][\w.-]{0,127}$/.test(name) && !name.includes("..");
}

const placeholder = "{tenant}";

/** Whether a URL has a place for the tenant's name. */
export function hasTenantPlace(url: string | undefined): boolean {
  return url?.includes(placeholder) ?? false;
}

/** Puts the tenant's name into its place. */
export function fillTenant(url: string, name: string): string {
  return url.replaceAll(placeholder, name);
}
