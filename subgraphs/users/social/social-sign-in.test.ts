import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { secretToken } from "#platform/auth/secret-token.ts";
import {
  clientId,
  clientSecret,
  type Person,
  type PlainProvider,
  serveFacebook,
  serveGithub,
  serveOpenId,
  signInAtOpenId,
  type TestServer,
} from "../testing/oauth-servers.ts";
import { newEmail, openUsers, staff, strongPassword, subjectOf, tokenKey } from "../testing/test-users.ts";

const redirectUri = "http://localhost:4000/oauth/google/callback";
const ownRedirectUri = "http://localhost:3000/signed-in";
const people: Person[] = [
  { id: "new", email: newEmail(), verified: true, firstName: "Grace", lastName: "Hopper" },
  { id: "known", email: newEmail(), verified: true },
  { id: "not-verified", email: newEmail(), verified: false },
  { id: "nameless" },
  { id: "disabled", email: newEmail(), verified: true },
  { id: "racing", email: newEmail(), verified: true },
  { id: "waiting", email: newEmail(), verified: true },
];
const emailOf = (id: string) => people.find((person) => person.id === id)?.email ?? "";

let users: Awaited<ReturnType<typeof openUsers>>;
let openId: TestServer;
let github: PlainProvider;
let facebook: PlainProvider;
beforeAll(async () => {
  [openId, github, facebook] = await Promise.all([
    serveOpenId([redirectUri, ownRedirectUri], people, true),
    serveGithub(),
    serveFacebook(),
  ]);
  users = await openUsers({
    GOOGLE_CLIENT_ID: clientId,
    GOOGLE_CLIENT_SECRET: clientSecret,
    GOOGLE_REDIRECT_URL: `${redirectUri} ${ownRedirectUri}`,
    GOOGLE_ISSUER: openId.url,
    GITHUB_CLIENT_ID: clientId,
    GITHUB_CLIENT_SECRET: clientSecret,
    GITHUB_ORIGIN: github.url,
    GITHUB_API_ORIGIN: github.url,
    FACEBOOK_CLIENT_ID: clientId,
    FACEBOOK_CLIENT_SECRET: clientSecret,
    FACEBOOK_ORIGIN: facebook.url,
    FACEBOOK_GRAPH_ORIGIN: facebook.url,
  });
});
afterAll(async () => {
  await users[Symbol.asyncDispose]();
  await Promise.all([openId.close(), github.close(), facebook.close()]);
});

type ProviderName = "GOOGLE" | "GITHUB" | "FACEBOOK";
const redirectUris: Record<ProviderName, string> = {
  GOOGLE: redirectUri,
  GITHUB: "http://localhost:4000/oauth/github/callback",
  FACEBOOK: "http://localhost:4000/oauth/facebook/callback",
};

/** What each client keeps, by its state. */
const verifiers = new Map<string | null, string>();

const begin = async (provider: ProviderName, uri = redirectUris[provider]) => {
  const { data, errors } = await users.ask(
    `query($provider: OAuthProvider!, $uri: URL!) { oauthAuthorization(provider: $provider, redirectUri: $uri) { url state codeVerifier } }`,
    { provider, uri },
  );
  verifiers.set(data?.oauthAuthorization?.state, data?.oauthAuthorization?.codeVerifier);
  return { ...data?.oauthAuthorization, errors };
};
const finish = async (
  provider: ProviderName,
  code: string | null,
  state: string | null,
  uri = redirectUris[provider],
  codeVerifier = verifiers.get(state),
) => {
  const { data, errors } = await users.ask(
    `mutation($input: OAuthTokenCreateInput!) { result: oauthTokenCreate(input: $input) {
      accessToken refreshToken user { id displayName } userErrors { __typename code message } } }`,
    { input: { provider, code, state, redirectUri: uri, codeVerifier } },
  );
  expect(errors).toEqual([]);
  return data.result;
};
/** The whole way at the OpenID provider. */
const signInWithGoogle = async (person: string, uri = redirectUri) => {
  const { url, state } = await begin("GOOGLE", uri);
  const back = await signInAtOpenId(url, uri, person);
  expect(back.searchParams.get("state")).toBe(state);
  return finish("GOOGLE", back.searchParams.get("code"), state, uri);
};
const oauthFailed = {
  accessToken: null,
  user: null,
  userErrors: [{ __typename: "AccountError", code: "OAUTH_FAILED" }],
};
const oneself = async (accessToken: string) =>
  (
    await users.ask(
      `{ me { id email displayName firstName lastName isActivated hasPassword linkedProviders } }`,
      {},
      subjectOf(accessToken).asker,
    )
  ).data.me;

describe("Google, by a real OpenID provider", () => {
  test("who is new gets an account without a password, and the same one the next time", async () => {
    const first = await signInWithGoogle("new");
    expect(first.userErrors).toEqual([]);
    expect(await oneself(first.accessToken)).toEqual({
      id: first.user.id,
      email: emailOf("new"),
      displayName: expect.stringMatching(/^Customer \d+$/),
      firstName: "Grace",
      lastName: "Hopper",
      isActivated: true,
      hasPassword: false,
      linkedProviders: ["GOOGLE"],
    });
    const second = await signInWithGoogle("new", ownRedirectUri);
    expect(second.user.id).toBe(first.user.id);
  });

  test("an account with the address is linked when both sides verified it, and its owner is notified", async () => {
    const person = await users.join({ email: emailOf("known") });
    const signedIn = await signInWithGoogle("known");
    expect(signedIn.user.id).toBe(person.id);
    await users.mailbox.wait(person.email, ({ subject }) => /sign in with Google/.test(subject));
    await users.signIn(person.email);
    expect((await oneself(signedIn.accessToken)).linkedProviders).toEqual(["GOOGLE"]);
  });

  test("an address that the provider did not verify is not linked", async () => {
    const person = await users.join({ email: emailOf("not-verified") });
    expect(await signInWithGoogle("not-verified")).toMatchObject(oauthFailed);
    expect((await oneself(person.accessToken)).linkedProviders).toEqual([]);
  });

  test("a registration that a stranger made for the address is void once its owner signs in", async () => {
    await users.register({ email: emailOf("waiting"), password: "a planted password" });
    const token = await users.mailedToken(emailOf("waiting"), /Activate/);
    const signedIn = await signInWithGoogle("waiting");
    expect(signedIn.userErrors).toEqual([]);
    const { data } = await users.ask(
      `mutation($token: String!) { accountActivate(input: { token: $token }) { userErrors { code } } }`,
      { token },
    );
    expect(data.accountActivate.userErrors).toEqual([{ code: "TOKEN_INVALID" }]);
    await expect(users.signIn(emailOf("waiting"), "a planted password")).rejects.toThrow("INVALID_CREDENTIALS");
  });

  test("without an address there is no account", async () => {
    expect(await signInWithGoogle("nameless")).toMatchObject(oauthFailed);
  });

  test("a disabled user gets ACCOUNT_DISABLED and no session", async () => {
    const { user } = await signInWithGoogle("disabled");
    await users.ask(
      `mutation($id: ID!) { userDisable(userId: $id) { user { id } } }`,
      { id: user.id },
      staff("users:write"),
    );
    expect((await signInWithGoogle("disabled")).userErrors).toMatchObject([{ code: "ACCOUNT_DISABLED" }]);
  });

  test("five first sign-ins at once make one account", async () => {
    const responses = await Promise.all(Array.from({ length: 5 }, () => signInWithGoogle("racing")));
    expect(responses.flatMap(({ userErrors }) => userErrors)).toEqual([]);
    expect(new Set(responses.map(({ user }) => user.id))).toHaveLength(1);
  });

  test("the browser is sent with PKCE, state and nonce, each different every time", async () => {
    const [one, two] = [await begin("GOOGLE"), await begin("GOOGLE")];
    const parameters = (url: string) => Object.fromEntries(new URL(url).searchParams);
    expect(parameters(one.url)).toMatchObject({
      client_id: clientId,
      response_type: "code",
      redirect_uri: redirectUri,
      code_challenge_method: "S256",
      scope: "openid email profile",
    });
    for (const name of ["state", "nonce", "code_challenge"]) {
      expect(parameters(one.url)[name]).toMatch(/^[\w-]{40,}$/);
      expect(parameters(one.url)[name]).not.toBe(parameters(two.url)[name]);
    }
  });

  test("claims that stand at the userinfo endpoint alone are found there", async () => {
    const other = await serveOpenId([redirectUri], people, false);
    await using elsewhere = await openUsers({
      GOOGLE_CLIENT_ID: clientId,
      GOOGLE_CLIENT_SECRET: clientSecret,
      GOOGLE_REDIRECT_URL: redirectUri,
      GOOGLE_ISSUER: other.url,
    });
    const { data } = await elsewhere.ask(
      `{ oauthAuthorization(provider: GOOGLE, redirectUri: "${redirectUri}") { url state codeVerifier } }`,
    );
    const back = await signInAtOpenId(data.oauthAuthorization.url, redirectUri, "new");
    const input = {
      provider: "GOOGLE",
      code: back.searchParams.get("code"),
      state: back.searchParams.get("state"),
      redirectUri,
      codeVerifier: data.oauthAuthorization.codeVerifier,
    };
    const signedIn = await elsewhere.ask(
      `mutation($input: OAuthTokenCreateInput!) { oauthTokenCreate(input: $input) { user { id } userErrors { code } } }`,
      { input },
    );
    expect(signedIn.data.oauthTokenCreate).toMatchObject({ userErrors: [], user: { id: expect.any(String) } });
    await other.close();
  });

  test("a provider that does not respond fails the sign-in and nothing else", async () => {
    await using elsewhere = await openUsers({
      GOOGLE_CLIENT_ID: clientId,
      GOOGLE_CLIENT_SECRET: clientSecret,
      GOOGLE_REDIRECT_URL: redirectUri,
      GOOGLE_ISSUER: "http://127.0.0.1:9",
    });
    const { errors } = await elsewhere.ask(
      `{ oauthAuthorization(provider: GOOGLE, redirectUri: "${redirectUri}") { url } }`,
    );
    expect(errors[0]?.extensions?.code).toBe("SUBGRAPH_UNAVAILABLE");
    expect((await elsewhere.ask(`{ me { id } }`)).data).toEqual({ me: null });
  });
});

describe("a sign-in is refused as OAUTH_FAILED", () => {
  const back = async () => {
    const { url, state } = await begin("GITHUB");
    const response = github.agree(url, { id: "77", email: newEmail(), verified: true });
    return { code: response.searchParams.get("code"), state };
  };

  test("when its state is not ours, changed, another provider's, or for another address", async () => {
    const { code, state } = await back();
    for (const [provider, other, uri] of [
      ["GITHUB", "made-up", undefined],
      ["GITHUB", "", undefined],
      ["GITHUB", `${state.slice(0, -2)}AA`, undefined],
      ["GITHUB", (await begin("GOOGLE")).state, undefined],
      ["GITHUB", state, "http://localhost:4000/oauth/github/callback/"],
      ["GITHUB", state, redirectUri],
      ["FACEBOOK", state, undefined],
    ] as const) {
      expect(await finish(provider, code, other, uri)).toMatchObject(oauthFailed);
    }
    expect((await finish("GITHUB", code, state)).userErrors).toEqual([]);
  });

  test("when state and code are used again, of ten at once too", async () => {
    const { code, state } = await back();
    const responses = await Promise.all(Array.from({ length: 10 }, () => finish("GITHUB", code, state)));
    expect(responses.filter(({ accessToken }) => accessToken !== null)).toHaveLength(1);
    expect(responses.filter(({ userErrors }) => userErrors[0]?.code === "OAUTH_FAILED")).toHaveLength(9);
  });

  test("when the code is another sign-in's, which PKCE tells", async () => {
    const [one, two] = [await back(), await back()];
    expect(await finish("GITHUB", one.code, two.state)).toMatchObject(oauthFailed);
  });

  test("when the code is wrong, at each provider", async () => {
    for (const provider of ["GOOGLE", "GITHUB", "FACEBOOK"] as const) {
      const { state } = await begin(provider);
      expect(await finish(provider, "wrong", state)).toMatchObject(oauthFailed);
    }
  });

  test("when it took longer than ten minutes", async () => {
    const old = (Date.now() - 11 * 60_000).toString(16).padStart(12, "0");
    const id = `${old.slice(0, 8)}-${old.slice(8)}-7000-8000-000000000000`;
    const state = secretToken(tokenKey, `oauth/GITHUB/${redirectUris.GITHUB}`, id);
    expect(await finish("GITHUB", (await back()).code, state)).toMatchObject(oauthFailed);
  });
});

describe("GitHub", () => {
  const signIn = async (person: Person) => {
    const { url, state } = await begin("GITHUB");
    return finish("GITHUB", github.agree(url, person).searchParams.get("code"), state);
  };

  test("its primary address counts if it was verified there, and the account is found by its number afterwards", async () => {
    const email = newEmail();
    const first = await signIn({ id: "1001", email, verified: true });
    expect(await oneself(first.accessToken)).toMatchObject({ email, linkedProviders: ["GITHUB"] });
    const moved = await signIn({ id: "1001", email: newEmail(), verified: true });
    expect(moved.user.id).toBe(first.user.id);
  });

  test("one account can be reached by several providers", async () => {
    const email = newEmail();
    people.push({ id: "both", email, verified: true });
    const google = await signInWithGoogle("both");
    const githubs = await signIn({ id: "1002", email, verified: true });
    expect(githubs.user.id).toBe(google.user.id);
    expect((await oneself(githubs.accessToken)).linkedProviders).toEqual(["GITHUB", "GOOGLE"]);
  });

  test("an address that was not verified there, of an account here, opens nothing", async () => {
    const person = await users.join();
    expect(await signIn({ id: "1003", email: person.email, verified: false })).toMatchObject(oauthFailed);
  });
});

describe("Facebook, which does not say whether an address was verified", () => {
  const signIn = async (person: Person) => {
    const { url, state } = await begin("FACEBOOK");
    return finish("FACEBOOK", facebook.agree(url, person).searchParams.get("code"), state);
  };

  test("who is new confirms the address by a mail, and signs in afterwards", async () => {
    const person = { id: "9001", email: newEmail(), firstName: "Ada", lastName: "Lovelace" };
    expect((await signIn(person)).userErrors).toMatchObject([{ code: "ACCOUNT_NOT_ACTIVATED" }]);
    const token = await users.mailedToken(person.email, /Activate/);
    await users.ask(`mutation($token: String!) { accountActivate(input: { token: $token }) { userErrors { code } } }`, {
      token,
    });
    const signedIn = await signIn(person);
    expect(await oneself(signedIn.accessToken)).toMatchObject({
      email: person.email,
      firstName: "Ada",
      lastName: "Lovelace",
      hasPassword: false,
      linkedProviders: ["FACEBOOK"],
    });
  });

  test("an address that has an account here opens nothing", async () => {
    const person = await users.join();
    expect(await signIn({ id: "9002", email: person.email })).toMatchObject(oauthFailed);
  });

  test("without an address there is no account", async () => {
    expect(await signIn({ id: "9003" })).toMatchObject(oauthFailed);
  });
});

test("an account without a password cannot be entered with any", async () => {
  const { user } = await signInWithGoogle("new");
  expect(user).not.toBeNull();
  for (const password of ["", "null", strongPassword]) {
    await expect(users.signIn(emailOf("new"), password)).rejects.toThrow("INVALID_CREDENTIALS");
  }
});
