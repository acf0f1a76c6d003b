import type { ContextStorage } from "../context/context-storage.ts";
import type { TokenMemory } from "./token-memory.ts";
import type { ClientCredentialsService, RefreshTokenService, TokenExchangeService } from "./token-services.ts";

/** What the default grants work with. */
export interface DefaultGrantsDependencies {
  readonly tokenExchangeService: TokenExchangeService;
  readonly clientCredentialsService: ClientCredentialsService;
  readonly refreshTokenService: RefreshTokenService;
  readonly tokenMemory: TokenMemory;
  readonly context: ContextStorage;
}
