import { afterAll, beforeAll, expect, test } from "vitest";
import { putDemoData } from "#drizzle/seeds/users.ts";
import { openDatabase } from "#platform/database/database.ts";
import { openUsers } from "../testing/test-users.ts";

let users: Awaited<ReturnType<typeof openUsers>>;
beforeAll(async () => {
  users = await openUsers();
  const { db, close } = openDatabase({
    url: users.environment.USERS_DATABASE_URL,
    applicationName: "test",
    connectionsMax: 1,
  });
  await putDemoData(db);
  await close();
});
afterAll(async () => users?.[Symbol.asyncDispose]());

/** Everything else that production requires. */
const production = {
  NODE_ENV: "production",
  TOKEN_KEY: "3q2+7wqJx5vT0sYh8mZk1RfLpQnUoXyBcDeFgHiJkLM=",
  STOREFRONT_URL: "https://shop.example",
  PUBLIC_URL: "https://api.shop.example",
  PASSWORD_HASH_MEMORY_KIB: "19456",
  SMTP_SENDER: "Shop <orders@shop.example>",
};

const startAndClose = async (variables: Record<string, string>) => (await users.start(variables)).close();

test("demo accounts are served on loopback, and to other machines only where that is allowed", async () => {
  await startAndClose({ HOST: "127.0.0.2" });
  await expect(startAndClose({ HOST: "0.0.0.0" })).rejects.toThrow("DEMO_ACCOUNTS");
  await startAndClose({ HOST: "0.0.0.0", DEMO_ACCOUNTS: "allowed" });
});

test("production does not start with a demo account whose password everyone knows, and does with one that is changed or disabled", async () => {
  await expect(startAndClose(production)).rejects.toThrow("admin@example.com");
  await users.sql`update users set disabled_at = now() where email_key = 'admin@example.com'`;
  await users.sql`update users set password_hash = null where email_key = 'seller@example.com'`;
  await expect(startAndClose(production)).rejects.toThrow("customer@example.com");
  const { passwordHash } = await newPassword();
  await users.sql`update users set password_hash = ${passwordHash} where email_key = 'customer@example.com'`;
  await startAndClose(production);
});

async function newPassword(): Promise<{ passwordHash: string }> {
  const person = await users.join();
  const [row] = await users.sql<{ passwordHash: string }[]>`
    select password_hash as "passwordHash" from users where id = ${person.id}`;
  if (row === undefined) throw new Error("There is no such person.");
  return row;
}
