import { MultiStringValue } from "../values/multi-string-value.ts";
import { actorWord, isActorWord } from "./actor-word.ts";
import type { ActorTokenSetting, ClientCertificateSettings, DpopSettings } from "./auth-settings.ts";
import type { CheckedAuth, CheckedSecret } from "./checked.ts";
import { environmentWord, isEnvironmentWord } from "./environment-word.ts";
import { type GrantType, readGrantType } from "./grant-type.ts";
import type { AuthOptions, StringList } from "./options.ts";
import { type OwnCalls, readOwnGroups } from "./own-calls.ts";
import { findPreset, presetKeys } from "./presets.ts";
import { isSecretSource, type SecretSource } from "./secret-source.ts";
import { createDpopSettings } from "./sources/dpop-settings.ts";
import { createKeyRack, type KeyRack } from "./sources/key-rack.ts";
import { createSecretList } from "./sources/secret-list.ts";
import { createGivenSource, createTextSource } from "./sources/text-source.ts";

type Plain = Pick<
  AuthOptions,
  | "preset"
  | "issuerTemplate"
  | "clientAuthentication"
  | "keyId"
  | "signingAlgorithm"
  | "clientAssertionType"
  | "assertionAudience"
  | "basicEncoding"
  | "clientIdInBody"
  | "certificateBoundTokens"
  | "requestedTokenType"
  | "subjectTokenType"
  | "actorTokenType"
  | "authorizationDetails"
  | "extraParameters"
  | "refreshReuse"
  | "delegatedGrant"
  | "anonymousAs"
  | "prewarm"
  | "audienceGuard"
  | "maxDelegatedTtlMs"
  | "strictProtocol"
  | "timeoutMs"
>;

/** What one level says of tokens and calls, ready to be inherited: those below share its sources and keys. */
export interface OwnAuth extends Plain, OwnCalls {
  readonly grantType?: GrantType | undefined;
  readonly authority?: string | undefined;
  readonly tokenEndpoint?: string | undefined;
  readonly clientId?: string | undefined;
  readonly clientSecret?: SecretSource | undefined;
  readonly privateKey?: KeyRack | undefined;
  readonly certificate?: SecretSource | undefined;
  readonly clientAssertion?: SecretSource | undefined;
  readonly clientCertificate?: ClientCertificateSettings | undefined;
  readonly ca?: SecretSource | undefined;
  readonly proxy?: SecretSource | undefined;
  readonly dpop?: DpopSettings | false | undefined;
  readonly scope?: MultiStringValue | undefined;
  readonly audience?: MultiStringValue | undefined;
  readonly resource?: MultiStringValue | undefined;
  readonly actorToken?: ActorTokenSetting | undefined;
  readonly refreshToken?: SecretSource | undefined;
  readonly identityProvider?: OwnAuth | undefined;
  readonly forwardTo?: readonly string[] | undefined;
}

const toSource = (given: CheckedSecret): SecretSource => (isSecretSource(given) ? given : createGivenSource(given));

const toProxySource = (given: CheckedSecret): SecretSource =>
  isEnvironmentWord(given)
    ? createTextSource({ notation: environmentWord, readText: () => environmentWord })
    : toSource(given);

function toSources(given: CheckedSecret | readonly CheckedSecret[]): SecretSource {
  const sources = [given].flat().map(toSource);
  const [first] = sources;
  return first && sources.length === 1 ? first : createSecretList(sources);
}

const toList = (value: StringList): MultiStringValue => MultiStringValue.from(value);

const toOrigins = (value: StringList): readonly string[] =>
  Object.freeze([...toList(typeof value === "string" ? value : value.join(" "))].map((text) => new URL(text).origin));

function toGrantType(name: string): GrantType | undefined {
  const grantType = readGrantType(name);
  return grantType === "inherited" ? undefined : grantType;
}

const toCertificate = ({
  certificate,
  privateKey,
}: NonNullable<CheckedAuth["clientCertificate"]>): ClientCertificateSettings =>
  Object.freeze({ certificate: toSource(certificate), privateKey: toSource(privateKey) });

const toActor = (given: CheckedSecret): ActorTokenSetting => (isActorWord(given) ? actorWord : toSource(given));

const whenGiven = <given, made>(value: given | undefined, make: (value: given) => made): made | undefined =>
  value === undefined ? undefined : make(value);

/** Leaves out what is not there, so that it does not hide what is above. */
function omitUndefined<auth extends OwnAuth>(auth: auth): auth {
  const entries = Object.entries(auth).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as auth;
}

/** Makes what one level says ready for use. */
export function readOwnAuth(checked: CheckedAuth): OwnAuth {
  return Object.freeze(
    omitUndefined({
      ...checked,
      grantType: whenGiven(checked.grantType, toGrantType),
      clientSecret: whenGiven(checked.clientSecret, toSources),
      privateKey: whenGiven(checked.privateKey, (keys) => createKeyRack([keys].flat())),
      certificate: whenGiven(checked.certificate, toSource),
      clientAssertion: whenGiven(checked.clientAssertion, toSource),
      clientCertificate: whenGiven(checked.clientCertificate, toCertificate),
      ca: whenGiven(checked.ca, toSource),
      proxy: whenGiven(checked.proxy, toProxySource),
      dpop: whenGiven(checked.dpop, (dpop) => dpop && createDpopSettings(dpop)),
      scope: whenGiven(checked.scope, toList),
      audience: whenGiven(checked.audience, toList),
      resource: whenGiven(checked.resource, toList),
      actorToken: whenGiven(checked.actorToken, toActor),
      refreshToken: whenGiven(checked.refreshToken, toSource),
      identityProvider: whenGiven(checked.identityProvider, readOwnAuth),
      forwardTo: whenGiven(checked.forwardTo, toOrigins),
      ...readOwnGroups(checked),
    }),
  );
}

const audienceWords: readonly (string | undefined)[] = ["issuer", "tokenEndpoint"];

/** The audience of assertions where it is the name of one server, and no word for whichever is asked. */
export function findNamedAudience(assertionAudience: string | undefined): string | undefined {
  return audienceWords.includes(assertionAudience) ? undefined : assertionAudience;
}

/** What belongs to one authorization server, and holds for no other: an assertion for the one is no other's to see. */
function omitServer(auth: OwnAuth): OwnAuth {
  const { tokenEndpoint: _, issuerTemplate: __, assertionAudience, ...rest } = auth;
  return assertionAudience === undefined || findNamedAudience(assertionAudience) !== undefined
    ? rest
    : { ...rest, assertionAudience };
}

/** What may be shown to one host only: a secret goes to no other because somebody forgot to give that one its own. */
function omitSecrets(auth: OwnAuth): OwnAuth {
  const { clientSecret: _, clientAssertion: __, refreshToken: ___, actorToken: ____, ...others } = auth;
  // Its values may be secrets as well: nobody knows but the server.
  const { extraParameters: _____, ...rest } = others;
  return rest;
}

/** Where an authority stands. */
export const toOrigin = (url: string | undefined): string | undefined =>
  url !== undefined && URL.canParse(url) ? new URL(url).origin : undefined;

function leaveServer(above: OwnAuth, authority: string): OwnAuth {
  const rest = omitServer(above);
  return above.authority === undefined || toOrigin(above.authority) === toOrigin(authority) ? rest : omitSecrets(rest);
}

/** What a product's preset would have set is that product's: another preset takes none of it over. */
function leavePreset(above: OwnAuth): OwnAuth {
  return Object.fromEntries(Object.entries(above).filter(([key]) => !presetKeys.has(key)));
}

/**
 * Lays what one level says over what holds above it; a preset stands between the two. A level with an authority at another
 * host inherits no secret.
 */
export function inheritAuth(above: OwnAuth, own: OwnAuth): OwnAuth {
  const ofServer = own.authority === undefined ? above : leaveServer(above, own.authority);
  const inherited = own.preset === undefined ? ofServer : leavePreset(ofServer);
  return Object.freeze({ ...inherited, ...findPreset(own.preset)?.auth, ...own });
}
