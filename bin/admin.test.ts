import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { documents, openUsers, strongPassword } from "#subgraphs/users/testing/test-users.ts";

const command = path.join(import.meta.dirname, "admin.ts");

/** Runs the command and returns its exit code and what it printed. */
async function runAdmin(environment: Record<string, string>, ...words: string[]) {
  return promisify(execFile)(process.execPath, [command, ...words], {
    env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE, ...environment },
  }).then(
    ({ stdout }) => ({ code: 0, said: stdout }),
    (error: { code: number; stderr: string }) => ({ code: error.code, said: error.stderr }),
  );
}

test("the first administrator chooses a password by a mailed link, once, and holds every permission", async () => {
  await using users = await openUsers();
  const url = users.environment.USERS_DATABASE_URL;
  const email = "First.Admin@shop.example";
  const { code, said } = await runAdmin({ USERS_DATABASE_URL: url }, "create", email);
  expect([code, said]).toEqual([0, expect.stringContaining("The account is new.")]);
  expect(said).not.toContain("Token");
  const token = await users.mailedToken(email, /password/i);
  expect((await users.mailbox.wait(email)).text).toContain("within 1 day");
  expect((await users.ask(documents.reset, { token, password: strongPassword })).data.result.userErrors).toEqual([]);
  const { asker } = await users.signIn(email);
  expect(asker.role).toBe("ADMIN");
  expect(asker.scopes).toContain("users:write");
  const again = await users.ask(documents.reset, { token, password: "another correct horse" });
  expect(again.data.result.userErrors).toMatchObject([{ code: "TOKEN_INVALID" }]);
});

test("an account that exists becomes an administrator with its password, and what it was before ends", async () => {
  await using users = await openUsers();
  const person = await users.join();
  const before = await users.revocations();
  const { code, said } = await runAdmin(
    { USERS_DATABASE_URL: users.environment.USERS_DATABASE_URL },
    "create",
    person.email,
  );
  expect([code, said]).toEqual([0, expect.stringContaining("the password that it has")]);
  expect((await users.signIn(person.email)).asker.role).toBe("ADMIN");
  expect((await users.revocations()).users.length).toBe(before.users.length + 1);
});

test("a registration by a stranger for the administrator's address opens nothing afterwards", async () => {
  await using users = await openUsers();
  const email = await users.register();
  const stranger = await users.mailedToken(email, /activate/i);
  const { said } = await runAdmin(
    { USERS_DATABASE_URL: users.environment.USERS_DATABASE_URL, TOKEN_KEY: users.environment.TOKEN_KEY },
    "create",
    email,
    "--token",
  );
  expect((await users.ask(documents.activate, { token: stranger })).data.result.userErrors).toMatchObject([
    { code: "TOKEN_INVALID" },
  ]);
  const token = /passwordReset: ([\w-]+)/.exec(said)?.[1];
  expect((await users.ask(documents.reset, { token, password: strongPassword })).data.result.userErrors).toEqual([]);
});

test("without an email address nothing is written, and the usage is shown", async () => {
  expect(await runAdmin({}, "create", "nobody")).toEqual({ code: 2, said: expect.stringContaining("npm run admin") });
  expect(await runAdmin({}, "remove", "a@b.example")).toEqual({
    code: 2,
    said: expect.stringContaining("npm run admin"),
  });
});
