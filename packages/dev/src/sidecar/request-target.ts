/** What a request asks for: a path with its query, or the server as a whole. */
const originForm = /^\/|^\*$/;
const climbs = /(^|[/\\]|%2f|%5c)(\.|%2e){2}($|[/\\?;]|%2f|%5c)/i;

/**
 * Gives the path and query of a request, also where the client has written a whole URL; `undefined` when there is none.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9112.html#section-3.2}
 */
export function readTarget(target: string): string | undefined {
  if (originForm.test(target)) return target;
  const [, rest] = /^https?:\/\/[^/?]*(.*)$/i.exec(target) ?? [];
  if (rest === undefined) return undefined;
  return rest.startsWith("/") ? rest : `/${rest}`;
}

/** Puts a path below that of the API; `undefined` when it would lead out of it. */
export function toUpstreamPath(basePath: string, target: string): string | undefined {
  if (basePath === "" || basePath === "/") return target;
  const [path = ""] = target.split("?");
  return target === "*" || climbs.test(path) ? undefined : `${basePath}${target}`;
}
