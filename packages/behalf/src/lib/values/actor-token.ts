import { digest } from "./digest.ts";
import { printAs } from "./print-as.ts";
import { redacted } from "./redacted.ts";

const tokenText = /^[\x21-\x7e]+$/;
const jwtText = /^[\w-]+\.[\w-]+\.[\w-]*$/;

/** A token held for an actor. `value()` gives it; everything else prints `[redacted]`. */
export class ActorToken {
  static {
    printAs(ActorToken.prototype, function (this: ActorToken) {
      return `${this.constructor.name} ${redacted}`;
    });
  }

  readonly #value: string;
  #digest: string | undefined;

  /**
   * For those that go into no header, a class that extends this one may allow more characters.
   *
   * @throws {TypeError} when the text is empty or has characters that no header can carry
   */
  constructor(value: string, allowed: RegExp = tokenText) {
    if (!allowed.test(value)) throw new TypeError("A token is a text of visible ASCII characters.");
    this.#value = value;
  }

  /** Gives the token itself. */
  value(): string {
    return this.#value;
  }

  /** SHA-256 of the token, base64url. Computed once. */
  digest(): string {
    this.#digest ??= digest(this.value());
    return this.#digest;
  }

  /** Whether the token has the form of a signed JWT. It says nothing about its validity. */
  get isJwt(): boolean {
    return jwtText.test(this.value());
  }

  /** The `iss` of a JWT, unverified: fit to name the token's kind, never to choose where to send it. */
  issuer(): string | undefined {
    const iss = this.#readPayload()?.iss;
    return typeof iss === "string" ? iss : undefined;
  }

  /** The `exp` of a JWT in epoch milliseconds, unverified: fit to shorten a life, never to trust a token. */
  expiresAt(): number | undefined {
    const exp = this.#readPayload()?.exp;
    return typeof exp === "number" && Number.isFinite(exp) ? exp * 1000 : undefined;
  }

  toString(): string {
    return redacted;
  }

  toJSON(): string {
    return redacted;
  }

  #readPayload(): { exp?: unknown; iss?: unknown } | undefined {
    if (!this.isJwt) return undefined;
    try {
      const payload: unknown = JSON.parse(Buffer.from(this.value().split(".")[1] ?? "", "base64url").toString("utf8"));
      return typeof payload === "object" && payload !== null ? payload : undefined;
    } catch {
      return undefined;
    }
  }
}
