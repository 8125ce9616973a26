import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { openUsers } from "../testing/test-users.ts";
import { createKeyFile, rotateKeyFile } from "./access-keys.ts";

const startAndClose = async (users: Awaited<ReturnType<typeof openUsers>>, file: string) =>
  (await users.start({ ACCESS_KEYS: file })).close();

test("a process with keys of its own does not start beside others, and does after the keys are replaced on purpose", async () => {
  await using users = await openUsers();
  const stranger = path.join(users.directory, "stranger.jwks");
  await createKeyFile(stranger);
  await expect(startAndClose(users, stranger)).rejects.toThrow("keys -- replace");
  const command = path.join(import.meta.dirname, "../../../bin/keys.ts");
  const env = { ...process.env, USERS_DATABASE_URL: users.environment.USERS_DATABASE_URL };
  await promisify(execFile)(process.execPath, [command, "replace", "--file", stranger], { env });
  await startAndClose(users, stranger);
  await expect(startAndClose(users, path.join(users.directory, "keys", "access.jwks"))).rejects.toThrow("ACCESS_KEYS");
});

test("of two strangers that start at once on a new database, one is rejected", async () => {
  await using users = await openUsers();
  await users.sql`delete from access_key_set`;
  const files = ["a.jwks", "b.jwks"].map((name) => path.join(users.directory, name));
  await Promise.all(files.map((file) => createKeyFile(file)));
  const starts = await Promise.allSettled(files.map((file) => startAndClose(users, file)));
  expect(starts.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
});

test("after each rotation every process starts with the file", async () => {
  await using users = await openUsers();
  const file = path.join(users.directory, "keys", "access.jwks");
  for (let round = 0; round < 2; round += 1) {
    await rotateKeyFile(file, 0);
    await startAndClose(users, file);
  }
  const [row] = await users.sql`select cardinality(kids) as kids from access_key_set`;
  expect(row?.kids).toBe(3);
});
