import { fromProvider, type SecretGiven } from "behalf";

/** Where a refresh token is kept: what one instance writes, another one can read. */
export interface TokenVault {
  readonly source: SecretGiven;
  /** The token that it holds. */
  token: string;
  /** Every successor that it was given, in order. */
  readonly kept: readonly string[];
  /** How often it was read, and how often because a token was refused. */
  readonly reads: { all: number; refused: number };
}

/** Creates a vault that holds a token. */
export function createVault(token: string): TokenVault {
  const kept: string[] = [];
  const vault: TokenVault = {
    token,
    kept,
    reads: { all: 0, refused: 0 },
    source: fromProvider(
      (_, { refused }) => {
        vault.reads.all += 1;
        if (refused) vault.reads.refused += 1;
        return vault.token;
      },
      {
        keep(successor) {
          vault.token = successor.value();
          kept.push(vault.token);
        },
      },
    ),
  };
  return vault;
}
