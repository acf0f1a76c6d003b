import { type Credential, toToken } from "../context/read-credential.ts";
import type { RequestContext } from "../context/request-context.ts";
import type { Caller } from "../values/caller.ts";
import type { Admission, Candidate } from "./admission.ts";
import type { Authenticator } from "./authenticators/authenticators.ts";
import { RememberedCaller, type ValidatedMemory } from "./remember-validated.ts";
import type { MarkerSharing } from "./revocation/marker-sharing.ts";
import type { Route } from "./routes.ts";

/** One look at a request, and how far it has come. */
export interface Look {
  readonly context: RequestContext;
  readonly route: Route;
  /** On the monotonic clock. */
  readonly startedAt: number;
  /** The name of the authenticator that judges the credential. */
  authenticator: string | undefined;
  /** Whether the credential had been validated before. */
  remembered: boolean;
}

/** Finds out who shows a credential, and lets the caller in. */
export type Recognize = (look: Look, credential: Credential) => Caller | Promise<Caller>;

/** What credentials are recognized by. */
export interface RecognizeOptions {
  readonly memory: ValidatedMemory;
  readonly admission: Admission;
  /** What nobody is let in before; `undefined` where there is nothing to wait for. */
  readonly starting: MarkerSharing["starting"];
}

const timerNames = {
  jwt: "in-auth-jwt",
  sidecar: "in-auth-jwt",
  introspection: "in-auth-introspection",
  custom: "in-auth-custom",
} as const;

interface Found {
  readonly authenticator: Authenticator;
  readonly remembered: RememberedCaller;
}

function toCandidate({ context, route }: Look, { scheme }: Credential, found: Found): Candidate {
  const { authenticator, remembered } = found;
  return { context, authenticator, remembered, scheme, guard: route.guard };
}

async function validate(look: Look, credential: Credential): Promise<Found> {
  const { context, route } = look;
  const token = toToken(credential);
  const authenticator = route.authenticators.choose(credential.header, token);
  const { name, type } = authenticator.settings;
  look.authenticator = name;
  const timer = context.timers.start(timerNames[type]);
  try {
    const surroundings = {
      header: credential.header,
      origin: context.incoming.addresses?.remote,
      signal: context.signal,
    };
    const validated = await authenticator.validator.validate(token, surroundings);
    return { authenticator, remembered: new RememberedCaller(token, validated) };
  } finally {
    timer.end();
  }
}

/** Whether another authenticator, which comes before the one that was found, judges such credentials. */
function isAnothers({ authenticator, remembered }: Found, candidates: readonly Authenticator[]): boolean {
  for (const candidate of candidates) {
    if (candidate === authenticator) return false;
    if (candidate.recognizes(remembered.credential)) return true;
  }
  return false;
}

/** Creates what recognizes callers: at once, where their credential is remembered. */
export function createRecognize({ memory, admission, starting }: RecognizeOptions): Recognize {
  /** Who was asked about a token that does not say how old it is, is asked again about one that was evicted since. */
  const mayBeUsed = ({ authenticator, remembered }: Found): boolean => {
    if (remembered.key !== undefined || remembered.validated.caller.claims.iat !== undefined) return true;
    return !admission.isRevoked(remembered, authenticator);
  };

  /** What is remembered for one authenticator is no answer where another one, which comes first, judges such credentials. */
  const recall = ({ route }: Look, { header, text }: Credential): Found | undefined => {
    const candidates = route.authenticators.lookingAt(header);
    for (const authenticator of candidates) {
      const remembered = memory.recall(authenticator.settings.name, text);
      if (!remembered) continue;
      const found = { authenticator, remembered };
      return isAnothers(found, candidates) || !mayBeUsed(found) ? undefined : found;
    }
    return undefined;
  };

  const admitNew = async (look: Look, credential: Credential): Promise<Caller> => {
    const { authenticator, remembered } = await validate(look, credential);
    const begins = starting();
    if (begins) await begins;
    const { name } = authenticator.settings;
    // Others may have shown the same new token meanwhile: who it is of is found out once for all of them.
    const other = memory.recall(name, credential.text);
    const shared = other && mayBeUsed({ authenticator, remembered: other }) ? other : remembered;
    if (shared === remembered) memory.remember(name, remembered);
    return admission.admit(toCandidate(look, credential, { authenticator, remembered: shared }));
  };

  return (look, credential) => {
    const found = recall(look, credential);
    if (!found) return admitNew(look, credential);
    look.authenticator = found.authenticator.settings.name;
    look.remembered = true;
    return admission.admit(toCandidate(look, credential, found));
  };
}
