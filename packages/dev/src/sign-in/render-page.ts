import { createHash } from "node:crypto";
import { escapeHtml } from "./escape-html.ts";
import { pageStyle } from "./page-style.ts";

/** What a page consists of. */
export interface Page {
  readonly title: string;
  /** HTML, escaped already. */
  readonly body: string;
  /** Where its form may lead to besides the server: the origin, or scheme, of the client. */
  readonly formTarget?: string;
}

/** A page, ready to be sent. */
export interface RenderedPage {
  readonly html: string;
  readonly headers: Readonly<Record<string, string>>;
}

const styleDigest = createHash("sha256").update(pageStyle).digest("base64");

/** Puts a page together: no script, no other asset, and a policy that allows none. */
export function renderPage({ title, body, formTarget = "" }: Page): RenderedPage {
  return {
    html: `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${pageStyle}</style>
</head>
<body>
<main>
${body}
<footer class="quiet">Development server: nobody has a password.</footer>
</main>
</body>
</html>
`,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-store",
      "content-security-policy": `default-src 'none'; style-src 'sha256-${styleDigest}'; form-action 'self' ${formTarget}; base-uri 'none'; frame-ancestors 'none'`,
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
    },
  };
}
