import type { Provider } from "#drizzle/users/tables.ts";
import type { Db } from "#platform/database/database.ts";
import { header, sendJson } from "#platform/http/http-server.ts";
import type { InternalRoute } from "#platform/http/internal-route.ts";
import type { Log } from "#platform/observability/log.ts";
import { pathNotFound } from "#platform/shop/api-error.ts";
import { tokenPayload } from "../resolvers/payloads.ts";
import { type SocialTools, signInSocially } from "./social-sign-in.ts";

const parameterCharactersMax = 4_096;

/**
 * `GET /oauth/<provider>/callback`, where the provider sends the browser back, by way of the gateway. With `OAUTH_RETURN_URL` it goes on there
 * with code, state and redirect address for `oauthTokenCreate`, so that no token is part of an address; without it, the response is that of
 * `oauthTokenCreate`.
 */
export function oauthCallbackRoute(db: Db, tools: SocialTools, provider: Provider, log: Log): InternalRoute {
  const path = `/oauth/${provider.toLowerCase()}/callback`;
  return async (request, response, url) => {
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
    const device = { userAgent: header(request, "x-client-user-agent"), log };
    const outcome = await signInSocially(db, tools, { provider, code, state, redirectUri }, device, new Date());
    const { user, ...payload } = { user: undefined, ...tokenPayload(outcome) };
    sendJson(
      response,
      outcome.ok ? 200 : 400,
      { ...payload, ...(user === undefined ? {} : { user: { id: user.id, displayName: user.displayName } }) },
      { "cache-control": "no-store", "referrer-policy": "no-referrer" },
    );
  };
}
