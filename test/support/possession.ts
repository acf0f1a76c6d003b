import { createHash } from "node:crypto";
import type { IncomingRequest } from "../../packages/behalf/src/lib/context/incoming-request.ts";
import { RequestContext } from "../../packages/behalf/src/lib/context/request-context.ts";
import {
  createPossessionCheck,
  type PossessionCheckOptions,
} from "../../packages/behalf/src/lib/inbound/proofs/check-possession.ts";
import type { ShownToken } from "../../packages/behalf/src/lib/inbound/proofs/possession.ts";
import { createReplayStore } from "../../packages/behalf/src/lib/inbound/proofs/replay-store.ts";
import { ActorToken } from "../../packages/behalf/src/lib/values/actor-token.ts";
import { toJwkThumbprint } from "../../packages/behalf/src/lib/values/jwk-thumbprint.ts";
import { type Clock, createClock } from "./clock.ts";
import { createTestKey, type TestKey } from "./signing-key.ts";

type Members = Readonly<Record<string, unknown>>;

/** What stands in a proof instead of what a good client would write; `undefined` takes a member out. */
export interface ProofChanges {
  readonly header?: Members;
  readonly claims?: Members;
  /** The payload as text, where claims cannot say it. */
  readonly payload?: string;
  readonly key?: TestKey;
}

/** A request with a token, as a good client sends it unless said otherwise. */
export interface ShownRequest {
  readonly proofs?: readonly string[];
  readonly scheme?: ShownToken["scheme"];
  readonly confirmation?: ShownToken["confirmation"];
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly headers?: readonly string[];
  readonly certificate?: Uint8Array | undefined;
}

/** A check of possession, and a client with a token that is bound to its key. */
export interface PossessionWorld {
  readonly clock: Clock;
  readonly client: TestKey;
  readonly jkt: string;
  /** What the last answer's `DPoP-Nonce` is. */
  readonly answeredNonce: string | undefined;
  prove(changes?: ProofChanges): Promise<string>;
  show(request?: ShownRequest): Promise<undefined>;
}

const encode = (text: string): string => Buffer.from(text).toString("base64url");

/** Gives the compact form of a signed JWT. */
export async function signCompact(key: TestKey, header: Members, payload: string): Promise<string> {
  const input = `${encode(JSON.stringify(header))}.${encode(payload)}`;
  const signature = await key.key.sign(Buffer.from(input));
  return `${input}.${Buffer.from(signature).toString("base64url")}`;
}

/** The digest of a token, as `ath` has it. */
export const toAth = (token: string): string => createHash("sha256").update(token).digest("base64url");

/** The public key, as a header's `jwk` has it. */
export const toJwk = ({ key }: TestKey): Members => ({ ...key.publicJwk });

const accessToken = new ActorToken("token-of-alice");

function toIncoming(request: ShownRequest, answerNonce: (nonce: string) => void): IncomingRequest {
  return {
    rawHeaders: [...(request.proofs ?? []).flatMap((proof) => ["DPoP", proof]), ...(request.headers ?? [])],
    method: "method" in request ? request.method : "GET",
    url: "url" in request ? request.url : "/orders?page=2",
    clientCertificate: () => request.certificate,
    setResponseHeader: (name, value) => {
      if (name === "dpop-nonce") answerNonce(value);
    },
    onHangUp: () => {},
  };
}

/** What a world is made of, where it is not as usual. */
export interface PossessionSetup extends Partial<PossessionCheckOptions> {
  readonly clock?: Clock;
  readonly client?: TestKey;
}

/** Opens a check for an API at https://api.example/v1. */
export function openPossession(setup: PossessionSetup = {}): PossessionWorld {
  const { clock = createClock(), client = createTestKey.ES256(), ...options } = setup;
  const jkt = toJwkThumbprint(toJwk(client));
  let answeredNonce: string | undefined;
  const possession = createPossessionCheck({
    dpop: { required: false, nonce: false, algorithms: ["ES256", "RS256", "PS256", "EdDSA"], proofLifeMs: 60_000 },
    urls: () => ["https://api.example/v1"],
    clientCertificateHeader: undefined,
    replay: createReplayStore({ now: clock.now }),
    nonces: undefined,
    now: clock.now,
    ...options,
  });

  return {
    clock,
    client,
    jkt,
    get answeredNonce() {
      return answeredNonce;
    },
    async prove({ header, claims, payload, key = client } = {}) {
      const jwk = toJwk(key);
      const good = {
        jti: crypto.randomUUID(),
        htm: "GET",
        htu: "https://api.example/v1/orders",
        iat: clock.now() / 1000,
        ath: toAth(accessToken.value()),
      };
      const text = payload ?? JSON.stringify({ ...good, ...claims });
      return signCompact(key, { typ: "dpop+jwt", alg: key.key.algorithm, jwk, ...header }, text);
    },
    async show(request = {}) {
      const incoming = toIncoming(request, (nonce) => {
        answeredNonce = nonce;
      });
      answeredNonce = undefined;
      return possession.check(new RequestContext(incoming, { messageIdHeader: "x-message-id" }), {
        token: accessToken,
        scheme: "scheme" in request ? request.scheme : "DPoP",
        confirmation: "confirmation" in request ? request.confirmation : { jkt, certificate: undefined },
      });
    },
  };
}
