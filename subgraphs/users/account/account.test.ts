import bcrypt from "bcryptjs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { documents, newEmail, openUsers, type Person, staff, strongPassword } from "../testing/test-users.ts";

let users: Awaited<ReturnType<typeof openUsers>>;
beforeAll(async () => {
  users = await openUsers();
});
afterAll(() => users[Symbol.asyncDispose]());

const change = `mutation($input: PasswordChangeInput!) { result: passwordChange(input: $input) { accepted userErrors { code field } } }`;
const update = `mutation($input: AccountUpdateInput!) { result: accountUpdate(input: $input) {
  user { displayName username firstName lastName version } userErrors { __typename code field ... on EditConflictError { currentVersion } } } }`;
const askEmail = `mutation($input: EmailChangeRequestInput!) { result: emailChangeRequest(input: $input) { accepted userErrors { code field } } }`;
const confirmEmail = `mutation($token: String!) { result: emailChangeConfirm(input: { token: $token }) { user { id } userErrors { code field } } }`;
const erase = `mutation($password: String) { result: accountDelete(input: { password: $password }) { accepted userErrors { code field } } }`;
const accepted = { accepted: true, userErrors: [] };
const refresh = async (person: Person) =>
  (await users.ask(documents.refresh, { token: person.refreshToken })).data.result.userErrors[0]?.code ?? "live";
const generation = async ({ id }: Person) =>
  (await users.revocations()).users.find((user) => user.id === id)?.generation;

describe("passwords", () => {
  test("a new one replaces the old, ends every other session and the access tokens issued before, and is mailed about", async () => {
    const person = await users.join();
    const elsewhere = await users.signIn(person.email);
    const input = { currentPassword: strongPassword, newPassword: "a wholly new password" };
    expect((await users.ask(change, { input }, person.asker)).data.result).toEqual(accepted);
    expect([await refresh(person), await refresh(elsewhere)]).toEqual(["live", "TOKEN_INVALID"]);
    expect(await generation(person)).toBe(2);
    await users.mailbox.wait(person.email, ({ subject }) => subject === "Your password was changed");
    await expect(users.signIn(person.email)).rejects.toThrow("INVALID_CREDENTIALS");
    await users.signIn(person.email, "a wholly new password");
  });

  test("a wrong current one changes nothing, and five of them are all that is tried", async () => {
    const person = await users.join();
    const variables = (currentPassword: string) => ({
      input: { currentPassword, newPassword: "a wholly new password" },
    });
    for (let round = 0; round < 5; round += 1) {
      const { data } = await users.ask(change, variables(`guess number ${round}`), person.asker);
      expect(data.result).toEqual({
        accepted: false,
        userErrors: [{ code: "INVALID_CREDENTIALS", field: ["currentPassword"] }],
      });
    }
    const { errors } = await users.ask(change, variables(strongPassword), person.asker);
    expect(errors[0]?.extensions?.code).toBe("RATE_LIMITED");
  });

  test("a new one that is weak is refused and the current one stays", async () => {
    const person = await users.join();
    const input = { currentPassword: strongPassword, newPassword: "password" };
    const { data } = await users.ask(change, { input }, person.asker);
    expect(data.result.userErrors).toEqual([{ code: "PASSWORD_TOO_WEAK", field: ["newPassword"] }]);
    expect(await generation(person)).toBeUndefined();
  });

  test("a mailed token sets a new one once, of 20 at a time, and signs out everywhere; a weak one does not use it up", async () => {
    const person = await users.join();
    await users.ask(documents.requestReset, { email: person.email.toUpperCase() });
    const token = await users.mailedToken(person.email, /new password/);
    const weak = await users.ask(documents.reset, { token, password: "12345678" });
    expect(weak.data.result.userErrors).toMatchObject([{ code: "PASSWORD_TOO_WEAK", field: ["newPassword"] }]);
    const responses = await Promise.all(
      Array.from({ length: 20 }, (_, n) => users.ask(documents.reset, { token, password: `new password number ${n}` })),
    );
    const winners = responses.flatMap(({ data }, n) => (data.result.accepted ? [n] : []));
    expect(winners).toHaveLength(1);
    expect(await refresh(person)).toBe("TOKEN_INVALID");
    expect(await generation(person)).toBe(2);
    await users.signIn(person.email, `new password number ${winners[0]}`);
  });

  test("a mailed token lives 45 minutes, and a password changed otherwise voids it", async () => {
    const person = await users.join();
    await users.ask(documents.requestReset, { email: person.email });
    const token = await users.mailedToken(person.email, /new password/);
    const [row] =
      await users.sql`select extract(epoch from expires_at - created_at)::int as seconds from mailed_tokens where user_id = ${person.id}`;
    expect(row).toEqual({ seconds: 45 * 60 });
    const input = { currentPassword: strongPassword, newPassword: "a wholly new password" };
    await users.ask(change, { input }, person.asker);
    const { data } = await users.ask(documents.reset, { token, password: "yet another password" });
    expect(data.result.userErrors).toMatchObject([{ code: "TOKEN_INVALID", field: ["token"] }]);
  });

  test("a bcrypt hash of cost 12 that was brought along is verified, and replaced by Argon2id at the sign-in", async () => {
    const person = await users.join();
    const brought = await bcrypt.hash("a password of old", 12);
    await users.sql`update users set password_hash = ${brought} where id = ${person.id}`;
    await expect(users.signIn(person.email, "not that one")).rejects.toThrow("INVALID_CREDENTIALS");
    await users.signIn(person.email, "a password of old");
    const [row] = await users.sql`select password_hash as hash from users where id = ${person.id}`;
    expect(row?.hash).toMatch(/^\$argon2id\$v=19\$m=64,t=2,p=1\$/);
    await users.signIn(person.email, "a password of old");
  });
});

describe("the profile", () => {
  test("what is left out stays, and null clears what may be empty", async () => {
    const person = await users.join({ displayName: "Jane", firstName: "Jane", lastName: "Smith", username: "jane-s" });
    const first = await users.ask(update, { input: { firstName: null, displayName: "Janet" } }, person.asker);
    expect(first.data.result).toEqual({
      user: { displayName: "Janet", username: "jane-s", firstName: null, lastName: "Smith", version: 2 },
      userErrors: [],
    });
    const second = await users.ask(update, { input: { displayName: null, username: null } }, person.asker);
    expect(second.data.result).toMatchObject({
      user: null,
      userErrors: [{ code: "VALIDATION_FAILED", field: ["displayName"] }],
    });
    const third = await users.ask(update, { input: { username: null } }, person.asker);
    expect(third.data.result.user).toMatchObject({ username: null, version: 3 });
  });

  test("an edit of what changed meanwhile is a conflict with the version of now, and of 20 edits of one version one wins", async () => {
    const person = await users.join();
    const responses = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        users.ask(update, { input: { displayName: `Name ${n}`, expectedVersion: 1 } }, person.asker),
      ),
    );
    const results = responses.map(({ data }) => data.result);
    expect(results.filter(({ user }) => user !== null)).toHaveLength(1);
    expect(results.find(({ user }) => user === null)).toEqual({
      user: null,
      userErrors: [
        { __typename: "EditConflictError", code: "EDIT_CONFLICT", field: ["expectedVersion"], currentVersion: 2 },
      ],
    });
  });

  test("a handle that is taken, in any case, is reported", async () => {
    await users.join({ username: "taken-handle" });
    const person = await users.join();
    const { data } = await users.ask(update, { input: { username: "TAKEN-handle" } }, person.asker);
    expect(data.result).toMatchObject({ user: null, userErrors: [{ code: "ALREADY_EXISTS", field: ["username"] }] });
  });
});

describe("the e-mail address", () => {
  test("changes when the new one confirms it, once; both are notified, and sign-in moves over", async () => {
    const person = await users.join();
    const newAddress = newEmail();
    const input = { newEmail: newAddress, password: strongPassword };
    expect((await users.ask(askEmail, { input }, person.asker)).data.result).toEqual(accepted);
    await users.mailbox.wait(person.email, ({ subject }) => /about to change/.test(subject));
    const token = await users.mailedToken(newAddress, /Confirm/);
    const responses = await Promise.all(Array.from({ length: 20 }, () => users.ask(confirmEmail, { token })));
    expect(responses.filter(({ data }) => data.result.user?.id === person.id)).toHaveLength(1);
    await users.mailbox.wait(person.email, ({ subject }) => /was changed/.test(subject));
    await expect(users.signIn(person.email)).rejects.toThrow("INVALID_CREDENTIALS");
    expect((await users.signIn(newAddress)).id).toBe(person.id);
  });

  test("that is taken gets the same response, its owner is notified, and no token exists that could take it", async () => {
    const [person, other] = [await users.join(), await users.join()];
    const input = { newEmail: other.email, password: strongPassword };
    expect((await users.ask(askEmail, { input }, person.asker)).data.result).toEqual(accepted);
    const mail = await users.mailbox.wait(other.email, ({ subject }) => /already/.test(subject));
    expect(mail.text).not.toContain("token=");
  });

  test("that was taken in the meantime is reported to the reader of its mails, and nothing changes", async () => {
    const person = await users.join();
    const newAddress = newEmail();
    await users.ask(askEmail, { input: { newEmail: newAddress, password: strongPassword } }, person.asker);
    const token = await users.mailedToken(newAddress, /Confirm/);
    await users.join({ email: newAddress });
    const { data } = await users.ask(confirmEmail, { token });
    expect(data.result).toEqual({ user: null, userErrors: [{ code: "ALREADY_EXISTS", field: ["token"] }] });
    await users.signIn(person.email);
  });

  test("is asked for ten times an hour at most, whichever addresses are wanted", async () => {
    const person = await users.join();
    const responses = [];
    for (let n = 0; n < 12; n += 1) {
      responses.push(
        await users.ask(askEmail, { input: { newEmail: newEmail(), password: strongPassword } }, person.asker),
      );
    }
    expect(responses.filter(({ data }) => data?.result?.accepted === true)).toHaveLength(10);
    expect(responses.at(-1)?.errors[0]?.extensions?.code).toBe("RATE_LIMITED");
  });

  test("needs the password, and without one a sign-in of under ten minutes ago", async () => {
    const person = await users.join();
    for (const password of [undefined, null, "wrong password"]) {
      const { data } = await users.ask(askEmail, { input: { newEmail: newEmail(), password } }, person.asker);
      expect(data.result.userErrors).toEqual([{ code: "INVALID_CREDENTIALS", field: ["password"] }]);
    }
    await users.sql`update users set password_hash = null where id = ${person.id}`;
    const input = { newEmail: newEmail() };
    expect((await users.ask(askEmail, { input }, person.asker)).data.result).toEqual(accepted);
    await users.sql`update sessions set created_at = now() - interval '11 minutes' where user_id = ${person.id}`;
    const late = await users.ask(askEmail, { input }, person.asker);
    expect(late.data.result.userErrors).toEqual([{ code: "INVALID_CREDENTIALS", field: null }]);
  });
});

describe("deleting the account", () => {
  test("leaves nothing of the person in the database but the id, ends every session, and tells the others", async () => {
    const person = await users.join({
      displayName: "Jane Oblivia",
      username: "oblivia",
      firstName: "Jane",
      lastName: "Oblivia",
      address: { line1: "7 Oblivion Road", country: "US" },
    });
    await users.register({ email: person.email, password: "another long password" });
    await users.mailbox.wait(person.email, ({ subject }) => /already/.test(subject));
    const wrong = await users.ask(erase, { password: "wrong password" }, person.asker);
    expect(wrong.data.result.userErrors).toEqual([{ code: "INVALID_CREDENTIALS", field: ["password"] }]);
    expect((await users.ask(erase, { password: strongPassword }, person.asker)).data.result).toEqual(accepted);
    await users.mailbox.wait(person.email, ({ subject }) => /was deleted/.test(subject));
    expect(await refresh(person)).toBe("TOKEN_INVALID");
    expect(await generation(person)).toBe(2);
    await expect(users.signIn(person.email)).rejects.toThrow("INVALID_CREDENTIALS");
    const one = await users.ask(
      `query($id: ID!) { user(id: $id) { displayName } }`,
      { id: person.id },
      staff("users:read"),
    );
    expect(one.data.user).toBeNull();
    const events =
      await users.sql`select destination, payload from outbox where channel = 'event' and subject = ${person.id} order by destination`;
    expect(events).toEqual([
      { destination: "orders", payload: { userId: person.id } },
      { destination: "products", payload: { userId: person.id } },
    ]);
    await expect
      .poll(async () => {
        // The mail is marked as sent a moment after it has arrived.
        await users.sql`delete from outbox where topic = 'account-deleted' and status = 'sent'`;
        return whatIsLeft(/oblivi/i, person.email);
      })
      .toEqual([]);
  });

  test("frees the address and the handle for others", async () => {
    const person = await users.join({ username: "phoenix" });
    await users.ask(erase, { password: strongPassword }, person.asker);
    const again = await users.join({ email: person.email, username: "phoenix" });
    expect(again.id).not.toBe(person.id);
    const { data } = await users.ask(`{ me { username } }`, {}, again.asker);
    expect(data.me.username).toBe("phoenix");
  });

  /** Rows of any table in whose text the words or the address still stand. */
  async function whatIsLeft(words: RegExp, email: string): Promise<string[]> {
    const tables =
      await users.sql`select table_name as name from information_schema.tables where table_schema = 'public'`;
    const found: string[] = [];
    for (const { name } of tables) {
      const rows = await users.sql`select row_to_json(t)::text as text from ${users.sql(name)} t`;
      found.push(...rows.map(({ text }) => String(text)).filter((text) => words.test(text) || text.includes(email)));
    }
    return found;
  }
});
