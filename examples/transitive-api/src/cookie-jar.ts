/** The cookies of one host. */
export interface CookieJar {
  /** The value for the `Cookie` header. */
  header(): string;
  /** Takes over what an answer sets or removes. */
  learn(headers: Headers): void;
}

/** Creates an empty jar. It knows one host, and of the attributes only the removal by a past date. */
export function createCookieJar(): CookieJar {
  const cookies = new Map<string, string>();
  return {
    header: () => [...cookies].map(([name, value]) => `${name}=${value}`).join("; "),
    learn(headers) {
      for (const line of headers.getSetCookie()) {
        const [pair = "", ...attributes] = line.split(";");
        const separator = pair.indexOf("=");
        const name = pair.slice(0, separator).trim();
        if (attributes.some(isPast)) cookies.delete(name);
        else cookies.set(name, pair.slice(separator + 1).trim());
      }
    },
  };
}

function isPast(attribute: string): boolean {
  const [name = "", value = ""] = attribute.trim().split("=");
  return name.toLowerCase() === "expires" && Date.parse(value) <= Date.now();
}
