import { readFile } from "node:fs/promises";
import path from "node:path";
import { importJWK } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { forgeToken, type TokenModel, tokenAttacks } from "#test/harness/forged-tokens.ts";
import { internalTokenOf } from "#test/harness/subgraph-client.ts";
import { documents, openUsers, type Person } from "../testing/test-users.ts";

// What the subgraph must not take for an internal token, nor, behind another router, for a user's access token.

const routerSecret = "the secret that the router and the subgraphs share";
let users: Awaited<ReturnType<typeof openUsers>>;
let behindRouter: Awaited<ReturnType<typeof users.start>>;
let person: Person;
/** Whose token generation has been raised to 7. */
let reset: Person;
/** Whose session has been ended. */
let signedOut: Person;
beforeAll(async () => {
  users = await openUsers();
  [person, reset, signedOut] = [await users.join(), await users.join(), await users.join()];
  await users.sql`update users set token_generation = 7, tokens_revoked_at = now() where id = ${reset.id}`;
  await users.ask(documents.revoke, { token: signedOut.refreshToken });
  // It reads the feed of revocations at its start, and then every five seconds.
  behindRouter = await users.start({ ROUTER_SECRET: routerSecret });
});
afterAll(async () => {
  await behindRouter.close();
  await users[Symbol.asyncDispose]();
});

const subject = () => ({ sub: person.id, sid: person.asker.sessionId, role: "ADMIN", scope: "users:read" });

function internalModel(): TokenModel {
  const { kid, key } = users.keys.signers.gateway;
  const publicJwk = JSON.parse(users.keys.jwks).keys.find((jwk: { kid: string }) => jwk.kid === kid);
  const claims = { iss: "gateway", aud: "users", ...subject() };
  return { type: "agora-internal+jwt", kid, key, publicJwk, claims, lifetimeSeconds: 60, lifetimeSecondsMax: 60 };
}

async function accessModel(): Promise<TokenModel> {
  const file = await readFile(path.join(users.directory, "keys", "access.jwks"), "utf8");
  const [jwk] = JSON.parse(file).keys;
  const key = await importJWK(jwk, "ES256");
  if (!(key instanceof CryptoKey)) throw new Error("There is no key.");
  const { d: _secret, ...publicJwk } = jwk;
  const claims = { iss: "agora", aud: "agora", gen: 1, ...subject() };
  return { type: "at+jwt", kid: jwk.kid, key, publicJwk, claims, lifetimeSeconds: 900, lifetimeSecondsMax: 86_400 };
}

type Attack = (model: TokenModel) => string | Promise<string>;

/** More, which only here can be made: other tokens of ours in the place of this one. */
const internalAttacks: Record<string, Attack> = {
  "no token": () => "",
  "an access token": () => person.accessToken,
  "a refresh token": () => person.refreshToken,
  "a token from a mail": () => resetToken(),
  "an internal token for another subgraph": () => internalTokenOf(users.keys, "products", person.asker),
  "the type of an access token": (model) => forgeToken(model, { header: { typ: "at+jwt" } }),
  "an issuer that the key is not of": (model) => forgeToken(model, { claims: { iss: "orders" } }),
  "the gateway's name by another service's key": (model) =>
    forgeToken(model, { key: users.keys.signers.orders.key, header: { kid: users.keys.signers.orders.kid } }),
  "one that says it lives an hour": (model) =>
    forgeToken(model, { claims: { exp: Math.floor(Date.now() / 1_000) + 3_600 } }),
};
const accessAttacks: Record<string, Attack> = {
  "a refresh token": () => person.refreshToken,
  "a token from a mail": () => resetToken(),
  "an internal token": () => internalTokenOf(users.keys, "users", person.asker),
  "the type of an internal token": (model) => forgeToken(model, { header: { typ: "agora-internal+jwt" } }),
  "no generation": (model) => forgeToken(model, { claims: { gen: undefined } }),
  "an earlier generation": (model) =>
    forgeToken(model, { claims: { sub: reset.id, sid: reset.asker.sessionId, gen: 6 } }),
  "a session that was ended": (model) =>
    forgeToken(model, { claims: { sub: signedOut.id, sid: signedOut.asker.sessionId } }),
};
const resetToken = async () => {
  await users.ask(documents.requestReset, { email: person.email });
  return users.mailedToken(person.email, /new password/);
};

const names = (more: Record<string, Attack>) => [...Object.keys(tokenAttacks(emptyModel)), ...Object.keys(more)];
const emptyModel = { claims: {}, publicJwk: {} } as TokenModel;
const attackOf = (name: string, model: TokenModel, more: Record<string, Attack>) =>
  tokenAttacks(model)[name]?.() ?? more[name]?.(model) ?? "";
const refused = { errors: [{ message: expect.any(String), extensions: { code: "UNAUTHENTICATED" } }] };

describe("in place of an internal token", () => {
  test("there are at least 40 attacks, and the token that they change is itself good", async () => {
    expect(names(internalAttacks).length).toBeGreaterThanOrEqual(40);
    const { status, body } = await post(users.url, { authorization: `Bearer ${await forgeToken(internalModel())}` });
    expect(status).toBe(200);
    expect(body).toMatchObject({ data: { me: { email: person.email } } });
  });

  test.each(names(internalAttacks))("refused with 401 and without data: %s", async (name) => {
    const token = await attackOf(name, internalModel(), internalAttacks);
    const { status, body } = await post(users.url, token === "" ? {} : { authorization: `Bearer ${token}` });
    expect([status, body]).toEqual([401, refused]);
  });

  test("a good token is refused in any place but the header, and the router's secret where none is set", async () => {
    const token = await forgeToken(internalModel());
    for (const headers of [
      { cookie: `token=${token}` },
      { authorization: `Basic ${token}` },
      { authorization: token },
      { "x-router-secret": routerSecret, authorization: `Bearer ${person.accessToken}` },
    ]) {
      expect((await post(users.url, { ...headers })).status).toBe(401);
    }
    expect((await post(`${users.url}/graphql?access_token=${token}`, {})).status).toBe(401);
  });

  test.each([
    "{ _service { sdl } }",
    "{ __schema { types { name } } }",
    "{ _entities(representations: []) { __typename } }",
  ])("without a token nothing is returned, not even %s", async (query) => {
    expect(await post(users.url, {}, query)).toEqual({ status: 401, body: refused });
  });
});

describe("behind another router, in place of a user's access token", () => {
  const header = { "x-router-secret": routerSecret, "x-client-address": "203.0.113.9" };

  test("there are at least 40 attacks, and the token that they change is itself good", async () => {
    expect(names(accessAttacks).length).toBeGreaterThanOrEqual(40);
    for (const token of [person.accessToken, await forgeToken(await accessModel())]) {
      const { status, body } = await post(behindRouter.url, { ...header, authorization: `Bearer ${token}` });
      expect(status).toBe(200);
      expect(body).toMatchObject({ data: { me: { email: person.email } } });
    }
  });

  test.each(names(accessAttacks))(
    "refused with 401 and without data: %s",
    async (name) => {
      const token = await attackOf(name, await accessModel(), accessAttacks);
      const { status, body } = await post(behindRouter.url, { ...header, authorization: `Bearer ${token}` });
      expect([status, body]).toEqual([401, refused]);
    },
    15_000,
  );

  test("without an access token the caller is a guest; a wrong secret, or no client address, is rejected", async () => {
    expect(await post(behindRouter.url, header)).toEqual({ status: 200, body: { data: { me: null } } });
    const { "x-client-address": _address, ...incomplete } = header;
    expect((await post(behindRouter.url, incomplete)).status).toBe(400);
    const wrong = { ...header, "x-router-secret": "a guess", authorization: `Bearer ${person.accessToken}` };
    expect((await post(behindRouter.url, wrong)).status).toBe(401);
    expect((await post(behindRouter.url, { authorization: `Bearer ${person.accessToken}` })).status).toBe(401);
  });
});

async function post(url: string, headers: Record<string, string>, query = "{ me { email } }") {
  const response = await fetch(url.includes("/graphql") ? url : `${url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({ query }),
  });
  return { status: response.status, body: JSON.parse(await response.text()) };
}
