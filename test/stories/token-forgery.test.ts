import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { importJWK } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { demoUserIds } from "#drizzle/seeds/ids.ts";
import { newId } from "#platform/shop/ids.ts";
import { forgeToken, type TokenModel, tokenAttacks } from "#test/harness/forged-tokens.ts";
import { openShop, type TestShop, type TestUser } from "#test/harness/shop.ts";
import { internalTokenOf } from "#test/harness/subgraph-client.ts";

// Tokens that the gateway rejects as access tokens, and products and orders as internal tokens. The users subgraph has its own test.

let directory: string;
let shop: TestShop;
let user: TestUser;
let accessModel: TokenModel;
beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), "agora-attacks-"));
  const file = path.join(directory, "access.jwks");
  shop = await openShop({ variables: { ACCESS_KEYS: file } });
  user = await shop.customer();
  const [jwk] = JSON.parse(await readFile(file, "utf8")).keys;
  const key = await importJWK(jwk, "ES256");
  if (!(key instanceof CryptoKey)) throw new Error("The key is missing.");
  const { d: _secret, ...publicJwk } = jwk;
  const claims = { iss: "agora", aud: "agora", gen: 1, ...subject() };
  accessModel = {
    type: "at+jwt",
    kid: jwk.kid,
    key,
    publicJwk,
    claims,
    lifetimeSeconds: 900,
    lifetimeSecondsMax: 86_400,
  };
});
afterAll(async () => {
  await shop[Symbol.asyncDispose]();
  await rm(directory, { recursive: true, force: true });
});

/** The claims of an administrator's session. */
const subject = () => ({ sub: demoUserIds.admin, sid: newId(), role: "ADMIN", scope: "users:read" });

function internalModel(audience: "products" | "orders"): TokenModel {
  const { kid, key } = shop.keys.signers.gateway;
  const publicJwk = JSON.parse(shop.keys.jwks).keys.find((jwk: { kid: string }) => jwk.kid === kid);
  const claims = { iss: "gateway", aud: audience, ...subject() };
  return { type: "agora-internal+jwt", kid, key, publicJwk, claims, lifetimeSeconds: 60, lifetimeSecondsMax: 60 };
}

const names = Object.keys(tokenAttacks({ claims: {}, publicJwk: {} } as TokenModel));

async function post(url: string, token: string) {
  const response = await fetch(`${url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
    body: JSON.stringify({ query: "{ __typename }" }),
  });
  const body = JSON.parse(await response.text());
  return { status: response.status, data: body.data, code: body.errors?.[0]?.extensions?.code };
}

const rejected = { status: 401, data: undefined, code: "UNAUTHENTICATED" };
const accepted = { status: 200, data: { __typename: "Query" }, code: undefined };

describe("the gateway, for an access token", () => {
  test("the unchanged token is accepted", async () => {
    expect(names.length).toBeGreaterThanOrEqual(40);
    expect(await post(shop.url, user.accessToken)).toEqual(accepted);
    expect(await post(shop.url, await forgeToken(accessModel))).toEqual(accepted);
  });

  test.each(names)("rejected with 401 and without data: %s", async (name) => {
    expect(await post(shop.url, (await tokenAttacks(accessModel)[name]?.()) ?? "")).toEqual(rejected);
  });

  test.each<[string, () => Promise<string> | string]>([
    ["an internal token", () => internalTokenOf(shop.keys, "users", { id: demoUserIds.admin, role: "ADMIN" })],
    ["the type of an internal token", () => forgeToken(accessModel, { header: { typ: "agora-internal+jwt" } })],
    ["no generation", () => forgeToken(accessModel, { claims: { gen: undefined } })],
    ["a generation that is not a number", () => forgeToken(accessModel, { claims: { gen: "9" } })],
  ])("rejected with 401 and without data: %s", async (_name, make) => {
    expect(await post(shop.url, await make())).toEqual(rejected);
  });
});

describe.each(["products", "orders"] as const)("the %s subgraph, for an internal token", (name) => {
  test("the unchanged token is accepted", async () => {
    expect(await post(shop.subgraphUrls[name], await forgeToken(internalModel(name)))).toEqual(accepted);
  });

  test.each(names)("rejected with 401 and without data: %s", async (attack) => {
    const token = (await tokenAttacks(internalModel(name))[attack]?.()) ?? "";
    expect(await post(shop.subgraphUrls[name], token)).toEqual(rejected);
  });

  test.each<[string, () => Promise<string> | string]>([
    ["a user's access token", () => user.accessToken],
    ["an internal token for another subgraph", () => internalTokenOf(shop.keys, "users", "guest")],
    [
      "the gateway's name by another service's key",
      () => {
        const { key, kid } = shop.keys.signers.users;
        return forgeToken(internalModel(name), { key, header: { kid } });
      },
    ],
  ])("rejected with 401 and without data: %s", async (_what, make) => {
    expect(await post(shop.subgraphUrls[name], await make())).toEqual(rejected);
  });
});
