import { InvalidEndpoint, type ServiceEndpoint } from "./service-endpoint.ts";

/** Makes the endpoint that stands for a name that is not configured. */
export type MakeUnknownEndpoint = (name: string, known: readonly string[]) => InvalidEndpoint;

/** The endpoints of a backend service, by name. */
export class ServiceEndpoints implements Iterable<ServiceEndpoint> {
  readonly #endpoints: ReadonlyMap<string, ServiceEndpoint>;
  readonly #makeUnknown: MakeUnknownEndpoint;

  constructor(endpoints: Iterable<ServiceEndpoint>, makeUnknown: MakeUnknownEndpoint) {
    this.#endpoints = new Map([...endpoints].map((endpoint) => [endpoint.name, endpoint]));
    this.#makeUnknown = makeUnknown;
  }

  /** The names of the endpoints. */
  get names(): readonly string[] {
    return [...this.#endpoints.keys()];
  }

  /** Gives an endpoint; a name that is not configured gives an {@link InvalidEndpoint}. */
  get(name: string): ServiceEndpoint {
    return this.#endpoints.get(name) ?? this.#makeUnknown(name, this.names);
  }

  /** The endpoints that cannot be used. */
  get invalid(): readonly InvalidEndpoint[] {
    return [...this.#endpoints.values()].filter((endpoint) => endpoint instanceof InvalidEndpoint);
  }

  [Symbol.iterator](): Iterator<ServiceEndpoint> {
    return this.#endpoints.values();
  }
}
