import { expect, onTestFinished, test } from "vitest";
import { createDatabase } from "#test/harness/databases.ts";
import { openLog } from "../observability/log.ts";
import { openDatabase } from "./database.ts";
import { type LogPosition, openReadReplica } from "./read-replica.ts";

const log = openLog("test", "silent");

/** A replica that is looked at a hundred times a second; `pass` moves the clock that lags are measured by. */
async function open(read?: (isPrimary: boolean) => Promise<LogPosition>) {
  const place = await createDatabase("products");
  onTestFinished(() => place.drop());
  const [primary, replica] = ["primary", "replica"].map((applicationName) =>
    openDatabase({ url: place.url, applicationName, connectionsMax: 2 }),
  );
  if (primary === undefined || replica === undefined) throw new Error("There are two pools.");
  let nowMs = 0;
  let looks = 0;
  const watched = openReadReplica({
    primary,
    replica,
    log,
    pauseMs: 10,
    clock: () => nowMs,
    ...(read === undefined
      ? {}
      : {
          read: async (database) => {
            if (database === primary) looks += 1;
            return read(database === primary);
          },
        }),
  });
  onTestFinished(async () => {
    await watched.close();
    await primary.close();
  });
  /** Lets time pass, and waits until both positions have been read since. */
  const pass = async (seconds: number) => {
    nowMs += seconds * 1_000;
    const before = looks;
    await expect.poll(() => looks - before, { interval: 5 }).toBeGreaterThan(2);
  };
  return { watched, primary, replica, pass };
}

test("a replica that keeps up is read, and one whose positions cannot be read is not", async () => {
  const { watched, replica } = await open();
  expect(watched.db()).toBeUndefined();
  await expect.poll(() => watched.db() === replica.db, { timeout: 5_000 }).toBe(true);
  expect(watched.lagSeconds()).toBeLessThan(2);
  await replica.close();
  await expect.poll(() => watched.db() === undefined, { timeout: 10_000 }).toBe(true);
  expect(watched.lagSeconds()).toBeUndefined();
});

test("a lag over five seconds turns it off until it has caught up, and while nothing is written there is none", async () => {
  let [written, replayed] = [100, 100];
  const { watched, replica, pass } = await open(async (isPrimary) => ({
    cluster: "one",
    bytes: isPrimary ? written : replayed,
  }));
  await pass(0);
  expect(watched.db()).toBe(replica.db);
  await pass(60);
  expect(watched.lagSeconds()).toBe(0);
  // Replication is cut, and the shop writes on.
  written = 200;
  await pass(4.9);
  expect(watched.db()).toBe(replica.db);
  await pass(0.2);
  expect(watched.db()).toBeUndefined();
  expect(watched.lagSeconds()).toBeCloseTo(5.1);
  replayed = 200;
  await pass(0);
  expect(watched.db()).toBe(replica.db);
});

test("a database that is no replica of ours is never read", async () => {
  const { watched, pass } = await open(async (isPrimary) => ({
    cluster: isPrimary ? "one" : "two",
    bytes: 1,
  }));
  await pass(1);
  expect(watched.db()).toBeUndefined();
  expect(watched.lagSeconds()).toBeUndefined();
});
