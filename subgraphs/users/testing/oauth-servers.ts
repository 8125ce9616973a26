import { createHash, randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import Provider from "oidc-provider";

export const clientId = "the-shop";
export const clientSecret = "the shop's secret at the provider";

/** A server of a test's own. */
export type TestServer = { readonly url: string; close(): Promise<void> };

/** A person's identity at a provider of the tests. */
export type Person = { id: string; email?: string; verified?: boolean; firstName?: string; lastName?: string };

async function serve(make: (url: string) => RequestListener): Promise<TestServer> {
  let listener: RequestListener = (_request, response) => response.end();
  const server = createServer((request, response) => listener(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server does not listen.");
  const url = `http://127.0.0.1:${address.port}`;
  listener = make(url);
  return {
    url,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** A real OpenID provider that demands PKCE; everybody in `people` may sign in there with the id as the name. */
export function serveOpenId(
  redirectUris: readonly string[],
  people: readonly Person[],
  claimsInIdToken: boolean,
): Promise<TestServer> {
  return serve((url) => {
    const provider = new Provider(url, {
      clients: [
        {
          client_id: clientId,
          client_secret: clientSecret,
          redirect_uris: redirectUris,
          token_endpoint_auth_method: "client_secret_post",
        },
      ],
      pkce: { required: () => true },
      claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["given_name", "family_name"] },
      conformIdTokenClaims: !claimsInIdToken,
      cookies: { keys: [randomBytes(16).toString("hex")] },
      findAccount: (_context: unknown, id: string) => {
        const person = people.find((candidate) => candidate.id === id);
        return person === undefined
          ? undefined
          : {
              accountId: id,
              claims: () => ({
                sub: id,
                email: person.email,
                email_verified: person.verified,
                given_name: person.firstName,
                family_name: person.lastName,
              }),
            };
      },
    });
    return (request, response) => void provider.callback()(request, response);
  });
}

/** Goes through the provider's pages as a browser does, and returns where it is sent at the end. */
export async function signInAtOpenId(authorizationUrl: string, redirectUri: string, person: string): Promise<URL> {
  const cookies = new Map<string, string>();
  const visit = async (address: string, form?: Record<string, string>): Promise<Response> => {
    const response = await fetch(address, {
      redirect: "manual",
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join("; ") },
      ...(form === undefined ? {} : { method: "POST", body: new URLSearchParams(form) }),
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      cookies.set(name, value);
    }
    return response;
  };
  let address = authorizationUrl;
  for (let step = 0; step < 12; step += 1) {
    let response = await visit(address);
    if (response.status === 200) {
      const prompt = /name="prompt" value="(\w+)"/.exec(await response.text())?.[1] ?? "";
      response = await visit(address, { prompt, login: person, password: "any" });
    }
    const location = response.headers.get("location");
    if (location === null) throw new Error(`The provider responded with ${response.status}: ${await response.text()}`);
    address = new URL(location, address).href;
    if (address.startsWith(redirectUri)) return new URL(address);
  }
  throw new Error("The provider sends in circles.");
}

/** The codes of a plain OAuth 2 provider: each is good once, for the request it was made for. */
function makeCodes() {
  const codes = new Map<string, { person: Person; challenge: string; redirectUri: string }>();
  const accessTokens = new Map<string, Person>();
  return {
    /** As if the person had agreed to what the address asks for: where the browser is sent then. */
    agree: (authorizationUrl: string, person: Person): URL => {
      const { searchParams } = new URL(authorizationUrl);
      const redirectUri = searchParams.get("redirect_uri") ?? "";
      const code = randomBytes(10).toString("hex");
      if (searchParams.get("code_challenge_method") !== "S256") throw new Error("There is no PKCE.");
      codes.set(code, { person, challenge: searchParams.get("code_challenge") ?? "", redirectUri });
      const back = new URL(redirectUri);
      back.searchParams.set("code", code);
      back.searchParams.set("state", searchParams.get("state") ?? "");
      return back;
    },
    redeem: (form: URLSearchParams): string | undefined => {
      const code = form.get("code") ?? "";
      const made = codes.get(code);
      codes.delete(code);
      const challenge = createHash("sha256")
        .update(form.get("code_verifier") ?? "")
        .digest("base64url");
      const isGood =
        made !== undefined &&
        made.challenge === challenge &&
        made.redirectUri === form.get("redirect_uri") &&
        form.get("client_id") === clientId &&
        form.get("client_secret") === clientSecret &&
        form.get("grant_type") === "authorization_code";
      if (!isGood) return undefined;
      const token = `gho_${randomBytes(18).toString("hex")}`;
      accessTokens.set(token, made.person);
      return token;
    },
    personOf: (request: IncomingMessage): Person | undefined =>
      accessTokens.get(/^Bearer (.+)$/i.exec(request.headers.authorization ?? "")?.[1] ?? ""),
  };
}

/** A plain OAuth 2 provider of the tests. */
export type PlainProvider = TestServer & { agree(authorizationUrl: string, person: Person): URL };

async function formOf(request: IncomingMessage): Promise<URLSearchParams> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return new URLSearchParams(Buffer.concat(chunks).toString("utf8"));
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json; charset=utf-8" });
  response.end(JSON.stringify(body));
}

/**
 * Responds as GitHub documents it: https://docs.github.com/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps, and the REST API's `GET /user`
 * and `GET /user/emails`. A bad code gets 200 and an error, as there.
 */
export async function serveGithub(): Promise<PlainProvider> {
  const codes = makeCodes();
  const server = await serve(() => async (request, response) => {
    const path = new URL(request.url ?? "/", "http://localhost").pathname;
    if (request.method === "POST" && path === "/login/oauth/access_token") {
      const token = codes.redeem(await formOf(request));
      return token === undefined
        ? json(response, 200, {
            error: "bad_verification_code",
            error_description: "The code passed is incorrect or expired.",
            error_uri:
              "https://docs.github.com/apps/managing-oauth-apps/troubleshooting-oauth-app-access-token-request-errors/#bad-verification-code",
          })
        : json(response, 200, { access_token: token, scope: "read:user,user:email", token_type: "bearer" });
    }
    const person = codes.personOf(request);
    if (person === undefined || request.headers["user-agent"] === undefined) {
      return json(response, 401, {
        message: "Requires authentication",
        documentation_url: "https://docs.github.com/rest",
        status: "401",
      });
    }
    if (path === "/user") {
      return json(response, 200, {
        login: "octocat",
        id: Number(person.id),
        node_id: "MDQ6VXNlcjE=",
        type: "User",
        name: "monalisa octocat",
        email: null,
      });
    }
    if (path === "/user/emails") {
      const other = { email: "other@mail.example", primary: false, verified: true, visibility: null };
      const own =
        person.email === undefined
          ? []
          : [{ email: person.email, primary: true, verified: person.verified === true, visibility: "private" }];
      return json(response, 200, [other, ...own]);
    }
    return json(response, 404, { message: "Not Found" });
  });
  return { ...server, agree: codes.agree };
}

/**
 * Responds as Facebook documents it: https://developers.facebook.com/docs/facebook-login/guides/advanced/manual-flow, and the Graph API's `GET /me`
 * with `fields`, where an address that is not there is left out.
 */
export async function serveFacebook(): Promise<PlainProvider> {
  const codes = makeCodes();
  const server = await serve(() => async (request, response) => {
    const url = new URL(request.url ?? "/", "http://localhost");
    if (request.method === "POST" && url.pathname === "/v23.0/oauth/access_token") {
      const token = codes.redeem(await formOf(request));
      return token === undefined
        ? json(response, 400, {
            error: {
              message: "This authorization code has been used.",
              type: "OAuthException",
              code: 100,
              error_subcode: 36009,
              fbtrace_id: "A",
            },
          })
        : json(response, 200, { access_token: token, token_type: "bearer", expires_in: 5_183_944 });
    }
    const person = codes.personOf(request);
    if (person === undefined) {
      return json(response, 400, {
        error: { message: "An active access token must be used.", type: "OAuthException", code: 2500, fbtrace_id: "A" },
      });
    }
    if (url.pathname === "/v23.0/me") {
      const all: Record<string, string | undefined> = {
        id: person.id,
        email: person.email,
        first_name: person.firstName,
        last_name: person.lastName,
      };
      const wanted = (url.searchParams.get("fields") ?? "id").split(",");
      return json(
        response,
        200,
        Object.fromEntries(wanted.flatMap((field) => (all[field] === undefined ? [] : [[field, all[field]]]))),
      );
    }
    return json(response, 404, { error: { message: "Unknown path components", type: "OAuthException", code: 2500 } });
  });
  return { ...server, agree: codes.agree };
}
