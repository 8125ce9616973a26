import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { internalTokenOf } from "#test/harness/subgraph-client.ts";
import { clientId, clientSecret, type PlainProvider, serveGithub } from "../testing/oauth-servers.ts";
import { newEmail, openUsers } from "../testing/test-users.ts";

const redirectUri = "http://localhost:4000/oauth/github/callback";

let users: Awaited<ReturnType<typeof openUsers>>;
let github: PlainProvider;
beforeAll(async () => {
  github = await serveGithub();
  users = await openUsers({
    GITHUB_CLIENT_ID: clientId,
    GITHUB_CLIENT_SECRET: clientSecret,
    GITHUB_ORIGIN: github.url,
    GITHUB_API_ORIGIN: github.url,
  });
});
afterAll(async () => {
  await users[Symbol.asyncDispose]();
  await github.close();
});

const begin = async (uri = redirectUri) => {
  const { data, errors } = await users.ask(
    `query($uri: URL!) { oauthAuthorization(provider: GITHUB, redirectUri: $uri) { url state codeVerifier } }`,
    { uri },
  );
  return { ...data?.oauthAuthorization, errors };
};

describe("configuration", () => {
  test("a provider that is not configured has no address, and one with half a configuration stops the start by name", async () => {
    await using plain = await openUsers();
    const { data } = await plain.ask(
      `{ oauthAuthorization(provider: GITHUB, redirectUri: "http://localhost:4000/x") { url } }`,
    );
    expect(data.oauthAuthorization).toBeNull();
    await expect(plain.start({ GITHUB_CLIENT_ID: "x" })).rejects.toThrow("GITHUB_CLIENT_SECRET");
    for (const address of ["/callback", "https://shop.example/callback?x=1", "ftp://shop.example/callback"]) {
      const variables = { GITHUB_CLIENT_ID: "x", GITHUB_CLIENT_SECRET: "y", GITHUB_REDIRECT_URL: address };
      await expect(plain.start(variables)).rejects.toThrow("GITHUB_REDIRECT_URL");
    }
  });

  test.each([`${redirectUri}/`, `${redirectUri}?x=1`, "https://evil.example/callback", "no address"])(
    "an address that is not configured, exactly, is BAD_USER_INPUT: %s",
    async (uri) => {
      const { errors } = await begin(uri);
      expect(errors[0]?.extensions?.code).toBe("BAD_USER_INPUT");
    },
  );
});

describe("the HTTP callback", () => {
  const come = async (uri: string, base = users.url) => {
    const { pathname, search } = new URL(uri);
    const authorization = `Bearer ${await internalTokenOf(users.keys, "users", "guest")}`;
    return fetch(`${base}${pathname}${search}`, { headers: { authorization }, redirect: "manual" });
  };

  test("responds with code and state, and signs no one in: that requires the verifier of the client that began", async () => {
    const { url, state, codeVerifier } = await begin();
    const back = github.agree(url, { id: "2001", email: newEmail(), verified: true });
    const response = await come(back.href);
    expect([response.status, response.headers.get("cache-control")]).toEqual([200, "no-store"]);
    const found = JSON.parse(await response.text());
    expect(found).toEqual({ provider: "GITHUB", code: back.searchParams.get("code"), state, redirectUri });
    const finish = async (more: Record<string, string>) => {
      const { data } = await users.ask(
        `mutation($input: OAuthTokenCreateInput!) { oauthTokenCreate(input: $input) { accessToken userErrors { code } } }`,
        { input: { ...found, ...more } },
      );
      return data.oauthTokenCreate;
    };
    const failed = { accessToken: null, userErrors: [{ code: "OAUTH_FAILED" }] };
    const other = await begin();
    for (const more of [{}, { codeVerifier: "" }, { codeVerifier: other.codeVerifier }]) {
      expect(await finish(more)).toEqual(failed);
    }
    expect(await finish({ codeVerifier })).toEqual({ accessToken: expect.any(String), userErrors: [] });
  });

  test("responds with the provider's error", async () => {
    const response = await come(`${redirectUri}?error=access_denied&state=x`);
    expect(response.status).toBe(400);
    expect(JSON.parse(await response.text())).toEqual({ provider: "GITHUB", error: "access_denied", state: "x" });
  });

  test("sends the browser on to where it is configured, with the code and no token", async () => {
    const running = await users.start({ OAUTH_RETURN_URL: "https://shop.example/signed-in?lang=en" });
    const { url, state, codeVerifier } = await begin();
    const back = github.agree(url, { id: "2002", email: newEmail(), verified: true });
    const response = await come(back.href, running.url);
    expect(response.status).toBe(303);
    const target = new URL(response.headers.get("location") ?? "");
    expect(target.origin + target.pathname).toBe("https://shop.example/signed-in");
    expect(Object.fromEntries(target.searchParams)).toEqual({
      lang: "en",
      provider: "GITHUB",
      code: back.searchParams.get("code"),
      state,
      redirectUri: redirectUri,
    });
    const { data } = await users.ask(
      `mutation($input: OAuthTokenCreateInput!) { oauthTokenCreate(input: $input) { userErrors { code } } }`,
      { input: { provider: "GITHUB", code: target.searchParams.get("code"), state, redirectUri, codeVerifier } },
    );
    expect(data.oauthTokenCreate.userErrors).toEqual([]);
    await running.close();
  });

  test("is open only to the gateway, and absent for a provider that is not configured", async () => {
    expect((await fetch(`${users.url}/oauth/github/callback?code=x`)).status).toBe(401);
    const running = await users.start({ GITHUB_CLIENT_ID: "", GITHUB_CLIENT_SECRET: "" });
    expect((await come(`${redirectUri}?code=x`, running.url)).status).toBe(404);
    await running.close();
  });
});
