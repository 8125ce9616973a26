import { readFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

/** Runs a service whose secrets are in files: every `NAME_FILE` becomes `NAME`, as in the official images of databases. */
const ending = "_FILE";
for (const [name, file] of Object.entries(process.env)) {
  if (name.endsWith(ending) && file) process.env[name.slice(0, -ending.length)] ??= readFileSync(file, "utf8").trim();
}
const [service = ""] = process.argv.slice(2);
await import(pathToFileURL(path.resolve(service)).href);
