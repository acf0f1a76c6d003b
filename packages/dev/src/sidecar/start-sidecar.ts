import { createBehalf } from "behalf";
import { createBehalfGate } from "./behalf-gate.ts";
import type { SidecarOptions } from "./options.ts";
import { runProxy } from "./run-proxy.ts";
import { planSidecar } from "./sidecar-plan.ts";

/** A sidecar that is running. */
export interface Sidecar {
  /** Where it listens. */
  readonly url: string;
  /** Where a developer gets the assertion for a token: for `inbound.devProxy.url` of an API. */
  readonly tokenUrl: string;
  /** The API that it forwards to. */
  readonly upstream: string;
  /** Ends every connection and frees the port. */
  close(): Promise<void>;
}

/**
 * Starts a sidecar on 127.0.0.1: a reverse proxy in front of an API that validates the client's token, exchanges it for an
 * assertion, a short-lived token for the API alone, and forwards the request with that one.
 *
 * @throws {ConfigurationError} when the configuration of Behalf is wrong, or has no `inbound`
 * @throws {TypeError} for an option of the sidecar's own that cannot be used, naming it
 */
export async function startSidecar(options: SidecarOptions): Promise<Sidecar> {
  const { service: _service, port: _port, header: _header, tokenPath: _tokenPath, ...configuration } = options;
  const behalf = createBehalf(configuration);
  try {
    behalf.inbound.checkPolicy({});
    const plan = planSidecar(options, behalf.describe());
    const proxy = await runProxy(plan, createBehalfGate(behalf, plan.service));
    return {
      url: proxy.url,
      tokenUrl: `${proxy.url}${plan.tokenPath}`,
      upstream: `${plan.origin}${plan.basePath}`,
      async close() {
        await proxy.close();
        await behalf.close();
      },
    };
  } catch (error) {
    await behalf.close();
    throw error;
  }
}
