import { TokenUnreachableError } from "../errors/token-unreachable-error.ts";
import { parseChallenges } from "../values/challenge.ts";
import type { Now } from "../values/clock.ts";
import type { ConnectionIdentity } from "../values/connection-identity.ts";
import type { ServerMetadata } from "./discover.ts";
import type { AnswerKeys } from "./read-signed-answer.ts";
import { readAnswer, type ServerAnswer } from "./server-answer.ts";
import type { ServerConnection, ServerFetch } from "./server-connection.ts";
import { toRefusal } from "./to-refusal.ts";
import { type ErrorPlace, translateError } from "./translate-error.ts";
import { waitShortly } from "./wait-shortly.ts";

/** The server that is asked, and until when. */
export interface EndpointSurroundings {
  readonly connection: ServerConnection;
  readonly metadata: ServerMetadata;
  /** For answers that are signed. */
  readonly keys: AnswerKeys;
  readonly now: Now;
  readonly signal: AbortSignal;
}

/** A question that may be asked twice, with the way to understand the answer. */
export interface Question<answer> {
  readonly place: ErrorPlace;
  /** Who this API is on the connection; `undefined` for who the connection says. */
  readonly identity: ConnectionIdentity | undefined;
  /** Names the stranger whom it is about. */
  readonly party: string;
  /** Sends the question, built from nothing, by what is given. */
  send(fetch: ServerFetch): Promise<Response>;
  /** Reads an answer that is no error. */
  read(response: Response): Promise<answer>;
}

/** A certain kind of failure: the network broke. A time that is over would be over for a second attempt, too. */
const isBroken = (error: unknown): boolean =>
  error instanceof TokenUnreachableError && error.code === "BEHALF_TOKEN_UNREACHABLE";

/** Sends a question, and once more after a short while where the network broke or the answer was a 5xx. */
async function sendTwice(send: () => Promise<Response>, signal: AbortSignal): Promise<Response> {
  try {
    const response = await send();
    if (response.status < 500) return response;
    await response.body?.cancel();
  } catch (error) {
    if (!isBroken(error)) throw error;
  }
  await waitShortly(signal);
  signal.throwIfAborted();
  return send();
}

function connect(
  { identity, party, place }: Pick<Question<unknown>, "identity" | "party" | "place">,
  { connection }: EndpointSurroundings,
): ServerFetch {
  return async (url, request) => {
    try {
      return await connection.fetch(url, { ...request, identity: identity ?? connection.identity, party });
    } catch (error) {
      throw translateError(error, place);
    }
  };
}

/** Where a token authorizes a request, the error stands in the challenge (RFC 6750 section 3). */
function withChallenge(answer: ServerAnswer): ServerAnswer {
  if (answer.members?.error !== undefined) return answer;
  const challenge = parseChallenges(answer.headers.get("www-authenticate") ?? "").find(({ parameters }) =>
    parameters.has("error"),
  );
  return challenge ? { ...answer, members: Object.fromEntries(challenge.parameters) } : answer;
}

/**
 * Asks an endpoint that changes nothing, and reads what it says.
 *
 * @throws {TokenRefusedError} when it refuses who asks
 * @throws {TokenUnreachableError} when it gives no usable answer
 */
export async function askEndpoint<answer>(
  question: Question<answer>,
  surroundings: EndpointSurroundings,
): Promise<answer> {
  const { now, signal } = surroundings;
  const fetch = connect(question, surroundings);
  let { place } = question;
  try {
    signal.throwIfAborted();
    const response = await sendTwice(() => question.send(fetch), signal);
    place = { ...place, status: response.status };
    const refused = response.status >= 400 ? withChallenge(await readAnswer(response)) : undefined;
    const refusal = refused && toRefusal(refused, question.place, { at: now(), strictProtocol: false });
    if (refusal) throw refusal;
    return await question.read(response);
  } catch (error) {
    const isOurs = place.status === undefined && error !== signal.reason;
    throw isOurs ? error : translateError(error, place);
  }
}
