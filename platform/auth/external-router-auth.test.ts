import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { expect, onTestFinished, test } from "vitest";
import { sendJson, serveHttp } from "../http/http-server.ts";
import { openLog } from "../observability/log.ts";
import { newId, type SessionId, type UserId } from "../shop/ids.ts";
import { openExternalRouterAuth } from "./external-router-auth.ts";
import { makeInternalKey, makeInternalVerifier, readInternalKey } from "./internal-tokens.ts";

const log = openLog("test", "silent");

test("behind another router a valid access token authenticates its user until the session is revoked", async () => {
  const { publicKey, privateKey } = await generateKeyPair("ES256", { extractable: true });
  const internal = await makeInternalKey("products");
  const verify = await makeInternalVerifier("users", { keys: [internal.publicJwk] });
  const ended = newId<SessionId>();
  const users = await serveHttp({
    host: "127.0.0.1",
    port: 0,
    portName: "PORT",
    onError: () => {},
    handler: async (request, response, url) => {
      if (url.pathname === "/.well-known/jwks.json") {
        return sendJson(response, 200, { keys: [{ ...(await exportJWK(publicKey)), kid: "one" }] });
      }
      await verify((request.headers.authorization ?? "").replace("Bearer ", ""));
      sendJson(response, 200, { asOf: new Date().toISOString(), users: [], sessions: [ended] });
    },
  });
  onTestFinished(() => users.close(0));
  const env = { ROUTER_SECRET: "s".repeat(32), TOKEN_ISSUER: "agora", TOKEN_AUDIENCE: "agora" };
  const signer = await readInternalKey("products", internal.privateJwk);
  const router = await openExternalRouterAuth(
    env,
    [new URL("http://127.0.0.1:1/graphql"), new URL(`${users.url}/graphql`)],
    signer,
    log,
  );
  onTestFinished(() => router?.close());

  const id = newId<UserId>();
  const token = (sessionId: SessionId, issuer = "agora") =>
    new SignJWT({ sid: sessionId, role: "SELLER", scope: "products:write", gen: 0 })
      .setProtectedHeader({ alg: "ES256", typ: "at+jwt", kid: "one" })
      .setIssuer(issuer)
      .setAudience("agora")
      .setSubject(id)
      .setJti(newId())
      .setIssuedAt()
      .setExpirationTime("15m")
      .sign(privateKey);
  const viewer = await router?.auth.viewerOf(await token(newId<SessionId>()));
  expect(viewer).toMatchObject({ kind: "user", id, role: "SELLER", scopes: new Set(["products:write"]) });
  for (const bad of [await token(ended), await token(newId<SessionId>(), "someone"), "nonsense"]) {
    await expect(router?.auth.viewerOf(bad)).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
  }
});

test("without the secret no other router is accepted", async () => {
  const { privateJwk } = await makeInternalKey("products");
  const env = { TOKEN_ISSUER: "agora", TOKEN_AUDIENCE: "agora" };
  const signer = await readInternalKey("products", privateJwk);
  expect(await openExternalRouterAuth(env, [new URL("http://127.0.0.1:1")], signer, log)).toBeUndefined();
});
