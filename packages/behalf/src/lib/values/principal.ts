import { MultiStringValue } from "./multi-string-value.ts";
import { printAs } from "./print-as.ts";
import { redacted } from "./redacted.ts";

/**
 * The claims that an application gives its principals. Declare its own:
 *
 * ```ts
 * declare module "behalf" {
 *   interface ApplicationClaims {
 *     readonly department?: string;
 *   }
 * }
 * ```
 */
// biome-ignore lint/suspicious/noEmptyInterface: an application merges its own into it
export interface ApplicationClaims {}

/** The claims of a principal. */
export interface PrincipalClaims extends ApplicationClaims {
  readonly [name: string]: unknown;
}

/** A party that acts for another, and for whom it acts itself (RFC 8693 section 4.1). */
export interface ActingParty {
  readonly subject: string | undefined;
  /** What names it: `client_id`, `azp`, or the like. */
  readonly client: string | undefined;
  readonly issuer: string | undefined;
}

/** What a principal is made of. */
export interface PrincipalParts {
  readonly claims: Readonly<Record<string, unknown>>;
  readonly subject: string | undefined;
  readonly scopes: MultiStringValue;
  readonly isSystem: boolean;
  /** Where the claims come from. `token` where userinfo was wanted and could not be had. */
  readonly source: "token" | "userInfo";
}

const readText = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value : undefined;

const isMembers = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const mostActors = 16;

/** The parties that act, the present one first. */
function readActors(claims: Readonly<Record<string, unknown>>): readonly ActingParty[] {
  const actors: ActingParty[] = [];
  for (let act = claims.act; isMembers(act) && actors.length < mostActors; act = act.act) {
    actors.push(
      Object.freeze({
        subject: readText(act.sub),
        client: readText(act.client_id ?? act.azp),
        issuer: readText(act.iss),
      }),
    );
  }
  return Object.freeze(actors);
}

/** Who a request is from: a person or a system. Immutable; it prints nothing of whom it stands for. */
export class Principal {
  readonly #parts: PrincipalParts;
  #actors: readonly ActingParty[] | undefined;

  constructor(parts: PrincipalParts) {
    this.#parts = parts;
  }

  /** Who set the request off: the claim `sub`. */
  get subject(): string | undefined {
    return this.#parts.subject;
  }

  /** What to call a person: `name`, else the names that she was given, else what she calls herself. */
  get name(): string | undefined {
    const { claims } = this.#parts;
    const both = [this.firstName, this.lastName].filter((part) => part !== undefined).join(" ");
    return readText(claims.name) ?? readText(both) ?? readText(claims.preferred_username);
  }

  get firstName(): string | undefined {
    return readText(this.#parts.claims.given_name);
  }

  get lastName(): string | undefined {
    return readText(this.#parts.claims.family_name);
  }

  get email(): string | undefined {
    return readText(this.#parts.claims.email);
  }

  get scopes(): MultiStringValue {
    return this.#parts.scopes;
  }

  /** Whether a system acts, and no person. */
  get isSystem(): boolean {
    return this.#parts.isSystem;
  }

  /** All claims, frozen. */
  get claims(): PrincipalClaims {
    return this.#parts.claims;
  }

  /** Where the claims come from; `token` as well, where userinfo was wanted and could not be had. */
  get source(): "token" | "userInfo" {
    return this.#parts.source;
  }

  /** Who acts for the subject, the present actor first (RFC 8693 section 4.1); at most 16. */
  get actors(): readonly ActingParty[] {
    this.#actors ??= readActors(this.#parts.claims);
    return this.#actors;
  }

  /** Gives a copy with these claims besides; of the same name, these count. Who the subject is does not change. */
  withClaims(claims: Readonly<Record<string, unknown>> & Partial<ApplicationClaims>): Principal {
    return new Principal({ ...this.#parts, claims: Object.freeze({ ...this.#parts.claims, ...claims }) });
  }

  /** Gives a copy with no other scopes than these. None is added: what the token does not allow, nobody can. */
  withScopes(scopes: MultiStringValue | string | readonly string[]): Principal {
    const kept = MultiStringValue.from(scopes);
    return new Principal({
      ...this.#parts,
      scopes: MultiStringValue.from([...this.scopes].filter((scope) => kept.has(scope))),
    });
  }

  toString(): string {
    return redacted;
  }

  toJSON(): string {
    return redacted;
  }
}

printAs(Principal.prototype, () => `Principal ${redacted}`);
