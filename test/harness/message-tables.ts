import { onTestFinished } from "vitest";
import { type Database, openDatabase } from "#platform/database/database.ts";
import { createDatabase } from "./databases.ts";
import { createMessageTables } from "./outbox-tables.ts";

export { inbox, outbox } from "./outbox-tables.ts";

/** Opens a database with an empty outbox and inbox, which is dropped when the test ends. */
export async function openMessageDatabase(): Promise<Database & { readonly url: string }> {
  const { url, drop } = await createDatabase("orders");
  const database = openDatabase({ url, applicationName: "test" });
  onTestFinished(async () => {
    await database.close();
    await drop();
  });
  await createMessageTables(database);
  return { ...database, url };
}

/** Waits until a condition is true, which is checked 50 times a second. @throws {Error} after `withinMs`. */
export async function until(condition: () => Promise<boolean> | boolean, withinMs = 10_000): Promise<void> {
  const end = Date.now() + withinMs;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`The condition was not true within ${withinMs} ms.`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
