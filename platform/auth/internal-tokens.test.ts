import { SignJWT } from "jose";
import { afterEach, describe, expect, test, vi } from "vitest";
import { fingerprint } from "../shop/fingerprint.ts";
import { newId, type SessionId, type UserId } from "../shop/ids.ts";
import { makeInternalKey, makeInternalVerifier, readInternalKey, signInternalToken } from "./internal-tokens.ts";
import { secretToken, secretTokenId } from "./secret-token.ts";

const gatewayKey = await makeInternalKey("gateway");
const ordersKey = await makeInternalKey("orders");
const strangerKey = await makeInternalKey("gateway");
const keySet = { keys: [gatewayKey.publicJwk, ordersKey.publicJwk] };
const gateway = await readInternalKey("gateway", gatewayKey.privateJwk);
const orders = await readInternalKey("orders", ordersKey.privateJwk);
const stranger = await readInternalKey("gateway", strangerKey.privateJwk);
const viewer = {
  kind: "user" as const,
  id: newId<UserId>(),
  sessionId: newId<SessionId>(),
  role: "SELLER" as const,
  scopes: new Set(["products:write"]),
};
const rejection = expect.objectContaining({ code: "UNAUTHENTICATED" });

afterEach(() => void vi.useRealTimers());

describe("an internal token", () => {
  test("is valid while the clocks are up to two minutes apart either way, and not beyond", async () => {
    const now = Date.now();
    vi.useFakeTimers({ toFake: ["Date"] });
    for (const [skewSeconds, isValid] of [
      [-115, true],
      [-45, true],
      [90, true],
      [115, true],
      [-130, false],
      [200, false],
    ] as const) {
      vi.setSystemTime(now);
      const token = await signInternalToken(gateway, "products", viewer);
      vi.setSystemTime(now + skewSeconds * 1_000);
      const verify = await makeInternalVerifier("products", keySet);
      if (isValid) expect((await verify(token)).viewer).toEqual(viewer);
      else await expect(verify(token)).rejects.toEqual(rejection);
    }
  });

  test("carries the viewer that the gateway verified, the first time and from the cache", async () => {
    const verify = await makeInternalVerifier("products", keySet);
    const token = await signInternalToken(gateway, "products", viewer);
    expect((await verify(token)).viewer).toEqual(viewer);
    expect((await verify(token)).viewer).toEqual(viewer);
  });

  test("from another subgraph represents that subgraph and no user", async () => {
    const verify = await makeInternalVerifier("products", keySet);
    const token = await signInternalToken(orders, "products", viewer);
    expect((await verify(token)).viewer).toEqual({ kind: "service", name: "orders" });
  });

  test("for another audience, by an unknown key, or with its payload changed is rejected", async () => {
    const verify = await makeInternalVerifier("products", keySet);
    const good = await signInternalToken(gateway, "products", viewer);
    const [head = "", , signature = ""] = good.split(".");
    const payload = Buffer.from(JSON.stringify({ iss: "gateway", aud: "products", role: "ADMIN" })).toString(
      "base64url",
    );
    for (const token of [
      "",
      "x",
      "a.b.c",
      good.slice(0, -2),
      `${head}.${payload}.${signature}`,
      `${head}.${payload}.`,
      await signInternalToken(gateway, "users", viewer),
      await signInternalToken(stranger, "products", viewer),
    ]) {
      await expect(verify(token)).rejects.toEqual(rejection);
    }
  });

  test("whose issuer does not own the key is rejected: one service cannot impersonate another", async () => {
    const verify = await makeInternalVerifier("products", keySet);
    const forged = await signInternalToken({ ...orders, issuer: "gateway" }, "products", viewer);
    await expect(verify(forged)).rejects.toEqual(rejection);
  });

  test("of another type, without an expiry, or with a lifetime over a minute is rejected", async () => {
    const verify = await makeInternalVerifier("products", keySet);
    const sign = (typ: string, lifetime: string | undefined) => {
      const token = new SignJWT({}).setProtectedHeader({ alg: "ES256", typ, kid: gateway.kid });
      token.setIssuer("gateway").setAudience("products").setIssuedAt();
      if (lifetime !== undefined) token.setExpirationTime(lifetime);
      return token.sign(gateway.key);
    };
    await expect(verify(await sign("at+jwt", "60s"))).rejects.toEqual(rejection);
    await expect(verify(await sign("agora-internal+jwt", undefined))).rejects.toEqual(rejection);
    await expect(verify(await sign("agora-internal+jwt", "1h"))).rejects.toEqual(rejection);
    await expect(verify(await sign("agora-internal+jwt", "60s"))).resolves.toBeDefined();
  });

  test("is not signed with another service's key file", async () => {
    await expect(readInternalKey("gateway", ordersKey.privateJwk)).rejects.toThrow("not the key of gateway");
  });
});

describe("a secret token", () => {
  const id = newId<UserId>();
  const token = secretToken("key-one", "activation", id);

  test("leads to its row with the key, and is the same whenever it is made", () => {
    expect(secretTokenId("key-one", "activation", token)).toBe(id);
    expect(secretToken("key-one", "activation", id)).toBe(token);
  });

  test("is invalid for another kind, with another key, changed, cut or padded", () => {
    expect(secretTokenId("key-one", "reset", token)).toBeUndefined();
    expect(secretTokenId("key-two", "activation", token)).toBeUndefined();
    const other = Buffer.from(token, "base64url");
    other[0] = (other[0] ?? 0) ^ 1;
    for (const bad of [other.toString("base64url"), token.slice(1), `${token}A`, `${token}=`, "", token.repeat(100)]) {
      expect(secretTokenId("key-one", "activation", bad)).toBeUndefined();
    }
  });
});

test("a fingerprint does not depend on the order of keys, and differs between left out and null", () => {
  expect(fingerprint({ a: 1, b: [1n, { c: "x", d: undefined }] })).toBe(fingerprint({ b: [1n, { c: "x" }], a: 1 }));
  expect(fingerprint({ a: null })).not.toBe(fingerprint({}));
  expect(fingerprint(["1"])).not.toBe(fingerprint([1]));
});
