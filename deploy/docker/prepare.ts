import { execFile } from "node:child_process";
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { migrateDatabase } from "#drizzle/migrate.ts";
import { putDemoData } from "#drizzle/seeds/demo-data.ts";
import { serviceNames } from "#platform/auth/internal-tokens.ts";
import { keepKeys } from "#platform/auth/key-files.ts";
import { openDatabase } from "#platform/database/database.ts";
import { type Subgraph, subgraphs } from "#schema/subgraphs.ts";

/**
 * Runs once before the services start: creates keys, each in the folder that only its service mounts, applies migrations and, outside production, adds
 * the demo data. Running it again changes nothing.
 */
async function prepare(keysDirectory: string): Promise<void> {
  await prepareKeys(keysDirectory);
  for (const subgraph of subgraphs) {
    const url = databaseUrl(subgraph);
    const applied = await migrateDatabase(subgraph, url);
    console.log(`${subgraph}: ${applied.length === 0 ? "up to date" : `applied ${applied.join(", ")}`}`);
  }
  if (process.env.NODE_ENV === "production") return;
  for (const subgraph of subgraphs) {
    const { db, close } = openDatabase({ url: databaseUrl(subgraph), applicationName: "demo data", connectionsMax: 1 });
    await putDemoData[subgraph]?.(db, process.env).finally(close);
  }
}

const keyFile = "internal.json";
const keySetFile = "internal-jwks.json";
const tokenKeyFile = "token-key";

async function prepareKeys(directory: string): Promise<void> {
  // The users service creates no keys in production.
  const command = path.join(import.meta.dirname, "../../bin/keys.ts");
  const accessKeys = path.join(directory, "users", "access.jwks");
  await promisify(execFile)(process.execPath, [command, "create-access", "--file", accessKeys]);
  const gateway = path.join(directory, "gateway");
  const done = await readFile(path.join(gateway, keySetFile), "utf8").catch(() => undefined);
  if (done !== undefined) return;
  const keys = await keepKeys(await mkdtemp(path.join(tmpdir(), "keys-")));
  for (const service of serviceNames) {
    const folder = path.join(directory, service);
    await writeFile(path.join(folder, keyFile), await readFile(keys.internalKeyFile(service), "utf8"), { mode: 0o600 });
    if (service === "users" || service === "orders") {
      await writeFile(path.join(folder, tokenKeyFile), keys.tokenKey, { mode: 0o600 });
    }
  }
  // The public halves last, the gateway's last of all: its presence means that everything is there.
  for (const service of serviceNames.toReversed()) {
    await writeFile(path.join(directory, service, keySetFile), keys.internalJwks, { mode: 0o600 });
  }
}

function databaseUrl(subgraph: Subgraph): string {
  const name = `${subgraph.toUpperCase()}_DATABASE_URL`;
  const url = process.env[name];
  if (!url) throw new Error(`${name} is not set: it names the database of ${subgraph}.`);
  return url;
}

await prepare(process.env.KEYS_DIRECTORY ?? "/keys").catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
