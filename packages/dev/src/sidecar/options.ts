import type { BehalfOptions } from "behalf";

/** Services by their names, each with the paths of its endpoints, of which the sidecar needs none. */
type Services = Readonly<Record<string, Readonly<Record<string, string>>>>;

/**
 * What a sidecar is started with: the configuration of Behalf, and where to listen. `inbound` says which tokens the clients
 * bring, the service to forward to says what they are exchanged for.
 */
export interface SidecarOptions extends BehalfOptions<Services, unknown> {
  /**
   * The name of the service to forward to.
   *
   * @default the only one that is configured
   */
  readonly service?: string;
  /**
   * The port to listen on, on 127.0.0.1; 0 takes a free one.
   *
   * @default 0
   */
  readonly port?: number;
  /**
   * The header that carries the assertion to the API.
   *
   * @default "authorization"
   */
  readonly header?: string;
  /**
   * The path where a developer gets the assertion that a token would be turned into.
   *
   * @default "/.sidecar/token"
   */
  readonly tokenPath?: string;
}
