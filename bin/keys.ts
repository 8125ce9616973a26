import { parseArgs } from "node:util";
import { openLog } from "#platform/observability/log.ts";
import {
  describeKeyFile,
  openAccessKeys,
  publishedAheadSeconds,
  rotateKeyFile,
} from "#subgraphs/users/session/access-keys.ts";

const usage = `npm run keys -- list               says which keys of access tokens there are
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
  const [command] = positionals;
  if (command === "rotate") {
    const ahead = Number(values.in ?? publishedAheadSeconds);
    if (!Number.isSafeInteger(ahead) || ahead < 0) throw new Error("--in takes a whole number of seconds.");
    (await openAccessKeys(file, openLog("keys", "silent"))).close();
    const { added, signsFrom, removed } = await rotateKeyFile(file, ahead);
    console.log(`Added ${added}, which signs from ${signsFrom.toISOString()}.`);
    for (const kid of removed) console.log(`Removed ${kid}, which no living token was signed with.`);
  } else if (command !== "list") {
    throw new Error(usage);
  }
  for (const { kid, signsFrom, signs } of await describeKeyFile(file)) {
    const from = signsFrom.getTime() === 0 ? "from the first start" : `from ${signsFrom.toISOString()}`;
    console.log(`${kid}  ${from}${signs ? "  signs now" : ""}`);
  }
}

await main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
