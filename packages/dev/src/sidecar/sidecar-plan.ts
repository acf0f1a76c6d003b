import type { ConfigurationDescription, DescribedNode } from "behalf";
import { isHopByHop } from "./hop-by-hop.ts";
import type { SidecarOptions } from "./options.ts";

/** What a sidecar does, ready for use. Header names are in lower case. */
export interface SidecarPlan {
  readonly port: number;
  readonly service: string;
  /** Where the API is. */
  readonly origin: string;
  readonly basePath: string;
  /** How long the API may take to go on, up to the head of its answer. */
  readonly timeoutMs: number;
  /** How long a client is kept waiting by an API that does not say whether it wants the body. */
  readonly patienceMs: number;
  readonly assertionHeader: string;
  /** The headers in which clients show their tokens. */
  readonly tokenHeaders: readonly string[];
  readonly messageIdHeader: string;
  readonly tokenPath: string;
}

const headerName = /^[!#$%&'*+.^_`|~\w-]+$/;
const taken = new Set(["host", "content-length", "expect", "via", "forwarded"]);
const pathText = /^\/[\w.~/-]*$/;

function invalid(option: string, expected: string): TypeError {
  return new TypeError(`startSidecar: "${option}" must be ${expected}.`);
}

/** Where an instance of Behalf has its settings from does not matter here: code, file and environment are one. */
function readText(node: DescribedNode, key: string, otherwise: string): string {
  const value = node[key]?.value;
  return typeof value === "string" ? value : otherwise;
}

function chooseService({ services }: ConfigurationDescription, wanted: string | undefined): string {
  const names = Object.keys(services);
  const [only, another] = names;
  const name = wanted ?? (another === undefined ? only : undefined);
  if (name !== undefined && names.includes(name)) return name;
  throw invalid("service", `the name of a service that can be used: ${names.join(", ") || "there is none"}`);
}

function readTokenHeaders({ settings }: ConfigurationDescription): readonly string[] {
  return Object.entries(settings)
    .filter(([key]) => /^inbound\.(.*\.)?authorizationHeader$/.test(key))
    .flatMap(([, { value }]) => [value].flat())
    .flatMap((value) => (typeof value === "string" ? [value.toLowerCase()] : []));
}

/**
 * Makes the plan of a sidecar from its options and the configuration that Behalf has made of them.
 *
 * @throws {TypeError} for an option of the sidecar's own that cannot be used, naming it
 */
export function planSidecar(options: SidecarOptions, description: ConfigurationDescription): SidecarPlan {
  const { port = 0, header = "authorization", tokenPath = "/.sidecar/token" } = options;
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw invalid("port", "a port number, or 0");
  if (!headerName.test(header) || isHopByHop(header.toLowerCase()) || taken.has(header.toLowerCase())) {
    throw invalid("header", "the name of a header that has no other use");
  }
  if (!pathText.test(tokenPath)) throw invalid("tokenPath", "a path, such as /.sidecar/token");
  const service = chooseService(description, options.service);
  const settings: DescribedNode = description.services[service]?.settings ?? {};
  const timeoutMs = settings.timeoutMs?.value;
  return {
    port,
    service,
    origin: readText(settings, "host", ""),
    basePath: readText(settings, "basePath", "/").replace(/\/$/, ""),
    timeoutMs: typeof timeoutMs === "number" ? timeoutMs : 30_000,
    patienceMs: 1_000,
    assertionHeader: header.toLowerCase(),
    tokenHeaders: readTokenHeaders(description),
    messageIdHeader: readText(description.settings, "messageIdHeader", "x-request-id"),
    tokenPath,
  };
}
