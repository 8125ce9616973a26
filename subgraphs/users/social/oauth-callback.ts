import type { Provider } from "#drizzle/users/tables.ts";
import { sendJson } from "#platform/http/http-server.ts";
import type { InternalRoute } from "#platform/http/internal-route.ts";
import { pathNotFound } from "#platform/shop/api-error.ts";
import type { SocialTools } from "./social-sign-in.ts";

const parameterCharactersMax = 4_096;

/**
 * `GET /oauth/<provider>/callback`, where the provider sends the browser back, by way of the gateway. With `OAUTH_RETURN_URL` it goes on there
 * with code, state and redirect address; without it the response has them as JSON. No one is signed in here: `oauthTokenCreate` also requires the verifier,
 * which only the client that began has.
 */
export function oauthCallbackRoute(
  tools: Pick<SocialTools, "providers" | "settings">,
  provider: Provider,
): InternalRoute {
  const path = `/oauth/${provider.toLowerCase()}/callback`;
  return async (_request, response, url) => {
    const redirectUri = tools.providers[provider]?.redirectUris.find((uri) => new URL(uri).pathname === path);
    if (redirectUri === undefined) throw pathNotFound();
    const value = (name: string) => (url.searchParams.get(name) ?? "").slice(0, parameterCharactersMax);
    const [code, state, error] = [value("code"), value("state"), value("error")];
    const back = tools.settings.OAUTH_RETURN_URL;
    if (back !== undefined) {
      const target = new URL(back);
      const facts = error === "" ? { code, state, redirectUri } : { error, state };
      for (const [name, fact] of Object.entries({ provider, ...facts })) target.searchParams.set(name, fact);
      response.writeHead(303, { location: target.href, "cache-control": "no-store", "referrer-policy": "no-referrer" });
      response.end();
      return;
    }
    const found = error === "" ? { provider, code, state, redirectUri } : { provider, error, state };
    sendJson(response, error === "" ? 200 : 400, found, {
      "cache-control": "no-store",
      "referrer-policy": "no-referrer",
    });
  };
}
