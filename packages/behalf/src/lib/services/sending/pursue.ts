import { BackendError } from "../../errors/backend-error.ts";
import type { WireAnswer } from "../../transport/wire.ts";
import { asksForAnotherToken } from "./asks-for-another-token.ts";
import { type Attempt, sendProven, toLeftMs } from "./attempt.ts";
import { type FollowedRedirect, followRedirect, withoutContent } from "./follow-redirect.ts";
import { renewInTime } from "./renew-in-time.ts";
import { noBody } from "./request-body.ts";

/** An attempt whose token can be another one, after the backend refused the first. */
export interface PursuedAttempt extends Attempt {
  token: Attempt["token"];
  /** Where it goes: another place, after a redirect. */
  path: string;
}

/** An answer, and where it came from. */
interface Step {
  readonly attempt: PursuedAttempt;
  readonly path: string;
  readonly answer: WireAnswer;
}

/**
 * Does what an answer asks for: a 401 that another token can mend is answered with one, once, if the body can be sent again; a
 * redirect is followed below the base address, as often as the settings allow. `undefined` where the answer is the last one.
 *
 * The promise rejects with a {@link BackendError} for a redirect that is not followed.
 */
export function pursue(attempt: PursuedAttempt, path: string, answer: WireAnswer): Promise<WireAnswer> | undefined {
  const { status } = answer;
  if (status < 300) return undefined;
  const isLast = status === 401 ? !canBeMended(attempt, answer) : status >= 400 || attempt.request.keepsRedirects;
  return isLast ? undefined : pursueSteps({ attempt, path, answer });
}

async function pursueSteps(first: Step): Promise<WireAnswer> {
  let redirectsLeft = first.attempt.request.settings.maxRedirects;
  let step = first;
  let mended = false;
  for (;;) {
    const refused = step.answer.status === 401;
    const next = await (refused ? !mended && mend(step) : follow(step, redirectsLeft));
    if (!next) break;
    mended ||= refused;
    if (!refused) redirectsLeft -= 1;
    step = next;
  }
  first.attempt.token = step.attempt.token;
  first.attempt.path = step.path;
  return step.answer;
}

function canBeMended({ token, parts }: Attempt, answer: WireAnswer): boolean {
  if (token === undefined || parts.renew === undefined) return false;
  return asksForAnotherToken(answer.headers["www-authenticate"]);
}

async function mend({ attempt, path, answer }: Step): Promise<Step | undefined> {
  const { token, parts, base, request, cancellations } = attempt;
  const { renew } = parts;
  if (!token || !renew || !canBeMended(attempt, answer)) return undefined;
  const bounds = { timeoutMs: toLeftMs(attempt), cancellations };
  const renewed = await renewInTime(async (deadline) => renew(token, base.origin, deadline), bounds);
  if (!renewed || !request.body.replayable || renewed.value() === token.value()) return undefined;
  request.observation.resending("unauthorized");
  return resend({ ...attempt, token: renewed }, path, answer);
}

async function follow({ attempt, path, answer }: Step, redirectsLeft: number): Promise<Step | undefined> {
  const next = findNext({ attempt, path, answer }, redirectsLeft);
  if (!next) return undefined;
  const { request } = attempt;
  const { method, path: target } = next;
  request.observation.resending("redirect");
  const following = next.keepsBody
    ? { ...request, method }
    : { ...request, method, body: noBody, headers: withoutContent(request.headers) };
  return resend({ ...attempt, request: following }, target, answer);
}

const namesNoPlace = new Set(["otherStatus", "noLocation"]);

/** @throws {BackendError} for a redirect that is not followed */
function findNext({ attempt, path, answer }: Step, redirectsLeft: number): FollowedRedirect | undefined {
  const { status } = answer;
  if (status < 300 || status >= 400 || attempt.request.keepsRedirects) return undefined;
  const { request, base } = attempt;
  const { method, body, place, observation } = request;
  const decision = followRedirect(answer, { method, path, replayable: body.replayable, redirectsLeft }, base);
  if (decision.path !== undefined) return decision;
  const { reason, message } = decision;
  if (namesNoPlace.has(reason)) return undefined;
  observation.answered(answer, base.origin + path);
  throw new BackendError({ ...place, code: "BEHALF_BACKEND_REDIRECT", status, message });
}

/** What is left of the time is that of the attempt; an answer that is not given on lets go of its connection. */
async function resend(attempt: PursuedAttempt, path: string, before: WireAnswer): Promise<Step> {
  before.stream?.destroy();
  const sent = { ...attempt, timeoutMs: toLeftMs(attempt), startedAt: performance.now() };
  return { attempt: sent, path, answer: await sendProven(sent, path) };
}
