import { type Behalf, createBehalf, type Eviction } from "behalf";
import {
  type CertificateAuthority,
  createCertificateAuthority,
  createSelfSigned,
  type KeyPair,
} from "../support/certificates.ts";
import { listen } from "../support/listen.ts";
import { toRoot } from "../support/open-behalf.ts";
import { fault, type ScriptedAs, startScriptedAs } from "../support/scripted-as.ts";
import { type Frameworks, startExpress, startFastify } from "./applications.ts";
import { createKeyRing, type KeyRing } from "./key-ring.ts";
import type { Certificates, ShownCertificate, Surroundings, Theme } from "./vocabulary.ts";

/** The application of one framework that a theme's requests go to. */
export interface Application {
  readonly framework: keyof Frameworks;
  readonly url: string;
  /** What its cases may look at; `now` is that of the moment. */
  surroundings(): Surroundings;
}

/** All that stays the same for all themes: keys take time to make. */
export interface Stock {
  readonly ring: KeyRing;
  readonly authority: CertificateAuthority;
  readonly server: KeyPair;
  readonly certificates: Certificates;
}

export interface World {
  readonly as: ScriptedAs;
  readonly applications: readonly Application[];
  /** How many requests came to the server that nobody has a reason to ask. */
  foreignRequests(): number;
  close(): Promise<void>;
}

function toShown(pair: KeyPair): ShownCertificate {
  const base64 = pair.certificate.replace(/-----[^-]+-----|\s/g, "");
  return { ...pair, header: `:${base64}:` };
}

/** Makes the keys and certificates that all themes share. */
export async function createStock(): Promise<Stock> {
  const authority = await createCertificateAuthority();
  const [client, other] = [await authority.issueClient("shop"), await authority.issueClient("other-shop")];
  const selfSigned = await createSelfSigned("shop");
  return {
    ring: createKeyRing(),
    authority,
    server: await authority.issueServer(),
    certificates: { client: toShown(client), other: toShown(other), selfSigned: toShown(selfSigned) },
  };
}

async function startForeign(): Promise<{ readonly url: string; readonly count: () => number; close(): Promise<void> }> {
  let requests = 0;
  const { url, close } = await listen((_request, response) => {
    requests += 1;
    response.setHeader("content-type", "application/json").end('{"keys":[]}');
  });
  return { url, count: () => requests, close };
}

const usualHeaderSize = 4_194_304;

/** Starts a theme's authorization server, and an application of each framework. */
export async function openWorld(theme: Theme, stock: Stock): Promise<World> {
  const as = await startScriptedAs(theme.server ?? {});
  as.faults.always("jwks", fault.change({ keys: stock.ring.toJwks(as.issuer) }));
  if (theme.metadata) as.faults.always("metadata", fault.change(theme.metadata(as)));
  const foreign = await startForeign();
  const closings: (() => Promise<void>)[] = [() => foreign.close(), () => as.close()];

  const open = async (framework: keyof Frameworks, start: Frameworks[keyof Frameworks]): Promise<Application> => {
    let url = "http://127.0.0.1";
    const { ring, certificates } = stock;
    // The address is known when the application listens: it is read where it is needed.
    const fixed = {
      as,
      ring,
      certificates,
      foreign: foreign.url,
      evict: (eviction: Eviction) => behalf.inbound.evict(eviction),
      get url() {
        return url;
      },
    };
    const root = toRoot(as);
    const behalf: Behalf<Record<never, never>> = createBehalf({
      ...root,
      ...theme.root?.(fixed),
      inbound: { ...root.inbound, ...theme.inbound?.(fixed) },
      services: {},
    });
    for (const eviction of theme.evicts ?? []) behalf.inbound.evict(eviction);
    const { maxHeaderSize = usualHeaderSize, tls = false, routes = {} } = theme;
    const keyPair = tls ? { ...stock.server, clientCa: stock.authority.certificate } : undefined;
    const running = await start(behalf, { maxHeaderSize, tls: keyPair, routes });
    url = running.url;
    closings.unshift(() => running.close());
    return { framework, url, surroundings: () => ({ ...fixed, url, now: Math.floor(Date.now() / 1000) }) };
  };

  return {
    as,
    applications: [await open("fastify", startFastify), await open("express", startExpress)],
    foreignRequests: foreign.count,
    async close() {
      for (const close of closings) await close();
    },
  };
}
