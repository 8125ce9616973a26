import { createHash, createHmac, randomUUID, type webcrypto } from "node:crypto";
import { exportJWK, generateKeyPair, importJWK, SignJWT } from "jose";
import { afterAll, beforeAll, expect, test } from "vitest";
import { internalTokenOf } from "#test/subgraph-client.ts";
import { documents, openUsers, type Person } from "./users-test.ts";

// What a subgraph must not take for an internal token, each with a session and an id that would be somebody's.

let users: Awaited<ReturnType<typeof openUsers>>;
let person: Person;
beforeAll(async () => {
  users = await openUsers();
  person = await users.join();
});
afterAll(() => users[Symbol.asyncDispose]());

const type = "agora-internal+jwt";
const now = () => Math.floor(Date.now() / 1_000);
const gateway = () => users.keys.signers.gateway;

type Wish = {
  header?: Record<string, unknown>;
  claims?: Record<string, unknown>;
  key?: webcrypto.CryptoKey;
};

/** A token that is right in everything but what is given. */
async function forge({ header = {}, claims = {}, key = gateway().key }: Wish): Promise<string> {
  const whole = {
    iss: "gateway",
    aud: "users",
    sub: person.id,
    sid: person.asker.sessionId,
    role: "ADMIN",
    scope: "users:read",
    iat: now(),
    exp: now() + 60,
    jti: randomUUID(),
    ...claims,
  };
  const kept = Object.fromEntries(Object.entries(whole).filter(([, value]) => value !== undefined));
  return new SignJWT(kept).setProtectedHeader({ alg: "ES256", typ: type, kid: gateway().kid, ...header }).sign(key);
}

const b64 = (value: unknown) =>
  Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");
const parts = async () => {
  const [header = "", payload = "", signature = ""] = (await forge({})).split(".");
  return { header, payload, signature };
};
const stranger = async () => {
  const pair = await generateKeyPair("ES256", { extractable: true });
  return { key: pair.privateKey, jwk: await exportJWK(pair.publicKey) };
};
const publicKeys = (): { keys: { kid: string; x: string; y: string }[] } => JSON.parse(users.keys.jwks);

/** Signed with HMAC, the public key's text as the secret: a verifier that lets the token say how it is verified takes it. */
async function confused(alg: "HS256" | "HS384" | "HS512", secret: (jwk: object) => string): Promise<string> {
  const { payload } = await parts();
  const jwk = publicKeys().keys.find(({ kid }) => kid === gateway().kid) ?? {};
  const signed = `${b64({ alg, typ: type, kid: gateway().kid })}.${payload}`;
  return `${signed}.${createHmac(alg.replace("HS", "sha"), secret(jwk)).update(signed).digest("base64url")}`;
}

const attacks: Record<string, () => Promise<string> | string> = {
  "no token": () => "",
  "a word": () => "word",
  "two dots": () => "..",
  "no signature, alg none": async () =>
    `${b64({ alg: "none", typ: type, kid: gateway().kid })}.${(await parts()).payload}.`,
  "alg None in another case": async () =>
    `${b64({ alg: "nOnE", typ: type, kid: gateway().kid })}.${(await parts()).payload}.`,
  "alg none with the right signature": async () => {
    const { payload, signature } = await parts();
    return `${b64({ alg: "none", typ: type, kid: gateway().kid })}.${payload}.${signature}`;
  },
  "HS256 with the public key's JSON": () => confused("HS256", (jwk) => JSON.stringify(jwk)),
  "HS256 with the public key's x": () => confused("HS256", (jwk) => ("x" in jwk ? String(jwk.x) : "")),
  "HS384 with the public key's JSON": () => confused("HS384", (jwk) => JSON.stringify(jwk)),
  "HS512 with an empty secret": () => confused("HS512", () => ""),
  "an algorithm that is not ES256": async () => {
    const pair = await generateKeyPair("ES384");
    return forge({ header: { alg: "ES384" }, key: pair.privateKey });
  },
  "EdDSA by a key of the asker's own": async () => {
    const pair = await generateKeyPair("EdDSA");
    return forge({ header: { alg: "EdDSA" }, key: pair.privateKey });
  },
  "a key of the asker's own under our kid": async () => forge({ key: (await stranger()).key }),
  "a kid that nobody has": () => forge({ header: { kid: "gateway.unknown" } }),
  "no kid": () => forge({ header: { kid: undefined } }),
  "a kid that is a path": () => forge({ header: { kid: "../../../../dev/null" } }),
  "a kid that is SQL": () => forge({ header: { kid: "' or 1=1 --" } }),
  "a kid that is a property of every object": () => forge({ header: { kid: "__proto__" } }),
  "the asker's key in a jwk header": async () => {
    const { key, jwk } = await stranger();
    return forge({ key, header: { jwk } });
  },
  "the asker's key in a jwk header and no kid": async () => {
    const { key, jwk } = await stranger();
    return forge({ key, header: { jwk, kid: undefined } });
  },
  "a jku header": async () => forge({ key: (await stranger()).key, header: { jku: "https://evil.example/jwks.json" } }),
  "an x5u header": async () => forge({ key: (await stranger()).key, header: { x5u: "https://evil.example/cert.pem" } }),
  "a critical header that nobody knows": async () => {
    const { payload, signature } = await parts();
    return `${b64({ alg: "ES256", typ: type, kid: gateway().kid, crit: ["evil"], evil: true })}.${payload}.${signature}`;
  },
  "another type": () => forge({ header: { typ: "JWT" } }),
  "the access token's type": () => forge({ header: { typ: "at+jwt" } }),
  "no type": () => forge({ header: { typ: undefined } }),
  "an issuer that the key is not of": () => forge({ claims: { iss: "orders" } }),
  "an issuer that nobody is": () => forge({ claims: { iss: "agora" } }),
  "no issuer": () => forge({ claims: { iss: undefined } }),
  "the gateway's name by another service's key": () =>
    forge({ key: users.keys.signers.orders.key, header: { kid: users.keys.signers.orders.kid } }),
  "another audience": () => forge({ claims: { aud: "orders" } }),
  "the public audience": () => forge({ claims: { aud: "agora" } }),
  "no audience": () => forge({ claims: { aud: undefined } }),
  "an expired one": () => forge({ claims: { iat: now() - 120, exp: now() - 60 } }),
  "no expiry": () => forge({ claims: { exp: undefined } }),
  "one that lives longer than 60 s": () => forge({ claims: { exp: now() + 3_600 } }),
  "one that was issued long ago": () => forge({ claims: { iat: now() - 3_600 } }),
  "one from the future": () => forge({ claims: { iat: now() + 600, exp: now() + 660 } }),
  "one that is not yet valid": () => forge({ claims: { nbf: now() + 600 } }),
  "no time of issue": () => forge({ claims: { iat: undefined } }),
  "an expiry that is a word": () => forge({ claims: { exp: "tomorrow" } }),
  "a user without a session": () => forge({ claims: { sid: undefined } }),
  "a user who is no id": () => forge({ claims: { sub: "admin" } }),
  "a role that does not exist": () => forge({ claims: { role: "ROOT" } }),
  "a cut signature": async () => (await forge({})).slice(0, -10),
  "an empty signature": async () => {
    const { header, payload } = await parts();
    return `${header}.${payload}.`;
  },
  "r = s = 0": async () => {
    const { header, payload } = await parts();
    return `${header}.${payload}.${Buffer.alloc(64).toString("base64url")}`;
  },
  "r = s = n": async () => {
    const { header, payload } = await parts();
    const n = Buffer.from("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", "hex");
    return `${header}.${payload}.${Buffer.concat([n, n]).toString("base64url")}`;
  },
  "a signature in DER": async () => {
    const { header, payload, signature } = await parts();
    const raw = Buffer.from(signature, "base64url");
    const integer = (half: Buffer) => Buffer.concat([Buffer.from([2, 33, 0]), half]);
    const body = Buffer.concat([integer(raw.subarray(0, 32)), integer(raw.subarray(32))]);
    return `${header}.${payload}.${Buffer.concat([Buffer.from([0x30, body.length]), body]).toString("base64url")}`;
  },
  "another's payload under the signature": async () => {
    const { header, signature } = await parts();
    return `${header}.${(await parts()).payload}.${signature}`;
  },
  "an overlong one": () => forge({ claims: { padding: "x".repeat(10_000) } }),
  "an access token": () => person.accessToken,
  "a refresh token": () => person.refreshToken,
  "a token from a mail": async () => {
    await users.ask(documents.requestReset, { email: person.email });
    return users.mailedToken(person.email, /new password/);
  },
  "an internal token for another subgraph": () => internalTokenOf(users.keys, "products", person.asker),
  "the digest of a good one": async () =>
    createHash("sha256")
      .update(await forge({}))
      .digest("base64url"),
  "five parts": async () => `${await forge({})}.x.y`,
};

test("there are at least 40 attacks, and the token that they change is itself good", async () => {
  expect(Object.keys(attacks).length).toBeGreaterThanOrEqual(40);
  const key = await importJWK(JSON.parse(users.keys.privateJwk.gateway), "ES256");
  expect(key).toBeInstanceOf(CryptoKey);
  const { status, body } = await post(await forge({}));
  expect(status).toBe(200);
  expect(body).toContain(person.email);
});

test.each(Object.keys(attacks))("refused with 401 and without data: %s", async (name) => {
  const { status, body } = await post((await attacks[name]?.()) ?? "");
  expect(status).toBe(401);
  expect(JSON.parse(body)).toEqual({
    errors: [{ message: expect.any(String), extensions: { code: "UNAUTHENTICATED" } }],
  });
});

test("a good token is refused in any place but the header", async () => {
  const token = await forge({});
  const query = "{ me { email } }";
  for (const [address, headers] of [
    [`/graphql?access_token=${token}`, {}],
    ["/graphql", { cookie: `token=${token}` }],
    ["/graphql", { authorization: `Basic ${token}` }],
    ["/graphql", { authorization: token }],
    ["/graphql", { "x-router-secret": "guess", authorization: `Bearer ${person.accessToken}` }],
  ] as const) {
    const response = await fetch(`${users.url}${address}`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify({ query }),
    });
    expect(response.status).toBe(401);
  }
});

test.each([
  "{ _service { sdl } }",
  "{ __schema { types { name } } }",
  "{ _entities(representations: []) { __typename } }",
])("without a token nothing is answered, not even %s", async (query) => {
  const response = await fetch(`${users.url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query }),
  });
  expect(response.status).toBe(401);
  expect(await response.text()).not.toContain("data");
});

async function post(token: string): Promise<{ status: number; body: string }> {
  const response = await fetch(`${users.url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", ...(token === "" ? {} : { authorization: `Bearer ${token}` }) },
    body: JSON.stringify({ query: "{ me { email } }" }),
  });
  return { status: response.status, body: await response.text() };
}
