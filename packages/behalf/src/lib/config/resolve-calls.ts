import { RequestRefusedError } from "../errors/request-refused-error.ts";
import { type CallSettings, defaultCallSettings } from "../values/call-settings.ts";
import type { CallOverrides } from "./call-options.ts";
import { callOverrideKeys, callSettingKeys } from "./known-call-keys.ts";
import { type OwnCalls, readOwnGroups } from "./own-calls.ts";
import { overridesSchema } from "./schema/calls.ts";
import { toProblems } from "./to-problems.ts";

const unlessOff = <setting>(own: setting | false | undefined, below: setting | undefined): setting | undefined =>
  own === undefined ? below : own || undefined;

/** Lays what is said of calls over what holds otherwise. */
const overlayCalls = (below: CallSettings, own: OwnCalls): CallSettings =>
  Object.freeze<CallSettings>({
    maxResponseBytes: own.maxResponseBytes ?? below.maxResponseBytes,
    compression: own.compression ?? below.compression,
    maxRedirects: own.maxRedirects ?? below.maxRedirects,
    userAgent: unlessOff(own.userAgent, below.userAgent),
    retry: unlessOff(own.retry, below.retry),
    breaker: unlessOff(own.breaker, below.breaker),
    bulkhead: unlessOff(own.bulkhead, below.bulkhead),
    hedge: unlessOff(own.hedge, below.hedge),
    connections: unlessOff(own.connections, below.connections),
  });

const saysOfCalls = (own: object): boolean =>
  callSettingKeys.some((key) => key !== "timeoutMs" && Object.hasOwn(own, key));

const isSame = (left: CallSettings, right: CallSettings): boolean =>
  Object.entries(left).every(([key, value]) => Reflect.get(right, key) === value);

/** Resolves how calls are made at a level: as above where it says nothing, and {@link defaultCallSettings} where nobody does. */
export function resolveCalls(own: OwnCalls, above: CallSettings = defaultCallSettings): CallSettings {
  if (!saysOfCalls(own)) return above;
  const calls = overlayCalls(above, own);
  if (isSame(calls, above)) return above;
  return isSame(calls, defaultCallSettings) ? defaultCallSettings : calls;
}

/** The options of a call, of which these are looked at. */
type Overridable = { readonly [key in keyof CallOverrides]?: CallOverrides[key] | undefined };

const pickOverrides = ({ retry, hedge, maxRedirects, maxResponseBytes }: Overridable): CallOverrides => ({
  ...(retry !== undefined && { retry }),
  ...(hedge !== undefined && { hedge }),
  ...(maxRedirects !== undefined && { maxRedirects }),
  ...(maxResponseBytes !== undefined && { maxResponseBytes }),
});

function checkOverrides(given: CallOverrides): OwnCalls {
  const checked = overridesSchema.safeParse(given);
  if (checked.success) return { ...pickOverrides(checked.data), ...readOwnGroups(checked.data) };
  const [problem] = toProblems(checked.error.issues, { path: "", tree: given, levelKeys: callOverrideKeys });
  if (!problem) throw checked.error;
  throw new RequestRefusedError("option", problem.path, `"${problem.path}" is ${problem.given}. ${problem.fix}`);
}

/** What options said when they were checked: somebody may write other values into them since. */
interface CheckedOverrides {
  readonly said: CallOverrides;
  readonly own: OwnCalls;
}

// No state of an instance: what is remembered follows from the object alone, and goes with it.
const checkedOverrides = new WeakMap<object, CheckedOverrides>();

function readOverrides(given: Overridable): OwnCalls {
  const known = checkedOverrides.get(given);
  if (known && callOverrideKeys.every((key) => given[key] === known.said[key])) return known.own;
  const said = pickOverrides(given);
  const own = checkOverrides(said);
  checkedOverrides.set(given, { said, own });
  return own;
}

/** Each is looked at by its name: a list of names would cost every call. */
const saysNothing = ({ retry, hedge, maxRedirects, maxResponseBytes }: Overridable): boolean =>
  retry === undefined && hedge === undefined && maxRedirects === undefined && maxResponseBytes === undefined;

/**
 * Resolves how one call is made, by what its options say of it. The same object is checked once: what is written into its
 * `retry` or `hedge` later is not seen.
 *
 * @throws {RequestRefusedError} `option`, for a value that cannot be used
 */
export function resolveCallOverrides(given: Overridable, calls: CallSettings): CallSettings {
  return saysNothing(given) ? calls : overlayCalls(calls, readOverrides(given));
}
