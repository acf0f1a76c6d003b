import { X509Certificate } from "node:crypto";
import type { ConfigurationProblem } from "../errors/configuration-error.ts";
import { createConnectionIdentity } from "../values/connection-identity.ts";
import { attemptRead } from "./attempt-read.ts";
import type { AuthNode } from "./auth-node.ts";
import type { ClientCertificateSettings } from "./auth-settings.ts";
import { environmentWord, isEnvironmentWord } from "./environment-word.ts";
import type { SecretSource } from "./secret-source.ts";
import { joinPath } from "./tree.ts";

type Problems = readonly ConfigurationProblem[];

/** What is tried as it would be on a connection. */
type Parts = Omit<Parameters<typeof createConnectionIdentity>[0], "slot">;

function attemptConnection(path: string, parts: Parts): Problems {
  try {
    createConnectionIdentity({ slot: "check", ...parts });
    return [];
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return [{ path, given: "what no connection can be made with", fix: error.message }];
  }
}

function isCertificate(pem: string | undefined): boolean {
  try {
    return pem !== undefined && new X509Certificate(pem).subject !== undefined;
  } catch {
    return false;
  }
}

function checkCertificate(path: string, { certificate, privateKey }: ClientCertificateSettings): Problems {
  const paths = { certificate: joinPath(path, "certificate"), privateKey: joinPath(path, "privateKey") };
  const unread = [
    ...attemptRead(paths.certificate, () => certificate.peek()),
    ...attemptRead(paths.privateKey, () => privateKey.peek()),
  ];
  if (unread.length > 0) return unread;
  const pem = certificate.peek()?.value();
  const wrong = isCertificate(pem) ? paths.privateKey : paths.certificate;
  return attemptConnection(wrong, { certificate: pem, privateKey: privateKey.peek() });
}

function checkTrusted(path: string, ca: SecretSource): Problems {
  const unread = attemptRead(path, () => ca.peek());
  return unread.length > 0 ? unread : attemptConnection(path, { ca: ca.peek()?.value() });
}

function checkProxy(path: string, proxy: SecretSource): Problems {
  const unread = attemptRead(path, () => proxy.peek());
  const url = proxy.peek()?.value() ?? "";
  if (unread.length > 0 || isEnvironmentWord(url) || (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)))
    return unread;
  const fix = `Give an http or https URL, with user and password if the proxy wants them, or "${environmentWord}".`;
  return [{ path, given: "what no connection can be made with", fix }];
}

/** What is wrong with what this level shows on connections: it is needed without waiting. */
export function checkConnection(node: AuthNode): Problems {
  const { clientCertificate, ca, proxy } = node.settings;
  const at = (key: string): string => joinPath(node.configPath, key);
  return [
    ...(node.says("clientCertificate") && clientCertificate
      ? checkCertificate(at("clientCertificate"), clientCertificate)
      : []),
    ...(node.says("ca") && ca ? checkTrusted(at("ca"), ca) : []),
    ...(node.says("proxy") && proxy ? checkProxy(at("proxy"), proxy) : []),
  ];
}
