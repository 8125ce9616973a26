import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** By source file of the driver: text that only our patch puts there. */
const marks: Readonly<Record<string, string>> = {
  "connection.js": "would get that query's answer",
  "index.js": "nothing of this transaction may reach it",
};

/**
 * Checks that the installed postgres.js carries our patch, without which acknowledged writes are lost: see docs/decisions/postgres-driver.md.
 * `npm ci --ignore-scripts` installs it without a word.
 *
 * @param entry the driver's entry file, as a URL.
 * @throws {Error} that names the command that applies the patch.
 */
export function checkDriverPatch(entry: string = import.meta.resolve("postgres")): void {
  for (const [file, mark] of Object.entries(marks)) {
    if (readFileSync(fileURLToPath(new URL(file, entry)), "utf8").includes(mark)) continue;
    throw new Error("The Postgres driver is not patched and would lose writes. Run `npx patch-package`.");
  }
}
