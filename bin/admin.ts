import path from "node:path";
import { parseArgs } from "node:util";
import { z } from "zod";
import { secretToken } from "#platform/auth/secret-token.ts";
import { runningDatabases } from "#platform/config/database-urls.ts";
import { readEnv, secretVariable } from "#platform/config/env.ts";
import { openDatabase } from "#platform/database/database.ts";
import { emailInput } from "#platform/shop/input.ts";
import { passwordResetTokenKind } from "#subgraphs/users/account/token-kinds.ts";
import { createAdministrator } from "#subgraphs/users/admin/administrator.ts";

const usage = `npm run admin -- create <email>          makes the address an administrator; a new account chooses its password by a mailed link
npm run admin -- create <email> --token  prints the token of that link too, for a shop that sends no mail yet; needs TOKEN_KEY`;

/** `npm run admin`: makes the first administrator, who can then appoint others in the shop. Needs USERS_DATABASE_URL, or a shop that runs on this machine. */
async function main(): Promise<number> {
  const { positionals, values } = parseArgs({ allowPositionals: true, options: { token: { type: "boolean" } } });
  const [command, address, ...rest] = positionals;
  const email = emailInput.safeParse(address);
  if (command !== "create" || rest.length > 0 || !email.success) {
    if (command === "create" && address !== undefined) console.error(`${address} is not an email address.`);
    console.error(usage);
    return 2;
  }
  const tokenKey =
    values.token === true ? readEnv(z.object({ TOKEN_KEY: secretVariable }), process.env).TOKEN_KEY : undefined;
  const url =
    process.env.USERS_DATABASE_URL ||
    (await runningDatabases(process.env, path.resolve(import.meta.dirname, ".."))).users;
  const database = openDatabase({ url, applicationName: "admin-command", connectionsMax: 1 });
  try {
    const { isNew, resetTokenId } = await createAdministrator(database.db, email.data);
    console.log(`${email.data} is an administrator.${isNew ? " The account is new." : ""}`);
    if (resetTokenId === null) console.log("It signs in with the password that it has.");
    else console.log("A link to choose a password is mailed to it, and is valid for a day.");
    if (resetTokenId !== null && tokenKey !== undefined) {
      console.log(`Token for passwordReset: ${secretToken(tokenKey, passwordResetTokenKind, resetTokenId)}`);
    }
    return 0;
  } finally {
    await database.close();
  }
}

process.exitCode = await main().catch((error: Error) => {
  console.error(error.message);
  return 1;
});
