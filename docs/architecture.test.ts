import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";

const root = path.join(import.meta.dirname, "..");
const page = readFileSync(path.join(root, "docs/architecture.md"), "utf8");
const steps = Array.from(page.matchAll(/\| `([\w./-]+\.ts)` \| `(\w+)` \|$/gm), ([, file = "", name = ""]) => ({
  file,
  name,
}));

test("every file and function in the architecture's walkthroughs exists", () => {
  expect(steps.length).toBeGreaterThan(20);
  const missing = steps.filter(({ file, name }) => {
    if (!existsSync(path.join(root, file))) return true;
    return !new RegExp(`(function|const) ${name}\\b`).test(readFileSync(path.join(root, file), "utf8"));
  });
  expect(missing).toEqual([]);
});

test("every folder and file that the architecture names exists", () => {
  const named = Array.from(
    page.matchAll(/`((?:schema|drizzle|subgraphs|gateway|platform|client|bin|deploy|test|docs)\/[\w./-]*)`/g),
    ([, name = ""]) => name,
  );
  expect(named.filter((name) => !existsSync(path.join(root, name)))).toEqual([]);
});
