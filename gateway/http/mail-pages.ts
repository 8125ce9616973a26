import type { IncomingMessage, ServerResponse } from "node:http";
import path from "node:path";
import { serveFiles } from "./static-files.ts";

/** Serves the page of a link in a mail, or one of its files; false for other requests. */
export type MailPages = (request: IncomingMessage, response: ServerResponse, url: URL) => boolean;

/** A field of a page's form. */
type Field = { readonly name: string; readonly label: string; readonly type: string; readonly autocomplete: string };

/** What a page shows. Its name is what `mail-pages/page.js` does on a click. */
type Page = {
  readonly name: string;
  readonly path: RegExp;
  readonly title: string;
  readonly text: string;
  readonly button: string;
  readonly fields: readonly Field[];
};

const password = { name: "password", label: "Password", type: "password", autocomplete: "current-password" };

/** The routes that mails link to, which a storefront serves; docs/for-frontends.md lists them. */
const pages: readonly Page[] = [
  {
    name: "activate",
    path: /^\/activate$/,
    title: "Activate your account",
    text: "Confirm that this email address is yours.",
    button: "Activate",
    fields: [{ ...password, label: "Password, if this address was registered more than once" }],
  },
  {
    name: "reset",
    path: /^\/reset$/,
    title: "Choose a new password",
    text: "You will be signed out on all devices.",
    button: "Set password",
    fields: [{ ...password, label: "New password", autocomplete: "new-password" }],
  },
  {
    name: "confirm-email",
    path: /^\/confirm-email$/,
    title: "Confirm your email address",
    text: "Use this email address for your account from now on.",
    button: "Confirm",
    fields: [],
  },
  {
    name: "guest-order",
    path: /^\/guest-order$/,
    title: "Your order",
    text: "You ordered as a guest. This link opens your order.",
    button: "Show order",
    fields: [],
  },
  {
    name: "order",
    path: /^\/orders\/[A-Za-z0-9-]{1,40}$/,
    title: "Your order",
    text: "Sign in to see your order.",
    button: "Sign in",
    fields: [{ name: "email", label: "Email", type: "email", autocomplete: "username" }, password],
  },
];

const mount = "/mail-pages/";

/** Nothing runs but the page's own file, and nothing is sent anywhere but to this gateway. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/**
 * Makes pages for the links in mails, for a shop without a storefront. A page does nothing until its button is clicked: mail scanners open links, and
 * opening one must not use up its token.
 */
export function makeMailPages(): MailPages {
  const files = serveFiles(path.join(import.meta.dirname, "mail-pages"), mount, () => policy);
  return (request, response, url) => {
    const page = pages.find((candidate) => candidate.path.test(url.pathname));
    if (page === undefined) return files(request, response, url);
    if (request.method !== "GET" && request.method !== "HEAD") return false;
    const html = Buffer.from(renderPage(page));
    response.writeHead(200, {
      "content-type": "text/html; charset=utf-8",
      "content-length": html.length,
      "content-security-policy": policy,
      "referrer-policy": "no-referrer",
      "cache-control": "no-store",
    });
    response.end(html);
    return true;
  };
}

function renderPage({ name, title, text, button, fields }: Page): string {
  const inputs = fields.map(
    (field) =>
      `<label>${field.label}<input name="${field.name}" type="${field.type}" autocomplete="${field.autocomplete}"></label>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex">
<title>${title}</title>
<link rel="stylesheet" href="${mount}page.css">
<script type="module" src="${mount}page.js"></script>
</head>
<body data-page="${name}">
<main>
<h1>${title}</h1>
<p>${text}</p>
<form>
${inputs.join("\n")}
<button>${button}</button>
</form>
<noscript><p>This page needs JavaScript.</p></noscript>
<p id="result" role="status"></p>
<section id="order" hidden></section>
<footer>The gateway serves this page in development. Set STOREFRONT_URL to let links in emails lead to your storefront.</footer>
</main>
</body>
</html>
`;
}
