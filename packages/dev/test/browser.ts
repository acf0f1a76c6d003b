/** A browser as plain as can be: keeps cookies for one host and follows redirects there. */
export interface Browser {
  /** Opens a URL and follows redirects until a page comes, or one leads to another origin: then its URL is `location`. */
  open(url: string, init?: RequestInit): Promise<Visit>;
}

/** Where a browser ended up. */
export interface Visit {
  readonly url: string;
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
  /** The URL on another origin that the last answer leads to. */
  readonly location: string | undefined;
}

/** Creates a browser without cookies. */
export function createBrowser(): Browser {
  const cookies = new Map<string, string>();
  const open = async (url: string, init: RequestInit = {}): Promise<Visit> => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const response = await fetch(url, { ...init, redirect: "manual", headers: { ...init.headers, cookie } });
    for (const line of response.headers.getSetCookie()) keep(cookies, line);
    const location = response.headers.get("location");
    const target = location === null ? undefined : new URL(location, url);
    const body = await response.text();
    if (target?.origin === new URL(url).origin) return open(target.href);
    return { url, status: response.status, headers: response.headers, body, location: target?.href };
  };
  return { open };
}

function keep(cookies: Map<string, string>, line: string): void {
  const [pair = "", ...attributes] = line.split(";");
  const [name = "", value = ""] = pair.split(/=(.*)/s);
  const gone = attributes.some((attribute) => /expires=thu, 01 jan 1970/i.test(attribute));
  if (gone) cookies.delete(name);
  else cookies.set(name, value);
}
