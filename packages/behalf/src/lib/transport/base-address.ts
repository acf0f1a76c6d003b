import { RequestRefusedError } from "../errors/request-refused-error.ts";
import { climbs } from "../values/climbs.ts";
import { isProtected } from "../values/is-protected.ts";

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
   * @throws {RequestRefusedError} for anything else, and for a URL with a user name, a query, a fragment or encoded dots
   */
  static parse(address: string | URL): BaseAddress {
    const text = toText(address);
    const url = text !== undefined && URL.canParse(text) ? new URL(text) : undefined;
    const plain = url && !url.username && !url.password && !url.search && !url.hash && !climbs(url.pathname);
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
    const text = toText(target);
    if (text === undefined) throw new RequestRefusedError("url", "url", "a URL is a text or a URL object.");
    const absolute = /^[a-z][a-z0-9+.-]*:/i.test(text);
    if (!absolute && /^[/\\]{2}/.test(text)) return this.#refuse();
    const relative = absolute ? text : `${this.basePath}/${text.replace(/^\//, "")}`;
    if (!URL.canParse(relative, this.origin)) return this.#refuse();
    return this.locate(new URL(relative, this.origin)) ?? this.#refuse();
  }

  /** Gives path and query of a URL; `undefined` when it leads out of the origin or the base path. */
  locate({ origin, username, password, pathname, search }: URL): string | undefined {
    const inside = pathname === this.basePath || pathname.startsWith(`${this.basePath}/`);
    if (origin !== this.origin || username || password || !inside || climbs(pathname)) return undefined;
    return `${pathname}${search}`;
  }

  #refuse(): never {
    const fix = `the URL leads out of ${this.origin}${this.basePath || "/"}; a token goes only to the origin that it is for.`;
    throw new RequestRefusedError("url", "url", fix);
  }
}

/** A URL object may be another realm's. */
function toText(address: unknown): string | undefined {
  if (typeof address === "string") return address;
  if (typeof address !== "object" || address === null || !("href" in address)) return undefined;
  const { href } = address;
  return typeof href === "string" ? href : undefined;
}
