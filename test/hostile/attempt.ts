import type { SecureContextOptions } from "node:tls";
import { fault } from "../support/scripted-as.ts";
import { some } from "../support/some.ts";
import { type Draft, draftProof, draftToken, mint } from "./mint.ts";
import { type RawAnswer, sendRaw } from "./send-raw.ts";
import type { Certificates, JwtChanges, Make, RequestHead, Surroundings, Theme } from "./vocabulary.ts";
import type { Application } from "./world.ts";

/** A request, ready to be sent as often as wanted. */
export interface Attempt {
  readonly token: string;
  readonly head: RequestHead;
  send(target?: string): Promise<RawAnswer>;
  /** Sends the good request with the same token. */
  sendGood(): Promise<RawAnswer>;
}

function mintOpaque({ claims }: Theme, make: Make, surroundings: Surroundings): string | Promise<string> {
  const members = typeof claims === "function" ? claims(surroundings) : claims;
  const token = surroundings.as.issueOpaque(some.claims(members));
  return make.compact?.(token, surroundings) ?? token;
}

function mintToken(theme: Theme, make: Make, surroundings: Surroundings): string | Promise<string> {
  if (theme.twin === "opaque") return mintOpaque(theme, make, surroundings);
  const claims = typeof theme.claims === "function" ? theme.claims(surroundings) : theme.claims;
  return mint(draftToken(surroundings, theme.header, claims), make, surroundings);
}

/** Takes the nonce from the refusal of a proof without one. */
async function fetchNonce({ url }: Surroundings, head: RequestHead): Promise<string> {
  const { text } = await sendRaw(url, head);
  const [, nonce] = /^dpop-nonce: *(\S+)/im.exec(text) ?? [];
  if (nonce === undefined) throw new Error(`No nonce came: ${text}`);
  return nonce;
}

async function toHeaders(
  theme: Theme,
  { make, surroundings, target }: Making,
  token: string,
): Promise<RequestHead["headers"]> {
  if (theme.twin === "assertion") return [["X-Assertion", token]];
  if (theme.twin === "forwardedCertificate")
    return [
      ["Authorization", `Bearer ${token}`],
      ["Client-Cert", surroundings.certificates.client.header],
    ];
  if (theme.twin !== "proof") return [["Authorization", `Bearer ${token}`]];
  const proof = draftProof(surroundings, `${surroundings.url}${target}`, token);
  const prove = async (draft: Draft, changes: JwtChanges = {}): Promise<RequestHead["headers"]> => [
    ["Authorization", `DPoP ${token}`],
    ["DPoP", await mint(draft, changes, surroundings)],
  ];
  if (!theme.nonce) return prove(proof, make.proof);
  const nonce = await fetchNonce(surroundings, { method: "GET", target, headers: await prove(proof) });
  const fresh = { ...draftProof(surroundings, `${surroundings.url}${target}`, token) };
  return prove({ ...fresh, claims: { ...fresh.claims, nonce } }, make.proof);
}

/** Changes what the server says about the next token that it is asked about. */
function tellOtherwise({ as }: Surroundings, introspected: Make["introspected"]): void {
  if (introspected === undefined) return;
  // A failure is met a second time by the request that is sent again.
  const failing = typeof introspected === "number" ? fault.status(introspected) : undefined;
  if (failing) as.faults.next("introspection", failing, failing);
  else if (typeof introspected === "string")
    as.faults.next("introspection", fault.status(200, { "content-type": "application/json" }, introspected));
  else if (typeof introspected === "object") as.faults.next("introspection", fault.change(introspected));
}

interface Making {
  readonly make: Make;
  readonly surroundings: Surroundings;
  readonly target: string;
}

/** Makes a request of the theme's good one, but for the changes. */
export async function prepare(
  theme: Theme,
  application: Application,
  making: Omit<Making, "surroundings">,
): Promise<Attempt> {
  const { make, target } = making;
  const surroundings = application.surroundings();
  const token = await mintToken(theme, make, surroundings);
  const headers = await toHeaders(theme, { ...making, surroundings }, token);
  const usual: RequestHead = { method: "GET", target, headers };
  const head = make.request?.(usual, { ...surroundings, token }) ?? usual;
  const name = make.certificate === undefined ? "client" : make.certificate;
  const show = (shown: keyof Certificates | null): SecureContextOptions | undefined => {
    const pair = theme.tls && shown !== null ? surroundings.certificates[shown] : undefined;
    return pair && { cert: pair.certificate, key: pair.privateKey };
  };
  tellOtherwise(surroundings, make.introspected);
  return {
    token,
    head,
    send: (other = head.target) => sendRaw(application.url, { ...head, target: other }, show(name)),
    sendGood: () => sendRaw(application.url, usual, show("client")),
  };
}
