import type { IncomingMessage, ServerResponse } from "node:http";
import { header } from "#platform/http/http-server.ts";
import { serveFiles } from "./static-files.ts";

/** Pages for people who try the graph out. */
export type Explorer = {
  /** Serves a page or one of its files; false for what is none. */
  serve(request: IncomingMessage, response: ServerResponse, url: URL): boolean;
  /** Leads a browser that opens the GraphQL endpoint itself to the explorer; false for any other request. */
  redirect(request: IncomingMessage, response: ServerResponse, url: URL): boolean;
};

const sandboxScript =
  "https://embeddable-sandbox.cdn.apollographql.com/_latest/embeddable-sandbox.umd.production.min.js";
const explorerPath = "/explorer/";

const sampleQuery = `# Sign in with the mutation tokenCreate; its access token goes into the header Authorization, set up below.
query Products {
  products(first: 5) {
    nodes {
      id
      name
      priceRange { min { amount currencyCode } }
    }
  }
}
`;

/**
 * Apollo Sandbox at `/` for browsers, which loads from the internet, and at `/explorer` one that brings all of its files along, with the session's
 * header ready to be filled in.
 */
export async function makeExplorer(): Promise<Explorer> {
  const { getDistDirectory, isSandboxFrame, renderAltair, SANDBOX_FRAME_CSP } = await import("altair-static");
  const files = serveFiles(getDistDirectory(), explorerPath, (file) =>
    isSandboxFrame(file) ? SANDBOX_FRAME_CSP : explorerPolicy,
  );
  const explorer = Buffer.from(
    renderAltair({
      baseURL: explorerPath,
      endpointURL: "/graphql",
      initialQuery: sampleQuery,
      initialHeaders: { Authorization: "Bearer {{accessToken}}" },
      initialEnvironments: { base: { title: "Shop", variables: { accessToken: "" } } },
      instanceStorageNamespace: "agora",
    }),
  );
  return {
    redirect: (request, response, url) => {
      const isPage = (header(request, "accept") ?? "").includes("text/html");
      if (request.method !== "GET" || !isPage || url.search !== "") return false;
      response.writeHead(302, { location: explorerPath, "content-length": "0", vary: "Accept" });
      response.end();
      return true;
    },
    serve: (request, response, url) => {
      if (request.method !== "GET" && request.method !== "HEAD") return false;
      if (url.pathname === "/" && (header(request, "accept") ?? "").includes("text/html")) {
        sendPage(response, Buffer.from(sandboxPage), sandboxPolicy);
        return true;
      }
      if (url.pathname === "/explorer" || url.pathname === explorerPath) {
        sendPage(response, explorer, explorerPolicy);
        return true;
      }
      return files(request, response, url);
    },
  };
}

const sandboxPage = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>Agora</title>
    <style>html, body, #sandbox { margin: 0; height: 100% } noscript, p { font-family: sans-serif; padding: 1rem }</style>
  </head>
  <body>
    <div id="sandbox"><p>Apollo Sandbox loads from the internet. Without it, use <a href="/explorer">the explorer served from here</a>.</p></div>
    <script src="${sandboxScript}"></script>
    <script>
      if (window.EmbeddedSandbox) {
        document.getElementById("sandbox").replaceChildren();
        new window.EmbeddedSandbox({
          target: "#sandbox",
          initialEndpoint: window.location.origin + "/graphql",
          includeCookies: false,
          initialState: { headers: { Authorization: "" } },
        });
      }
    </script>
  </body>
</html>
`;

const sandboxPolicy =
  "default-src 'self' https://*.apollographql.com data: blob: 'unsafe-inline'; script-src 'unsafe-inline' https://*.apollographql.com; frame-src https://*.apollographql.com; frame-ancestors 'self'";
const explorerPolicy =
  "default-src 'self' data: blob: 'unsafe-inline'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; connect-src *; frame-ancestors 'self'";

function sendPage(response: ServerResponse, page: Buffer, policy: string): void {
  response.writeHead(200, {
    "content-type": "text/html; charset=utf-8",
    "content-length": page.length,
    "content-security-policy": policy,
    "x-frame-options": "SAMEORIGIN",
    "cache-control": "no-cache",
  });
  response.end(page);
}
