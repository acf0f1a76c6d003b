import { type Answer, json, type SentAnswer } from "./answer.ts";
import {
  type AsEndpoint,
  type AsRequest,
  type ReceivedRequest,
  type RecordedRequest,
  readAsRequest,
} from "./as-request.ts";
import type { FaultBook } from "./fault-script.ts";
import type { Gates } from "./gate.ts";
import { answerIntrospection } from "./introspection.ts";
import { answerToken, type Issuing } from "./issuing.ts";
import { type IssuerPaths, toIssuerPaths } from "./metadata.ts";
import { outcomeOf } from "./outcome-of.ts";
import { readParties } from "./parties.ts";
import type { RequestBook } from "./request-log.ts";
import type { FaultTools } from "./unjudged.ts";
import { answerUserInfo } from "./user-info.ts";

/** Where every request is noted and decided, by whatever way it came. */
export interface Desk {
  /** Notes a request that was read to its end. */
  receive(received: ReceivedRequest): RecordedRequest;
  answer(request: RecordedRequest): Promise<Answer>;
}

/** What requests are decided by. */
export interface DeskSurroundings {
  readonly issuing: Issuing;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly issuerPath: string;
  readonly faults: FaultBook;
  readonly gates: Gates<AsEndpoint>;
  readonly requests: RequestBook;
  readonly tools: FaultTools;
}

type Answering = (request: AsRequest) => SentAnswer | Promise<SentAnswer>;

function createFindEndpoint(paths: IssuerPaths): (path: string) => AsEndpoint {
  const endpoints: ReadonlyMap<string, AsEndpoint> = new Map([
    [paths.openidConfiguration, "metadata"],
    [paths.oauthAuthorizationServer, "metadata"],
    [paths.jwks, "jwks"],
    [paths.token, "token"],
    [paths.introspection, "introspection"],
    [paths.userinfo, "userinfo"],
  ]);
  return (path) => endpoints.get(path) ?? "unknown";
}

function createAnswering({ issuing, metadata }: DeskSurroundings): Answering {
  const answers: Readonly<Record<AsEndpoint, Answering>> = {
    metadata: () => json(metadata),
    jwks: () => json(issuing.keys.jwks()),
    token: (request) => answerToken(issuing, request),
    introspection: (request) => answerIntrospection(issuing, request),
    userinfo: (request) => answerUserInfo(issuing, request),
    unknown: () => json({ error: "not_found" }, 404),
  };
  return (request) => answers[request.endpoint](request);
}

/** Opens the desk of a server. */
export function createDesk(surroundings: DeskSurroundings): Desk {
  const { issuing, faults, gates, requests, tools } = surroundings;
  const answerAsUsual = createAnswering(surroundings);
  const reader = {
    findEndpoint: createFindEndpoint(toIssuerPaths(surroundings.issuerPath)),
    clients: issuing.clients,
    readParties: (form: URLSearchParams) => readParties(form, issuing),
  };

  return {
    receive(received) {
      const request = readAsRequest(received, reader);
      requests.add(request);
      return request;
    },
    async answer(request) {
      const fault = faults.take(request);
      await gates.pass(request.endpoint);
      const usual = fault?.unjudged ? json({}) : await answerAsUsual(request);
      const answer = fault ? await fault(usual, request, tools) : usual;
      request.outcome = outcomeOf(answer);
      return answer;
    },
  };
}
