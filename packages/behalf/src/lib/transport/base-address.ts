import { RequestRefusedError } from "../errors/request-refused-error.ts";
import { isProtected } from "../values/is-protected.ts";

const parentSegment = /\/\.\.(;[^/]*)?(\/|$)/;

/** Where a client's requests go: an origin, and a path that all of them begin with. */
export class BaseAddress {
  readonly origin: string;
  /** `""` or `/v1`: without the slash at the end. */
  readonly basePath: string;

  /** Whether a token may go there without the dangerous switch. */
  readonly isProtected: boolean;

  constructor(origin: string, basePath: string) {
    this.origin = origin;
    this.basePath = basePath;
    this.isProtected = isProtected(new URL(origin), false);
  }

  /** Whether the other address is of the same origin, and its path begins with this one's. */
  contains({ origin, basePath }: BaseAddress): boolean {
    return origin === this.origin && (basePath === this.basePath || basePath.startsWith(`${this.basePath}/`));
  }

  /**
   * Reads an absolute URL of scheme `http` or `https`.
   *
   * @throws {RequestRefusedError} for anything else, and for a URL with a user name, a query or a fragment
   */
  static parse(address: string | URL): BaseAddress {
    const text = String(address);
    const url = URL.canParse(text) ? new URL(text) : undefined;
    const plain = url && !url.username && !url.password && !url.search && !url.hash;
    if (!plain || (url.protocol !== "https:" && url.protocol !== "http:")) {
      throw new RequestRefusedError(
        "url",
        "baseAddress",
        "a base address is an http(s) URL without user name, query and fragment.",
      );
    }
    return new BaseAddress(url.origin, url.pathname.replace(/\/+$/, ""));
  }

  /** The address as a URL that relative ones resolve against. */
  toURL(): URL {
    return new URL(`${this.origin}${this.basePath}/`);
  }

  /**
   * Gives path and query of a URL: an absolute one, or one relative to this address, with or without a slash before it.
   *
   * @throws {RequestRefusedError} when it leads out of the origin or the base path
   */
  resolve(target: string | URL): string {
    const text = String(target);
    const absolute = /^[a-z][a-z0-9+.-]*:/i.test(text);
    if (!absolute && /^[/\\]{2}/.test(text)) return this.#refuse();
    const relative = absolute ? text : `${this.basePath}/${text.replace(/^\//, "")}`;
    if (!URL.canParse(relative, this.origin)) return this.#refuse();
    const url = new URL(relative, this.origin);
    const inside = url.pathname === this.basePath || url.pathname.startsWith(`${this.basePath}/`);
    if (url.origin !== this.origin || url.username || url.password || !inside || climbs(url.pathname))
      return this.#refuse();
    return `${url.pathname}${url.search}`;
  }

  #refuse(): never {
    const fix = `the URL leads out of ${this.origin}${this.basePath || "/"}; a token goes only to the origin that it is for.`;
    throw new RequestRefusedError("url", "url", fix);
  }
}

/** Whether a server that decodes separators, or drops path parameters as Java's do, would go up by this path. */
const climbs = (path: string): boolean =>
  parentSegment.test(
    path
      .replace(/%2f|%5c/gi, "/")
      .replace(/%2e/gi, ".")
      .replace(/%3b/gi, ";"),
  );
