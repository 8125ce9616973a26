import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { expect, onTestFinished, test } from "vitest";
import { openLog } from "../observability/log.ts";
import { newId, type SessionId, type UserId } from "../shop/ids.ts";
import { openAccessVerifier } from "./access-tokens.ts";

test("a verifier that started before the users subgraph calls no good token bad, and takes it once the keys can be read", async () => {
  const { publicKey, privateKey } = await generateKeyPair("ES256", { extractable: true });
  const keySet = { keys: [{ ...(await exportJWK(publicKey)), kid: "one" }] };
  let unavailable = true;
  const whenAvailable = async (result: unknown) => {
    if (unavailable) throw new Error("unavailable");
    return result;
  };
  const verifier = await openAccessVerifier({
    source: {
      keys: () => whenAvailable(keySet),
      revocations: () => whenAvailable({ asOf: "1", users: [], sessions: [] }),
      close: async () => {},
    },
    issuer: "agora",
    audience: "agora",
    log: openLog("test", "silent"),
  });
  onTestFinished(() => verifier.close());
  const id = newId<UserId>();
  const token = await new SignJWT({ sid: newId<SessionId>(), role: "CUSTOMER", gen: 0 })
    .setProtectedHeader({ alg: "ES256", typ: "at+jwt", kid: "one" })
    .setIssuer("agora")
    .setAudience("agora")
    .setSubject(id)
    .setJti("1")
    .setIssuedAt()
    .setExpirationTime("15m")
    .sign(privateKey);
  await expect(verifier.verify(token)).rejects.toMatchObject({ code: "SUBGRAPH_UNAVAILABLE" });
  expect(verifier.state()).toBe("degraded");
  unavailable = false;
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect((await verifier.verify(token)).viewer.id).toBe(id);
  await expect(verifier.verify(`${token.slice(0, -4)}AAAA`)).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
});
