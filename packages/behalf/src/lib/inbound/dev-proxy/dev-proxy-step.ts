import { type Credential, readCredential, toToken } from "../../context/read-credential.ts";
import type { RequestContext } from "../../context/request-context.ts";
import { readJwt } from "../jwt/read-jwt.ts";
import type { Route } from "../routes.ts";
import type { DevProxy } from "./dev-proxy.ts";

/** The development proxy, where a request is looked at. */
export interface DevProxyStep {
  applies(context: RequestContext): boolean;
  /** Gives what the sidecar would have sent; `undefined` when the request carries nothing. */
  read(context: RequestContext, route: Route): Promise<Credential> | undefined;
}

const standardHeader = "authorization";

/** Whether a token is for this API already, as it says itself: it needs no assertion, and is validated as it is. */
function isAssertion(credential: Credential, { authenticators }: Route): boolean {
  try {
    const { aud } = readJwt(toToken(credential)).claims;
    const named: readonly unknown[] = Array.isArray(aud) ? aud : [aud];
    return authenticators
      .lookingAt(credential.header)
      .some(({ settings: { audience } }) => named.some((item) => typeof item === "string" && audience.has(item)));
  } catch {
    return false;
  }
}

/** Puts the development proxy in front of the authenticators. What it gives is validated like what any sidecar sends. */
export function createDevProxyStep(proxy: DevProxy): DevProxyStep {
  const exchange = async (context: RequestContext, sent: Credential, header: string): Promise<Credential> => {
    const timer = context.timers.start("dev-proxy");
    try {
      const assertion = await proxy.assert(toToken(sent), context.signal);
      return { text: assertion.value(), scheme: header === standardHeader ? "Bearer" : undefined, header };
    } finally {
      timer.end();
    }
  };

  return {
    applies: (context) => proxy.applies(context),
    read(context, route) {
      const { headers } = route.authenticators;
      const [header = standardHeader] = headers;
      const sent = readCredential(
        context,
        headers.filter((name) => name !== standardHeader),
      );
      const credential = sent ?? readCredential(context, [standardHeader]);
      if (!credential) return undefined;
      if (sent || isAssertion(credential, route)) return Promise.resolve(credential);
      return exchange(context, credential, header);
    },
  };
}
