import type { IncomingMessage, ServerResponse } from "node:http";
import type { ServerParts } from "../server/server-parts.ts";
import { findByHint, type Person } from "../settings/person.ts";
import { readForm } from "./read-form.ts";
import { renderRefusalPage } from "./refusal-page.ts";
import { type PageContext, sendPage } from "./send-page.ts";
import { renderSignInPage } from "./sign-in-page.ts";
import { isSignInPath } from "./sign-in-path.ts";

interface SignInContext extends PageContext {
  readonly method: string;
  readonly path: string;
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  redirect(url: string): void;
}

/**
 * Creates the middleware that signs a person in: at once if `login_hint` names one, else when a button of the page is
 * pressed. Consent is given without asking.
 */
export function signPeopleIn(parts: ServerParts): (ctx: SignInContext, next: () => Promise<unknown>) => Promise<void> {
  return async (ctx, next) => {
    if (!isSignInPath(ctx.path)) {
      await next();
      return;
    }
    try {
      await answerSignIn(parts, ctx);
    } catch (error) {
      if (!(error instanceof parts.library.errors.OIDCProviderError)) throw error;
      const reason = "It has expired, or was begun in another browser. Go back to the application and start again.";
      sendPage(ctx, renderRefusalPage(error.error, reason), error.statusCode);
    }
  };
}

async function answerSignIn(parts: ServerParts, ctx: SignInContext): Promise<void> {
  const { people } = parts.settings;
  const { prompt, params } = await parts.provider.interactionDetails(ctx.req, ctx.res);
  if (prompt.name === "consent") return finish(parts, ctx, { consent: {} });

  const hint = typeof params.login_hint === "string" ? params.login_hint : undefined;
  const person = await choosePerson(people, ctx, hint);
  if (person !== undefined) return finish(parts, ctx, { login: { accountId: person.id } });

  const page = renderSignInPage({
    people,
    clientId: String(params.client_id),
    redirectUri: String(params.redirect_uri),
    hint,
  });
  sendPage(ctx, page, 200);
}

async function choosePerson(
  people: readonly Person[],
  { method, req }: SignInContext,
  hint: string | undefined,
): Promise<Person | undefined> {
  if (method !== "POST") return hint === undefined ? undefined : findByHint(people, hint);
  const form = await readForm(req);
  return people.find(({ id }) => id === form?.get("person"));
}

async function finish(
  { provider }: ServerParts,
  ctx: SignInContext,
  result: Parameters<typeof provider.interactionResult>[2],
): Promise<void> {
  const url = await provider.interactionResult(ctx.req, ctx.res, result);
  ctx.redirect(url);
  ctx.status = 303;
}
