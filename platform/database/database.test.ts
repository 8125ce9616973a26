import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createDatabase, type TestDatabase } from "#test/harness/databases.ts";
import { openLog } from "../observability/log.ts";
import {
  type Database,
  databaseErrorCode,
  openDatabase,
  transaction,
  violatedConstraint,
  withDeadline,
} from "./database.ts";

let place: TestDatabase;
let database: Database;

beforeAll(async () => {
  place = await createDatabase("users");
  database = openDatabase({ url: place.url, applicationName: "test", connectionsMax: 12 });
  await database.db.execute(
    sql`create table counters (name text primary key, count int not null check (count < 1000))`,
  );
  await database.db.execute(sql`insert into counters values ('a', 0), ('b', 0)`);
});
afterAll(async () => {
  await database.close();
  await place.drop();
});

const countOf = async (name: string) => {
  const [row] = await database.db.execute<{ count: number }>(sql`select count from counters where name = ${name}`);
  return row?.count;
};

describe("a transaction", () => {
  test("that fails leaves nothing of what it wrote", async () => {
    const failing = transaction(database.db, async (tx) => {
      await tx.execute(sql`update counters set count = 500 where name = 'b'`);
      throw new Error("the power went out");
    });
    await expect(failing).rejects.toThrow("the power went out");
    expect(await countOf("b")).toBe(0);
  });

  test("that Postgres cannot serialize is tried again, so that ten at once all take effect", async () => {
    await Promise.all(
      Array.from({ length: 10 }, () =>
        transaction(database.db, async (tx) => {
          await tx.execute(sql`set transaction isolation level repeatable read`);
          const [row] = await tx.execute<{ count: number }>(sql`select count from counters where name = 'a'`);
          await new Promise((resolve) => setTimeout(resolve, Math.random() * 10));
          await tx.execute(sql`update counters set count = ${(row?.count ?? 0) + 1} where name = 'a'`);
        }).catch((error) => {
          // Beyond the bound it gives up, and says with which code.
          expect(databaseErrorCode(error)).toBe("40001");
          return transaction(database.db, (tx) =>
            tx.execute(sql`update counters set count = count + 1 where name = 'a'`),
          );
        }),
      ),
    );
    expect(await countOf("a")).toBe(10);
  });

  test("inside another one joins it", async () => {
    const failing = transaction(database.db, async (outer) => {
      await transaction(outer, (inner) => inner.execute(sql`update counters set count = 7 where name = 'b'`));
      throw new Error("afterwards");
    });
    await expect(failing).rejects.toThrow("afterwards");
    expect(await countOf("b")).toBe(0);
  });
});

test("each connection carries its timeouts to the server", async () => {
  const [row] = await database.db.execute<Record<string, string>>(
    sql`select current_setting('statement_timeout') as statement, current_setting('lock_timeout') as lock,
        current_setting('idle_in_transaction_session_timeout') as idle`,
  );
  expect(row).toEqual({ statement: "8s", lock: "5s", idle: "10s" });
});

test("waiting for a response that does not arrive ends with TIMEOUT", async () => {
  const waiting = withDeadline(database.db.execute(sql`select pg_sleep(0.5)`), 50);
  await expect(waiting).rejects.toEqual(expect.objectContaining({ code: "TIMEOUT" }));
});

test("a failed statement reports its constraint and never logs its parameters", async () => {
  const error = await database.db
    .execute(sql`insert into counters values (${"secret-value"}, ${5000})`)
    .then(() => undefined)
    .catch((caught: unknown) => caught);
  expect(databaseErrorCode(error)).toBe("23514");
  expect(violatedConstraint(error)).toBe("counters_count_check");
  const lines: string[] = [];
  openLog("test", "info", { write: (line) => lines.push(line) }).error({ err: error }, "A query failed.");
  expect(lines.join("")).toContain("counters_count_check");
  expect(lines.join("")).not.toContain("secret-value");
});
