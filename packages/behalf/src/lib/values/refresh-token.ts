import { ActorToken } from "./actor-token.ts";

/** A refresh token: it goes into forms only, and may hold spaces (RFC 6749 appendix A.17). */
export class RefreshToken extends ActorToken {
  /** @throws {TypeError} when the text is empty or has characters that are not printable ASCII */
  constructor(value: string) {
    super(value, /^[\x20-\x7e]+$/);
  }
}
