import { isByCertificate } from "../config/certificate-methods.ts";
import { defaultAuthSettings } from "../config/default-auth-settings.ts";
import type { ClientCredentials } from "../oauth/token-request.ts";
import type { ClientProofs } from "../tokens/client-proofs.ts";
import type { TargetSurroundings } from "./to-token-target.ts";
import type { Credentials, TokenRequestOptions } from "./token-services.ts";

const toClientCredentials = ({
  authentication = "client_secret_basic",
  renew: _renew,
  reread: _reread,
  ...given
}: Credentials): ClientCredentials => ({
  ...given,
  authentication,
});

/** Turns the credentials of a request into proofs that can be renewed. */
export function toClientProofs(
  { credentials, settings = defaultAuthSettings, service = "-" }: TokenRequestOptions,
  surroundings: TargetSurroundings,
): ClientProofs {
  const { bindings } = surroundings;
  const { authentication = "client_secret_basic", renew, reread } = credentials;
  const readBinding = () => bindings.of(settings, authentication, service);
  return {
    credentials: toClientCredentials(credentials),
    binding: readBinding(),
    async reread(signal) {
      const current = (await reread?.(signal)) ?? credentials;
      return toClientProofs({ credentials: current, settings, service }, surroundings);
    },
    async renew(refused, signal) {
      const others = await renew?.(signal);
      const binding = readBinding();
      // A certificate is another one if the connection is: that it was read since the refused attempt began does not count.
      const isSame = isByCertificate(authentication) && binding === refused.binding;
      return others && !isSame ? { credentials: toClientCredentials(others), binding } : undefined;
    },
  };
}
