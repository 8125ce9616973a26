import { writeFile } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import { serviceNames } from "#platform/auth/internal-tokens.ts";
import { keepKeys } from "#platform/auth/key-files.ts";
import { openDatabase } from "#platform/database/database.ts";
import { replaceKeySet } from "#subgraphs/users/session/access-key-set.ts";
import {
  createKeyFile,
  describeKeyFile,
  publishedAheadSeconds,
  rotateKeyFile,
} from "#subgraphs/users/session/access-keys.ts";

const usage = `npm run keys -- create [directory]  creates the keys that are missing there (.data/keys): access keys, internal keys, TOKEN_KEY
npm run keys -- create-access      creates only the file of access keys, unless it exists
npm run keys -- list               lists the keys of access tokens
npm run keys -- replace            makes the database of USERS_DATABASE_URL accept the file's keys although it knows others
npm run keys -- rotate             adds one, which signs ${publishedAheadSeconds} s from now; --in <seconds> changes that
--file <path>                      names the file; otherwise ACCESS_KEYS does, or .data/keys/access.jwks`;

/** `npm run keys`: shows and rotates the keys of access tokens in their file. Services that run read it again by themselves. */
async function main(): Promise<void> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { file: { type: "string" }, in: { type: "string" } },
  });
  const file = values.file ?? process.env.ACCESS_KEYS ?? ".data/keys/access.jwks";
  if (file.trimStart().startsWith("{")) {
    throw new Error("ACCESS_KEYS holds the keys themselves: change them where the environment is set.");
  }
  const [command, directory = ".data/keys"] = positionals;
  if (command === "create") return await create(directory);
  if (command === "create-access") {
    await createKeyFile(file);
  } else if (command === "rotate") {
    const ahead = Number(values.in ?? publishedAheadSeconds);
    if (!Number.isSafeInteger(ahead) || ahead < 0) throw new Error("--in takes a whole number of seconds.");
    const { added, signsFrom, removed } = await rotateKeyFile(file, ahead);
    console.log(`Added ${added}, which signs from ${signsFrom.toISOString()}.`);
    for (const kid of removed) console.log(`Removed ${kid}, which no living token was signed with.`);
  } else if (command === "replace") {
    await replace(file);
  } else if (command !== "list") {
    throw new Error(usage);
  }
  for (const { kid, signsFrom, signs } of await describeKeyFile(file)) {
    const from = signsFrom.getTime() === 0 ? "from the first start" : `from ${signsFrom.toISOString()}`;
    console.log(`${kid}  ${from}${signs ? "  signs now" : ""}`);
  }
}

/** For keys that leaked: rotation keeps the old ones valid for a day, and this does not. */
async function replace(file: string): Promise<void> {
  const url = process.env.USERS_DATABASE_URL;
  if (!url) throw new Error("USERS_DATABASE_URL must be set: the database knows which keys are the shop's.");
  const { db, close } = openDatabase({ url, applicationName: "keys", connectionsMax: 1 });
  try {
    await replaceKeySet(
      db,
      (await describeKeyFile(file)).map(({ kid }) => kid),
    );
  } finally {
    await close();
  }
}

/** Creates what is missing; needs no database. Keys that exist stay as they are. */
async function create(directory: string): Promise<void> {
  const keys = await keepKeys(directory);
  const accessKeys = path.join(directory, "access.jwks");
  await createKeyFile(accessKeys);
  const internalJwks = path.join(directory, "internal-jwks.json");
  await writeFile(internalJwks, keys.internalJwks, { mode: 0o600 });
  for (const name of serviceNames) console.log(`${name}: INTERNAL_KEY=${path.resolve(keys.internalKeyFile(name))}`);
  console.log(`every process: INTERNAL_JWKS=${path.resolve(internalJwks)}`);
  console.log(`users: ACCESS_KEYS=${path.resolve(accessKeys)}`);
  console.log(`users and orders: TOKEN_KEY is the content of ${path.resolve(directory, "token-key")}`);
}

await main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
