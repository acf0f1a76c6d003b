import { Agent, request } from "undici";
import { createOidcInterceptor } from "undici-oidc-interceptor";
import type { OpenTheRow } from "../row.ts";
import { audience, client, itemPath } from "../site/site.ts";

/** undici-oidc-interceptor before an agent of undici, as its documentation has it. */
export const openUndiciOidcInterceptor: OpenTheRow = async ({ backend, authority }) => {
  const dispatcher = new Agent().compose(
    createOidcInterceptor({
      clientId: client.id,
      clientSecret: client.secret,
      idpTokenUrl: `${authority}/token`,
      audience,
      retryOnStatusCodes: [401],
      urls: [backend],
    }),
  );
  return {
    async call() {
      const { statusCode, body } = await request(`${backend}${itemPath}`, { dispatcher });
      const item: unknown = await body.json();
      if (statusCode !== 200) throw new Error(`The backend answered ${statusCode}.`);
      return item;
    },
    close: () => dispatcher.close(),
  };
};
