import { decodeJwt, decodeProtectedHeader } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { documents, openUsers, type Person, strongPassword } from "../testing/test-users.ts";

let users: Awaited<ReturnType<typeof openUsers>>;
beforeAll(async () => {
  users = await openUsers();
});
afterAll(() => users[Symbol.asyncDispose]());

const refresh = async (token: string) => (await users.ask(documents.refresh, { token })).data.result;
const invalid = {
  accessToken: null,
  refreshToken: null,
  userErrors: [{ code: "TOKEN_INVALID", field: ["refreshToken"] }],
};
/** As if the latest rotation had been so long ago. */
const age = (person: Person, seconds: number) =>
  users.sql`update sessions set rotated_at = now() - ${seconds} * interval '1 second' where id = ${person.asker.sessionId}`;
const revoked = (since?: string) => users.revocations(since);

test("an access token says what the design says, and no more", async () => {
  const person = await users.join();
  const header = decodeProtectedHeader(person.accessToken);
  expect(header).toEqual({ alg: "ES256", typ: "at+jwt", kid: expect.any(String) });
  const claims = decodeJwt(person.accessToken);
  expect(claims).toEqual({
    iss: "agora",
    aud: "agora",
    sub: person.id,
    sid: person.asker.sessionId,
    role: "CUSTOMER",
    scope: "",
    gen: 1,
    iat: expect.any(Number),
    exp: (claims.iat ?? 0) + 900,
    jti: expect.any(String),
  });
});

describe("rotation", () => {
  test("each refresh gives a new pair, and the times say when they end", async () => {
    const person = await users.join();
    const next = await refresh(person.refreshToken);
    expect(next.userErrors).toEqual([]);
    expect(next.refreshToken).not.toBe(person.refreshToken);
    expect(next.accessToken).not.toBe(person.accessToken);
    const days = (Date.parse(next.refreshTokenExpiresAt) - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(29.9);
    expect(days).toBeLessThan(30.1);
    expect(Date.parse(next.accessTokenExpiresAt)).toBe((decodeJwt(next.accessToken).exp ?? 0) * 1_000);
    expect((await refresh(next.refreshToken)).userErrors).toEqual([]);
  });

  test("50 parallel refreshes of one token leave one family alive, with the same pair for all", async () => {
    const person = await users.join();
    const responses = await Promise.all(Array.from({ length: 50 }, () => refresh(person.refreshToken)));
    expect(new Set(responses.map((response) => JSON.stringify(response)))).toHaveLength(1);
    expect(responses[0]).toMatchObject({ userErrors: [], user: { id: person.id } });
    const [alive] =
      await users.sql`select count(*)::int as live from sessions where user_id = ${person.id} and revoked_at is null`;
    expect(alive).toEqual({ live: 1 });
    expect((await refresh(responses[0].refreshToken)).userErrors).toEqual([]);
  });

  test("the same token again within 10 s gets the same pair, byte for byte, and after 10 s it ends the family and notifies the owner", async () => {
    const person = await users.join();
    const first = await refresh(person.refreshToken);
    await age(person, 8);
    expect(await refresh(person.refreshToken)).toEqual(first);
    await age(person, 10);
    expect(await refresh(person.refreshToken)).toMatchObject(invalid);
    expect(await refresh(first.refreshToken)).toMatchObject(invalid);
    expect((await revoked()).sessions).toContain(person.asker.sessionId);
    await users.mailbox.wait(person.email, ({ subject }) => /signed out on one device/.test(subject));
  });

  test("a token from before the latest but one ends the family at once, however soon", async () => {
    const person = await users.join();
    const second = await refresh(person.refreshToken);
    const third = await refresh(second.refreshToken);
    expect(await refresh(person.refreshToken)).toMatchObject(invalid);
    expect(await refresh(third.refreshToken)).toMatchObject(invalid);
  });

  test("a repeat after a change of role gets a token of now, for the pair's own would be refused everywhere", async () => {
    const person = await users.join();
    await refresh(person.refreshToken);
    await users.sql`update users set role = 'SELLER', token_generation = token_generation + 1 where id = ${person.id}`;
    const again = await refresh(person.refreshToken);
    expect(decodeJwt(again.accessToken)).toMatchObject({ role: "SELLER", scope: "products:write", gen: 2 });
  });

  test("a family that is refreshed for ever ends after 90 days, and one that rests after 30", async () => {
    const person = await users.join();
    await users.sql`update sessions set created_at = now() - interval '89 days 23 hours' where id = ${person.asker.sessionId}`;
    const late = await refresh(person.refreshToken);
    expect(Date.parse(late.refreshTokenExpiresAt) - Date.now()).toBeLessThan(3_600_000);
    const resting = await users.join();
    await users.sql`update sessions set expires_at = now() where id = ${resting.asker.sessionId}`;
    expect(await refresh(resting.refreshToken)).toMatchObject(invalid);
  });

  test("an access token never outlives its session", async () => {
    const person = await users.join();
    await users.sql`update sessions set created_at = now() - interval '90 days' + interval '60 seconds' where id = ${person.asker.sessionId}`;
    const { accessToken } = await refresh(person.refreshToken);
    expect((decodeJwt(accessToken).exp ?? 0) - Date.now() / 1_000).toBeLessThanOrEqual(60);
  });

  test.each([
    ["nothing", () => ""],
    ["a word", () => "word"],
    ["another number", (token: string) => token.replace(/^0\./, "1.")],
    ["a number with a zero before it", (token: string) => token.replace(/^0\./, "00.")],
    ["a changed secret", (token: string) => `${token.slice(0, -2)}AA`],
    ["a cut secret", (token: string) => token.slice(0, -1)],
    ["an access token", (_token: string, access: string) => access],
    ["a very long one", (token: string) => token + "A".repeat(10_000)],
  ])("%s in its place is refused and ends nothing", async (_what, change) => {
    const person = await users.join();
    expect(await refresh(change(person.refreshToken, person.accessToken))).toMatchObject(invalid);
    expect((await refresh(person.refreshToken)).userErrors).toEqual([]);
  });
});

describe("signing out", () => {
  test("ends the one session, and its access tokens by the feed", async () => {
    const [person, elsewhere] = await twoDevices();
    const { data } = await users.ask(documents.revoke, { token: person.refreshToken });
    expect(data.result).toEqual({ revokedSessions: 1, userErrors: [] });
    expect(await refresh(person.refreshToken)).toMatchObject(invalid);
    expect((await refresh(elsewhere.refreshToken)).userErrors).toEqual([]);
    const { sessions } = await revoked();
    expect(sessions).toContain(person.asker.sessionId);
    expect(sessions).not.toContain(elsewhere.asker.sessionId);
  });

  test("of one's own other session works, and of another user's is NOT_FOUND and ends nothing", async () => {
    const [person, elsewhere] = await twoDevices();
    const stranger = await users.join();
    const revoke = `mutation($id: ID!) { result: sessionRevoke(id: $id) { revokedSessions userErrors { code field } } }`;
    const notFound = { revokedSessions: 0, userErrors: [{ code: "NOT_FOUND", field: ["id"] }] };
    for (const id of [stranger.asker.sessionId, "no id", "00000000-0000-7000-8000-000000000000"]) {
      expect((await users.ask(revoke, { id }, person.asker)).data.result).toEqual(notFound);
    }
    expect((await refresh(stranger.refreshToken)).userErrors).toEqual([]);
    const { data } = await users.ask(revoke, { id: elsewhere.asker.sessionId }, person.asker);
    expect(data.result).toEqual({ revokedSessions: 1, userErrors: [] });
    expect(await refresh(elsewhere.refreshToken)).toMatchObject(invalid);
    expect((await users.ask(revoke, { id: elsewhere.asker.sessionId }, person.asker)).data.result).toEqual(notFound);
  });

  test("everywhere ends every session of the user and no others", async () => {
    const [person, elsewhere] = await twoDevices();
    const stranger = await users.join();
    const { data } = await users.ask(
      `mutation { tokenRevokeAll { revokedSessions userErrors { code } } }`,
      {},
      person.asker,
    );
    expect(data.tokenRevokeAll).toEqual({ revokedSessions: 2, userErrors: [] });
    expect(await refresh(person.refreshToken)).toMatchObject(invalid);
    expect(await refresh(elsewhere.refreshToken)).toMatchObject(invalid);
    expect((await refresh(stranger.refreshToken)).userErrors).toEqual([]);
  });

  test("beyond 50 sessions the one that was used least recently ends", async () => {
    const person = await users.join();
    await users.sql`insert into sessions (id, user_id, expires_at, last_used_at)
      select uuidv7(), ${person.id}, now() + interval '1 day', now() - n * interval '1 minute' from generate_series(1, 50) n`;
    await users.signIn(person.email);
    const { data } = await users.ask(`{ me { sessions { id isCurrent } } }`, {}, person.asker);
    expect(data.me.sessions).toHaveLength(50);
    expect(data.me.sessions.filter(({ isCurrent }: { isCurrent: boolean }) => isCurrent)).toHaveLength(1);
  });
});

describe("the feed of revocations", () => {
  test("tells what changed since the response before, less a minute, and all of the last day without", async () => {
    const person = await users.join();
    const [old, recent] = await twoDevices();
    await users.ask(documents.revoke, { token: old.refreshToken });
    await users.ask(documents.revoke, { token: recent.refreshToken });
    await users.sql`update sessions set revoked_at = now() - interval '2 minutes' where id = ${old.asker.sessionId}`;
    await users.sql`update sessions set revoked_at = now() - interval '50 seconds' where id = ${recent.asker.sessionId}`;
    const all = await revoked();
    expect(all.sessions).toEqual(expect.arrayContaining([old.asker.sessionId, recent.asker.sessionId]));
    const news = await revoked(all.asOf);
    expect(news.sessions).toContain(recent.asker.sessionId);
    expect(news.sessions).not.toContain(old.asker.sessionId);
    expect(all.users.map(({ id }) => id)).not.toContain(person.id);
    await users.sql`update sessions set revoked_at = now() - interval '24 hours 16 minutes' where id = ${old.asker.sessionId}`;
    expect((await revoked()).sessions).not.toContain(old.asker.sessionId);
  });

  test("is for who carries an internal token, and takes only a time", async () => {
    expect((await fetch(`${users.url}/internal/revocations`)).status).toBe(401);
    expect((await users.get("/internal/revocations?since=yesterday")).status).toBe(400);
  });

  test.each([
    ["a new role", `mutation($id: ID!) { r: userRoleSet(userId: $id, role: SELLER) { userErrors { code } } }`],
    [
      "other permissions",
      `mutation($id: ID!) { r: userPermissionsSet(userId: $id, permissions: ["users:read"]) { userErrors { code } } }`,
    ],
    ["a disabled account", `mutation($id: ID!) { r: userDisable(userId: $id) { userErrors { code } } }`],
  ])("%s ends the access tokens issued before", async (_what, document) => {
    const person = await users.join();
    const admin = { role: "ADMIN", scopes: allScopes } as const;
    const { data } = await users.ask(document, { id: person.id }, admin);
    expect(data.r.userErrors).toEqual([]);
    const entry = (await revoked()).users.find(({ id }) => id === person.id);
    expect(entry).toEqual({ id: person.id, generation: 2 });
  });
});

const allScopes = [
  "products:write",
  "categories:write",
  "orders:read",
  "orders:write",
  "payments:write",
  "discounts:write",
  "settings:write",
  "users:read",
  "users:write",
];

async function twoDevices(): Promise<[Person, Person]> {
  const person = await users.join();
  return [person, await users.signIn(person.email, strongPassword)];
}
