import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { checkDriverPatch } from "./driver-check.ts";

const root = path.join(import.meta.dirname, "../..");

test("the installed driver is patched", () => {
  expect(() => checkDriverPatch()).not.toThrow();
});

test("a driver without the patch, or with only a part of it, is not accepted", async () => {
  const { entry, directory } = await copyDriver();
  expect(() => checkDriverPatch(entry)).not.toThrow();
  await promisify(execFile)("patch", ["-R", "-p1", "-i", path.join(root, "patches/postgres+3.4.9.patch")], {
    cwd: directory,
  });
  expect(() => checkDriverPatch(entry)).toThrow("npx patch-package");
  const connection = path.join(directory, "node_modules/postgres/src/connection.js");
  await cp(path.join(root, "node_modules/postgres/src/connection.js"), connection, { force: true });
  expect(() => checkDriverPatch(entry)).toThrow("npx patch-package");
});

test("the patch changes only the sources that Node loads", async () => {
  const patch = await readFile(path.join(root, "patches/postgres+3.4.9.patch"), "utf8");
  const files = [...patch.matchAll(/^diff --git a\/(\S+)/gm)].map(([, file]) => file);
  expect(files).toEqual(["node_modules/postgres/src/connection.js", "node_modules/postgres/src/index.js"]);
});

async function copyDriver() {
  const directory = await mkdtemp(path.join(tmpdir(), "agora-driver-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  await cp(path.join(root, "node_modules/postgres/src"), path.join(directory, "node_modules/postgres/src"), {
    recursive: true,
    dereference: true,
  });
  await writeFile(path.join(directory, "package.json"), "{}");
  return { directory, entry: pathToFileURL(path.join(directory, "node_modules/postgres/src/index.js")).href };
}
