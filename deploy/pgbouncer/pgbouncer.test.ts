import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import postgres from "postgres";
import { expect, inject, onTestFinished, test } from "vitest";
import { freePort } from "#deploy/local/ports.ts";
import { openDatabase, transaction } from "#platform/database/database.ts";
import { makeSessionCheck, sessionTimeoutNames } from "#platform/database/session-check.ts";
import { openOrdersShop } from "#subgraphs/orders/testing/test-orders.ts";
import { createDatabase } from "#test/harness/databases.ts";

const binary = ["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer"].find((file) => {
  try {
    execFileSync(file, ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
});
if (binary === undefined) console.warn("PgBouncer is not installed: its tests are skipped.");

test.skipIf(binary === undefined)(
  "behind PgBouncer a process is not ready until its role has the timeouts",
  async () => {
    await using place = await createDatabase("orders");
    const url = await openPgBouncer(place.url);
    const before = openDatabase({ url, applicationName: "test", prepared: false });
    onTestFinished(() => before.close());
    await expect(makeSessionCheck(before)()).rejects.toThrow(/ALTER ROLE orders SET statement_timeout/);
    await setTimeouts(place.url);
    const after = openDatabase({ url: await openPgBouncer(place.url), applicationName: "test", prepared: false });
    onTestFinished(() => after.close());
    await makeSessionCheck(after)();
  },
);

test.skipIf(binary === undefined)(
  "where PgBouncer does not follow prepared statements a process that prepares them is not ready, and one that does not loses no write",
  async () => {
    await using place = await createDatabase("orders");
    await setTimeouts(place.url);
    const url = await openPgBouncer(place.url);
    const preparing = openDatabase({ url, applicationName: "test", connectionsMax: 4 });
    onTestFinished(() => preparing.close());
    await expect(makeSessionCheck(preparing)()).rejects.toThrow("DATABASE_PREPARED_STATEMENTS=false");

    const { db, sql, close } = openDatabase({ url, applicationName: "test", connectionsMax: 4, prepared: false });
    onTestFinished(close);
    await makeSessionCheck({ sql })();
    await sql`create table counted (n int)`;
    await sql`insert into counted values (0)`;
    await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        index % 2 === 0
          ? transaction(db, async (tx) => {
              await tx.execute("select n from counted for update");
              await tx.execute("update counted set n = n + 1");
            })
          : sql`select ${index}::int as index`.then(([row]) => expect(row?.index).toBe(index)),
      ),
    );
    expect((await sql`select n from counted`)[0]?.n).toBe(50);
  },
);

test.skipIf(binary === undefined)("a checkout goes through PgBouncer as it does without it", async () => {
  await using place = await createDatabase("orders");
  await setTimeouts(place.url);
  const url = await openPgBouncer(place.url);
  await using shop = await openOrdersShop({ ORDERS_DATABASE_URL: url, DATABASE_PREPARED_STATEMENTS: "false" });
  const [buyer, product] = [shop.buyer(), await shop.product(5)];
  await shop.addToCart(buyer, product);
  const placed = await shop.checkout(buyer, { payment: { token: "tok_ok" } });
  expect([placed.userErrors, placed.order.paymentStatus]).toEqual([[], "PAID"]);
  expect(placed.order.stockStatus).toBeOneOf(["RESERVED", "SOLD"]);
});

/** As the guide says. The role is shared by all databases of the tests, so it is set for this database only. */
async function setTimeouts(url: string): Promise<void> {
  const { username, pathname } = new URL(url);
  const admin = postgres(inject("adminUrl"), { max: 1, onnotice: () => {} });
  for (const name of sessionTimeoutNames) {
    await admin.unsafe(`ALTER ROLE ${username} IN DATABASE "${pathname.slice(1)}" SET ${name} = '8s'`);
  }
  await admin.end();
}

/** Starts PgBouncer with our configuration in front of a database, and returns the URL through it. */
async function openPgBouncer(databaseUrl: string): Promise<string> {
  const { hostname, port: databasePort, pathname, username, password } = new URL(databaseUrl);
  const directory = await mkdtemp(path.join(tmpdir(), "agora-pgbouncer-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const port = await freePort();
  const users = path.join(directory, "userlist.txt");
  await writeFile(users, `"${username}" "${decodeURIComponent(password)}"\n`);
  const configuration = (await readFile(path.join(import.meta.dirname, "pgbouncer.ini"), "utf8"))
    .replace(
      /^orders = .*$/m,
      `${pathname.slice(1)} = host=${hostname} port=${databasePort} dbname=${pathname.slice(1)}`,
    )
    .replace(/^listen_port = .*$/m, `listen_port = ${port}`)
    .replace(/^auth_file = .*$/m, `auth_file = ${users}`)
    .replace(/^default_pool_size = .*$/m, "default_pool_size = 3");
  const file = path.join(directory, "pgbouncer.ini");
  await writeFile(file, `${configuration}\nunix_socket_dir =\n`);
  for (const each of [directory, users, file]) await chmod(each, 0o755);
  // It does not run as root.
  const identity = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  const child = spawn(binary ?? "", [file], { stdio: ["ignore", "pipe", "pipe"], ...identity });
  let said = "";
  child.stderr.on("data", (bytes) => {
    said += String(bytes);
  });
  onTestFinished(async () => {
    child.kill("SIGTERM");
    child.kill("SIGKILL");
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  });
  await expect.poll(() => said, { timeout: 10_000 }).toContain("process up");
  const through = new URL(databaseUrl);
  through.hostname = "127.0.0.1";
  through.port = String(port);
  return through.href;
}
