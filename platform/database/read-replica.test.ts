import { expect, onTestFinished, test } from "vitest";
import { createDatabase } from "#test/harness/databases.ts";
import { openLog } from "../observability/log.ts";
import { openDatabase } from "./database.ts";
import { type LogPosition, openReadReplica } from "./read-replica.ts";

const log = openLog("test", "silent");

async function open(read?: (isPrimary: boolean) => Promise<LogPosition>) {
  const place = await createDatabase("products");
  onTestFinished(() => place.drop());
  const [primary, replica] = ["primary", "replica"].map((applicationName) =>
    openDatabase({ url: place.url, applicationName, connectionsMax: 2 }),
  );
  if (primary === undefined || replica === undefined) throw new Error("There are two pools.");
  const watched = openReadReplica({
    primary,
    replica,
    log,
    ...(read === undefined ? {} : { read: (database) => read(database === primary) }),
  });
  onTestFinished(async () => {
    await watched.close();
    await primary.close();
  });
  return { watched, primary, replica };
}

test("a replica that keeps up is read, and one whose positions cannot be read is not", async () => {
  const { watched, primary, replica } = await open();
  expect(watched.db()).toBe(primary.db);
  await expect.poll(() => watched.db() === replica.db, { timeout: 5_000 }).toBe(true);
  expect(watched.lagSeconds()).toBeLessThan(2);
  await replica.close();
  await expect.poll(() => watched.db() === primary.db, { timeout: 10_000 }).toBe(true);
  expect(watched.lagSeconds()).toBeUndefined();
});

test("a lag over five seconds turns it off until it has caught up, and while nothing is written there is none", async () => {
  let [written, replayed] = [100, 100];
  const { watched, primary, replica } = await open(async (isPrimary) => ({
    cluster: "one",
    bytes: isPrimary ? written : replayed,
  }));
  await expect.poll(() => watched.db() === replica.db, { timeout: 5_000 }).toBe(true);
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  expect(watched.lagSeconds()).toBeLessThan(1);
  // Replication is cut, and the shop writes on.
  written = 200;
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  expect(watched.db()).toBe(replica.db);
  await expect.poll(() => watched.db() === primary.db, { timeout: 10_000 }).toBe(true);
  expect(watched.lagSeconds()).toBeGreaterThan(5);
  replayed = 200;
  await expect.poll(() => watched.db() === replica.db, { timeout: 5_000 }).toBe(true);
}, 40_000);

test("a database that is no replica of ours is never read", async () => {
  const { watched, primary } = await open(async (isPrimary) => ({ cluster: isPrimary ? "one" : "two", bytes: 1 }));
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  expect(watched.db()).toBe(primary.db);
});
