import type { BehalfErrorCode, Eviction, InboundOptions, RoutePolicy } from "behalf";
import type { CallerTokenReason } from "../../packages/behalf/src/lib/errors/caller-token-error.ts";
import type { KeyPair } from "../support/certificates.ts";
import type { ScriptedAs, ScriptedAsOptions } from "../support/scripted-as.ts";
import type { KeyName, KeyRing } from "./key-ring.ts";

export type Members = Readonly<Record<string, unknown>>;

/** What a case may look at while it is made. */
export interface Surroundings {
  readonly as: ScriptedAs;
  readonly ring: KeyRing;
  /** The present second. */
  readonly now: number;
  /** Where the application that is asked stands. */
  readonly url: string;
  /** A server that nobody has a reason to ask. */
  readonly foreign: string;
  readonly certificates: Certificates;
  /** Ends a token, a subject or a session at the application that is asked. */
  evict(eviction: Eviction): void;
}

/** The certificates that clients show. */
export interface Certificates {
  readonly client: ShownCertificate;
  /** Of the same authority. */
  readonly other: ShownCertificate;
  /** Of nobody, with the client's name. */
  readonly selfSigned: ShownCertificate;
}

export interface ShownCertificate extends KeyPair {
  /** As a proxy tells of it (RFC 9440). */
  readonly header: string;
}

/** Members to change, or to leave out where they are `undefined`. */
export type Changes = Members | ((surroundings: Surroundings) => Members);

/** What a signature is made of. */
export interface Signing {
  /** Header and payload, as they are sent. */
  readonly input: Buffer;
  readonly ring: KeyRing;
}

/** How a JWT differs from the good one. */
export interface JwtChanges {
  readonly header?: Changes;
  /** The header's JSON, written anew. */
  readonly headerText?: (json: string) => string | Buffer;
  readonly claims?: Changes;
  /** The payload's JSON, written anew. */
  readonly claimsText?: (json: string) => string | Buffer;
  /** Whose key signs, by its algorithm. @default the good one's */
  readonly key?: KeyName;
  readonly signature?: (signing: Signing) => Buffer;
  /** The compact form, written anew. */
  readonly compact?: (token: string, surroundings: Surroundings) => string | Promise<string>;
}

/** What is sent, byte for byte: a character is a byte. */
export interface RequestHead {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body?: string;
}

/** How a request is made from its good twin. */
export interface Make extends JwtChanges {
  /** The members of what the server says of an opaque token; or its whole body; or the status of its answer. */
  readonly introspected?: Members | string | number;
  /** The proof of possession. */
  readonly proof?: JwtChanges;
  /** The certificate that is shown; `null` for none. */
  readonly certificate?: keyof Certificates | null;
  readonly request?: (head: RequestHead, shown: Surroundings & { readonly token: string }) => RequestHead;
  /** Whether the same request came once before, and was accepted. */
  readonly again?: boolean;
  /** Whether the good request came before, with the same token, so that the token is remembered. */
  readonly remembered?: boolean;
  /** Another route, which accepted the same token before. */
  readonly againOn?: string;
  /** How many such requests there are, each with the next number in the place of `#`. @default 1 */
  readonly times?: number;
}

/** What an answer says. */
export interface Expected {
  readonly status: number;
  /** The error code of the challenge; `null` for a challenge without one, `undefined` for no challenge. */
  readonly error?: string | null;
  /** The internal reason; `undefined` where Behalf was not asked, or where it is not about the token. */
  readonly reason?: CallerTokenReason;
  readonly code?: BehalfErrorCode;
}

/** A request that is refused, made from one that is accepted. */
export interface HostileCase {
  readonly name: string;
  /** @default "/me" */
  readonly route?: string;
  readonly make: Make;
  readonly expect: Expected;
}

/** A request that looks hostile, and is not: it is accepted. */
export type HarmlessCase = Omit<HostileCase, "expect">;

/** What a good request shows. */
export type TwinKind = "bearer" | "assertion" | "opaque" | "proof" | "certificate" | "forwardedCertificate";

/** Cases that are sent to one application. */
export interface Theme {
  readonly name: string;
  /** @default a JWT in the header `authorization` */
  readonly twin?: TwinKind;
  /** Members that all good tokens of the theme have besides. */
  readonly claims?: Changes;
  readonly header?: Members;
  /** @default an audience alone */
  readonly inbound?: (surroundings: Omit<Surroundings, "now">) => Partial<InboundOptions>;
  /** Settings of the root. */
  readonly root?: (surroundings: Omit<Surroundings, "now">) => Members;
  readonly server?: ScriptedAsOptions;
  /** Members of the server's metadata that are not as usual. */
  readonly metadata?: (as: ScriptedAs) => Members;
  /** What is evicted before the first request. */
  readonly evicts?: readonly Eviction[];
  readonly routes?: Readonly<Record<string, RoutePolicy>>;
  /** The most that a request's head may be, in bytes. @default 4 MiB, so that Node refuses none of them itself */
  readonly maxHeaderSize?: number;
  readonly tls?: boolean;
  /** Whether proofs hold a nonce of the application's. @default false */
  readonly nonce?: boolean;
  readonly cases: readonly HostileCase[];
  readonly harmless?: readonly HarmlessCase[];
}
