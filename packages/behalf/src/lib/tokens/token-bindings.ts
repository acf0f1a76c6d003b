import { X509Certificate } from "node:crypto";
import { LRUCache } from "lru-cache";
import type { AuthSettings, DpopSettings } from "../config/auth-settings.ts";
import { isByCertificate } from "../config/certificate-methods.ts";
import { environmentWord, isEnvironmentWord } from "../config/environment-word.ts";
import type { ClientAuthenticationMethod } from "../config/options.ts";
import { generateSigningKey } from "../config/read-signing-key.ts";
import { ConfigurationError } from "../errors/configuration-error.ts";
import { createDpopProver, type DpopProver } from "../oauth/dpop.ts";
import type { Now } from "../values/clock.ts";
import { type ConnectionIdentity, createConnectionIdentity } from "../values/connection-identity.ts";
import { readConnectionProxy } from "../values/connection-proxy.ts";
import { digest } from "../values/digest.ts";
import { Secret } from "../values/secret.ts";
import type { SigningKey } from "../values/signing-key.ts";
import { type TokenBinding, unbound } from "./token-binding.ts";

/** Gives each node of the configuration its binding: the same object as long as nothing has changed. */
export interface TokenBindings {
  /**
   * A certificate that does not fit its key is passed over while the pair before is known: one of the files is not written yet.
   *
   * @throws {ConfigurationError} when certificate and key do not belong together, and no pair was there before
   */
  of(settings: AuthSettings, authentication: ClientAuthenticationMethod, configPath: string): TokenBinding;
}

interface Material {
  readonly certificate: string | undefined;
  readonly privateKey: string | undefined;
  readonly ca: string | undefined;
  readonly proxy: string | undefined;
  readonly dpop: DpopProver | undefined;
}

interface Known {
  readonly material: Material;
  readonly binding: TokenBinding;
}

const mostBindings = 10_000;

function readMaterial({ clientCertificate, ca, proxy }: AuthSettings): Omit<Material, "dpop"> {
  return {
    certificate: clientCertificate?.certificate.peek()?.value(),
    privateKey: clientCertificate?.privateKey.peek()?.value(),
    ca: ca?.peek()?.value(),
    proxy: proxy?.peek()?.value(),
  };
}

const isSame = (one: Material, other: Material): boolean =>
  one.certificate === other.certificate &&
  one.privateKey === other.privateKey &&
  one.ca === other.ca &&
  one.proxy === other.proxy &&
  one.dpop === other.dpop;

function toProxy(text: string | undefined): ConnectionIdentity["proxy"] {
  if (text === undefined) return undefined;
  return isEnvironmentWord(text) ? environmentWord : readConnectionProxy(text);
}

/** The proxy's user is left out: who it is changes nothing for the server. */
function toTrust({ ca, proxy }: Material): string {
  if (ca === undefined && proxy === undefined) return "";
  const way = toProxy(proxy);
  return digest(`${ca === undefined ? "" : digest(ca)} ${way === environmentWord ? way : (way?.url ?? "")}`);
}

function toIdentity(material: Material, slot: string): ConnectionIdentity | undefined {
  const { certificate, privateKey, ca } = material;
  const proxy = toProxy(material.proxy);
  if (certificate === undefined && ca === undefined && proxy === undefined) return undefined;
  const key = privateKey === undefined ? undefined : new Secret(privateKey);
  return createConnectionIdentity({ slot, certificate, privateKey: key, ca, proxy });
}

const withoutCertificate = (material: Material): Material => ({
  ...material,
  certificate: undefined,
  privateKey: undefined,
});

function toThumbprint(certificate: string): string {
  return Buffer.from(new X509Certificate(certificate).fingerprint256.replaceAll(":", ""), "hex").toString("base64url");
}

/** Names objects: those that inherit a setting have the very same object. */
function createNames(): (object: object | undefined) => string {
  const names = new WeakMap<object, string>();
  let count = 0;
  return (object) => {
    if (!object) return "-";
    const name = names.get(object) ?? String(++count);
    names.set(object, name);
    return name;
  };
}

const toProblem = (error: TypeError, configPath: string): ConfigurationError =>
  new ConfigurationError([
    {
      path: configPath,
      given: "a client certificate, trusted certificates or a proxy that cannot be used",
      fix: error.message,
    },
  ]);

/** Gives each setting its prover; one whose key was replaced gets another. */
function createProvers(now: Now): (dpop: DpopSettings | undefined) => DpopProver | undefined {
  const provers = new WeakMap<DpopSettings, { readonly key: SigningKey; readonly prover: DpopProver }>();
  return (dpop) => {
    if (!dpop) return undefined;
    const last = provers.get(dpop);
    const key = dpop.key?.read() ?? last?.key ?? generateSigningKey();
    if (last?.key === key) return last.prover;
    const prover = createDpopProver({ key, now });
    provers.set(dpop, { key, prover });
    return prover;
  };
}

/** Creates the bindings of an instance. Keys that it makes live as long as the instance does. */
export function createTokenBindings(now: Now): TokenBindings {
  const proverOf = createProvers(now);
  const known = new LRUCache<string, Known>({ max: mostBindings });
  const nameOf = createNames();

  const create = (settings: AuthSettings, method: ClientAuthenticationMethod, material: Material): TokenBinding => {
    const slot = [settings.clientCertificate, settings.ca, settings.proxy].map(nameOf).join(" ");
    const { certificate } = material;
    const isBound = settings.certificateBoundTokens && certificate !== undefined;
    const toServer = isBound || isByCertificate(method) ? material : withoutCertificate(material);
    return Object.freeze({
      dpop: material.dpop,
      serverIdentity: toIdentity(toServer, `${slot} server`),
      backendIdentity: toIdentity(isBound ? material : withoutCertificate(material), `${slot} backend`),
      certificateThumbprint: isBound ? toThumbprint(certificate) : undefined,
      serverTrust: toTrust(material),
    });
  };

  return {
    of(settings, authentication, configPath) {
      const { clientCertificate, ca, proxy, dpop } = settings;
      if (!clientCertificate && !ca && !proxy && !dpop) return unbound;
      const material = { ...readMaterial(settings), dpop: proverOf(dpop) };
      // Not by the settings themselves: those that a call changes are an object of their own each time.
      const key = `${[clientCertificate, ca, proxy, dpop].map(nameOf).join(" ")} ${settings.certificateBoundTokens} ${authentication}`;
      const last = known.get(key);
      if (last && isSame(last.material, material)) return last.binding;
      try {
        const binding = create(settings, authentication, material);
        known.set(key, { material, binding });
        return binding;
      } catch (error) {
        if (last) return last.binding;
        throw error instanceof TypeError ? toProblem(error, configPath) : error;
      }
    },
  };
}
