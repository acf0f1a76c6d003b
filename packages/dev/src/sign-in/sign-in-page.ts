import { findByHint, type Person } from "../settings/person.ts";
import { escapeHtml } from "./escape-html.ts";
import { type RenderedPage, renderPage } from "./render-page.ts";

/** What the sign-in page shows. */
export interface SignInPageOptions {
  readonly people: readonly Person[];
  /** The client that wants somebody to sign in. */
  readonly clientId: string;
  readonly redirectUri: string;
  /** The `login_hint` of the request. */
  readonly hint: string | undefined;
}

/** Renders the page on which one picks a person. */
export function renderSignInPage({ people, clientId, redirectUri, hint }: SignInPageOptions): RenderedPage {
  return renderPage({
    title: "Sign in",
    formTarget: toFormTarget(redirectUri),
    body: `<h1>Sign in as …</h1>
<p class="quiet">to continue to <strong>${escapeHtml(clientId)}</strong></p>
${renderHintWarning(people, hint)}
<form method="post">
<ul>
${people.map(renderPerson).join("\n")}
</ul>
</form>`,
  });
}

function renderHintWarning(people: readonly Person[], hint: string | undefined): string {
  if (hint === undefined || findByHint(people, hint) !== undefined) return "";
  return `<p class="warning" role="alert">Nobody here is called <strong>${escapeHtml(hint)}</strong>. Pick one of these people.</p>`;
}

function renderPerson({ id, name, email }: Person): string {
  return `<li><button name="person" value="${escapeHtml(id)}">
<span class="initials" aria-hidden="true">${escapeHtml(toInitials(name))}</span>
<span class="who"><strong>${escapeHtml(name)}</strong><span class="quiet">${escapeHtml(email)}</span></span>
</button></li>`;
}

function toInitials(name: string): string {
  const words = name.split(/\s+/).filter(Boolean);
  return [words[0], words.length > 1 ? words.at(-1) : undefined].map((word) => [...(word ?? "")][0] ?? "").join("");
}

/** A browser applies `form-action` to the redirects after the form too, so the client's address has to be in it. */
function toFormTarget(redirectUri: string): string {
  if (!URL.canParse(redirectUri)) return "";
  const { origin, protocol } = new URL(redirectUri);
  return origin === "null" ? protocol : origin;
}
