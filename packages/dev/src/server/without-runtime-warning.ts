/**
 * Loads `oidc-provider` without its warning of an unsupported runtime.
 *
 * On Node 20 it warns while it loads, because its author tests it from Node 22 on. This package's own tests run on Node 20,
 * so that one warning is left out; every other one is printed.
 */
export async function withoutRuntimeWarning<value>(load: () => Promise<value>): Promise<value> {
  const { warn } = console;
  const filtered = (...parts: unknown[]): void => {
    if (!String(parts[0]).includes("oidc-provider WARNING: Unsupported runtime.")) warn.apply(console, parts);
  };
  console.warn = filtered;
  try {
    return await load();
  } finally {
    if (console.warn === filtered) console.warn = warn;
  }
}
