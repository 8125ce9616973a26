import { createHash, createHmac, randomUUID, type webcrypto } from "node:crypto";
import { exportJWK, generateKeyPair, SignJWT } from "jose";

/** A kind of token, and the content of a valid one, which the attacks change. */
export type TokenModel = {
  readonly type: string;
  readonly kid: string;
  readonly key: webcrypto.CryptoKey;
  /** The public key, which an attacker knows. */
  readonly publicJwk: Readonly<Record<string, unknown>>;
  /** The claims except `iat`, `exp` and `jti`. */
  readonly claims: Readonly<Record<string, unknown>>;
  readonly lifetimeSeconds: number;
  /** The maximum lifetime of a token of this kind. */
  readonly lifetimeSecondsMax: number;
};

type Change = {
  readonly header?: Readonly<Record<string, unknown>>;
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly key?: webcrypto.CryptoKey;
};

const now = () => Math.floor(Date.now() / 1_000);

/** Returns a token that is valid unless it is changed. An undefined claim or header is left out. */
export async function forgeToken(model: TokenModel, { header = {}, claims = {}, key }: Change = {}): Promise<string> {
  const iat = now();
  const whole = { ...model.claims, iat, exp: iat + model.lifetimeSeconds, jti: randomUUID(), ...claims };
  const kept = Object.fromEntries(Object.entries(whole).filter(([, value]) => value !== undefined));
  return new SignJWT(kept)
    .setProtectedHeader({ alg: "ES256", typ: model.type, kid: model.kid, ...header })
    .sign(key ?? model.key);
}

/** The order of the P-256 group (FIPS 186-5); each part of a signature is smaller. */
const groupOrder = Buffer.from("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", "hex");

const encode = (value: unknown) =>
  Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");

/** Returns tokens that a verifier must reject, by what is wrong with them. */
export function tokenAttacks(model: TokenModel): Readonly<Record<string, () => Promise<string>>> {
  const forge = (change: Change) => forgeToken(model, change);
  const parts = async () => {
    const [header = "", payload = "", signature = ""] = (await forge({})).split(".");
    return { header, payload, signature };
  };
  const stranger = async () => {
    const pair = await generateKeyPair("ES256", { extractable: true });
    return { key: pair.privateKey, jwk: await exportJWK(pair.publicKey) };
  };
  const unsigned = (alg: string, more: Record<string, unknown> = {}) =>
    encode({ alg, typ: model.type, kid: model.kid, ...more });
  /** Signed with HMAC and a public secret, which a verifier accepts if the token chooses the algorithm. */
  const confused = async (alg: "HS256" | "HS384" | "HS512", secret: string) => {
    const signed = `${unsigned(alg)}.${(await parts()).payload}`;
    return `${signed}.${createHmac(alg.replace("HS", "sha"), secret).update(signed).digest("base64url")}`;
  };
  const resigned = async (signature: (right: Buffer) => Buffer) => {
    const { header, payload, signature: right } = await parts();
    return `${header}.${payload}.${signature(Buffer.from(right, "base64url")).toString("base64url")}`;
  };
  return {
    "a word": async () => "word",
    "two dots": async () => "..",
    "alg none and no signature": async () => `${unsigned("none")}.${(await parts()).payload}.`,
    "alg none in another case": async () => `${unsigned("nOnE")}.${(await parts()).payload}.`,
    "alg none with the right signature": async () => {
      const { payload, signature } = await parts();
      return `${unsigned("none")}.${payload}.${signature}`;
    },
    "HS256 with the public key's JSON as the secret": () => confused("HS256", JSON.stringify(model.publicJwk)),
    "HS256 with the public key's x as the secret": () => confused("HS256", String(model.publicJwk.x)),
    "HS384 with the public key's JSON as the secret": () => confused("HS384", JSON.stringify(model.publicJwk)),
    "HS512 with an empty secret": () => confused("HS512", ""),
    "ES384 by a key of the attacker's own": async () =>
      forge({ header: { alg: "ES384" }, key: (await generateKeyPair("ES384")).privateKey }),
    "EdDSA by a key of the attacker's own": async () =>
      forge({ header: { alg: "EdDSA" }, key: (await generateKeyPair("EdDSA")).privateKey }),
    "RS256 by a key of the attacker's own": async () =>
      forge({ header: { alg: "RS256" }, key: (await generateKeyPair("RS256")).privateKey }),
    "a key of the attacker's own under our kid": async () => forge({ key: (await stranger()).key }),
    "an unknown kid": () => forge({ header: { kid: "unknown" } }),
    "no kid": () => forge({ header: { kid: undefined } }),
    "a kid that is a path": () => forge({ header: { kid: "../../../../dev/null" } }),
    "a kid that is SQL": () => forge({ header: { kid: "' or 1=1 --" } }),
    "a kid that is a property of every object": () => forge({ header: { kid: "__proto__" } }),
    "the attacker's key in a jwk header": async () => {
      const { key, jwk } = await stranger();
      return forge({ key, header: { jwk } });
    },
    "the attacker's key in a jwk header and no kid": async () => {
      const { key, jwk } = await stranger();
      return forge({ key, header: { jwk, kid: undefined } });
    },
    "a jku header": async () =>
      forge({ key: (await stranger()).key, header: { jku: "https://evil.example/jwks.json" } }),
    "an x5u header": async () => forge({ key: (await stranger()).key, header: { x5u: "https://evil.example/cert" } }),
    "an x5c header": async () => forge({ key: (await stranger()).key, header: { x5c: ["MIIB"] } }),
    "an unknown critical header": async () => {
      const { payload, signature } = await parts();
      return `${unsigned("ES256", { crit: ["evil"], evil: true })}.${payload}.${signature}`;
    },
    "a payload that is said not to be encoded": async () => {
      const { payload, signature } = await parts();
      return `${unsigned("ES256", { b64: false, crit: ["b64"] })}.${payload}.${signature}`;
    },
    "the type JWT": () => forge({ header: { typ: "JWT" } }),
    "the type of an ID token of another kind": () => forge({ header: { typ: "logout+jwt" } }),
    "no type": () => forge({ header: { typ: undefined } }),
    "an unknown issuer": () => forge({ claims: { iss: "https://evil.example" } }),
    "no issuer": () => forge({ claims: { iss: undefined } }),
    "another audience": () => forge({ claims: { aud: "elsewhere" } }),
    "no audience": () => forge({ claims: { aud: undefined } }),
    // Further in the past than the clocks of two services may be apart.
    "an expired one": () => forge({ claims: { iat: now() - model.lifetimeSeconds - 180, exp: now() - 180 } }),
    "no expiry": () => forge({ claims: { exp: undefined } }),
    "an expiry that is a word": () => forge({ claims: { exp: "tomorrow" } }),
    "one that lives longer than its kind": () =>
      forge({ claims: { iat: now() - model.lifetimeSecondsMax - 60, exp: now() + model.lifetimeSecondsMax } }),
    "one from the future": () => forge({ claims: { iat: now() + 600, exp: now() + 660 } }),
    "one that is not yet valid": () => forge({ claims: { nbf: now() + 600 } }),
    "no time of issue": () => forge({ claims: { iat: undefined } }),
    "a user without a session": () => forge({ claims: { sid: undefined } }),
    "a session id that is not an id": () => forge({ claims: { sid: "1" } }),
    "a subject that is not an id": () => forge({ claims: { sub: "admin" } }),
    "a role that does not exist": () => forge({ claims: { role: "ROOT" } }),
    "a cut signature": async () => (await forge({})).slice(0, -10),
    "an empty signature": () => resigned(() => Buffer.alloc(0)),
    "r = s = 0": () => resigned(() => Buffer.alloc(64)),
    "r = s = the order of the group": () => resigned(() => Buffer.concat([groupOrder, groupOrder])),
    "r and s exchanged": () => resigned((right) => Buffer.concat([right.subarray(32), right.subarray(0, 32)])),
    "a signature in DER": () =>
      resigned((right) => {
        const integer = (half: Buffer) => Buffer.concat([Buffer.from([2, 33, 0]), half]);
        const body = Buffer.concat([integer(right.subarray(0, 32)), integer(right.subarray(32))]);
        return Buffer.concat([Buffer.from([0x30, body.length]), body]);
      }),
    "another token's payload under the signature": async () => {
      const { header, signature } = await parts();
      return `${header}.${(await parts()).payload}.${signature}`;
    },
    "an overlong one": () => forge({ claims: { padding: "x".repeat(10_000) } }),
    "five parts": async () => `${await forge({})}.x.y`,
    "JSON instead of the compact form": async () => encode(await parts()),
    "the digest of a good one": async () =>
      createHash("sha256")
        .update(await forge({}))
        .digest("base64url"),
  };
}
