import { expect, test } from "vitest";
import { openDatabase } from "#platform/database/database.ts";
import { documents, openUsers } from "../testing/test-users.ts";
import { sweep } from "./sweeper.ts";

test("what nothing asks for any more is removed, and what is asked for stays", async () => {
  await using users = await openUsers();
  const [person, gone] = [await users.join(), await users.join()];
  const [waiting, expired] = [
    await users.register(),
    await users.register({ address: { line1: "1 Road", country: "US" } }),
  ];
  await users.ask(documents.requestReset, { email: person.email });
  await users.sql`update users set activatable_until = now() - interval '1 minute' where email = ${expired}`;
  await users.sql`update sessions set expires_at = now() - interval '49 hours' where user_id = ${gone.id}`;
  await users.sql`insert into mailed_tokens (id, kind, user_id, expires_at) values (uuidv7(), 'password-reset', ${gone.id}, now() - interval '1 hour')`;
  await users.sql`insert into attempts (key, times, forget_at) values ('old', '{}', now() - interval '1 hour')`;
  await users.sql`insert into used_oauth_states (id, used_at) values (uuidv7(), now() - interval '49 hours')`;
  const database = openDatabase({ url: users.environment.USERS_DATABASE_URL, applicationName: "test" });
  await sweep(database.db);
  await database.close();
  const emails = (await users.sql`select email from users where deleted_at is null`).map(({ email }) => email);
  expect(emails.toSorted()).toEqual([person.email, gone.email, waiting].toSorted());
  expect(await users.sql`select user_id from sessions`).toEqual([{ user_id: person.id }]);
  expect(await users.sql`select user_id from mailed_tokens`).toEqual([{ user_id: person.id }]);
  expect(await users.sql`select key from attempts where key = 'old'`).toHaveLength(0);
  expect(await users.sql`select id from used_oauth_states`).toHaveLength(0);
  expect(await users.sql`select id from addresses`).toHaveLength(0);
});

test("one sweep removes more rows than one statement takes", async () => {
  await using users = await openUsers();
  await users.sql`insert into attempts (key, times, forget_at) select 'old-' || n, '{}', now() - interval '1 hour' from generate_series(1, 25) n`;
  const database = openDatabase({ url: users.environment.USERS_DATABASE_URL, applicationName: "test" });
  await sweep(database.db, { rowsMax: 10 });
  await database.close();
  expect(await users.sql`select key from attempts where key like 'old-%'`).toHaveLength(0);
});
