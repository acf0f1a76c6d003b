/**
 * The test kit: an authorization server that does what a test tells it to, a clock, and assertions on the token flow.
 *
 * @module behalf/testing
 */
export { type Clock, createClock } from "./lib/testing/clock.ts";
export type { Answer, SentAnswer } from "./lib/testing/scripted-as/answer.ts";
export type { AsEndpoint, AsRequest } from "./lib/testing/scripted-as/as-request.ts";
export type { Claims } from "./lib/testing/scripted-as/claims.ts";
export type {
  AssertionAudience,
  ClientAuthenticationMethod,
  ClientChanges,
  ScriptedClient,
  WorkloadIdentity,
} from "./lib/testing/scripted-as/clients.ts";
export type { DpopOptions, NoncePolicy } from "./lib/testing/scripted-as/dpop-nonces.ts";
export { type Faults, fault } from "./lib/testing/scripted-as/fault.ts";
export type { FaultScript } from "./lib/testing/scripted-as/fault-script.ts";
export type { Gate } from "./lib/testing/scripted-as/gate.ts";
export type { MintedClaims } from "./lib/testing/scripted-as/issuing.ts";
export type { TlsOptions } from "./lib/testing/scripted-as/listen.ts";
export type { AsOptions, InMemoryAsOptions, ScriptedAsOptions } from "./lib/testing/scripted-as/options.ts";
export type { Presented, PresentedJwt } from "./lib/testing/scripted-as/presented.ts";
export type { RefreshGrant } from "./lib/testing/scripted-as/refresh-tokens.ts";
export type { RequestLog } from "./lib/testing/scripted-as/request-log.ts";
export type { ScriptedAs } from "./lib/testing/scripted-as/scripted-as.ts";
export type { SigningAlgorithm, SigningChoice, SigningKeyName } from "./lib/testing/scripted-as/signing-keys.ts";
export { createScriptedAs, startScriptedAs } from "./lib/testing/scripted-as/start-scripted-as.ts";
export type { TokenStep, TokenStepGrant } from "./lib/testing/scripted-as/token-step.ts";
export type { TrustedIssuer } from "./lib/testing/scripted-as/trusted-tokens.ts";
export type { Fault, FaultTools, Sign } from "./lib/testing/scripted-as/unjudged.ts";
export {
  expectTokenFlow,
  type TokenFlowExpectation,
  type TokenFlowSource,
} from "./lib/testing/token-flow/expect-token-flow.ts";
export type { ExpectedTokenStep } from "./lib/testing/token-flow/expected-step.ts";
