import { readFileSync } from "node:fs";
import { glob } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";

const root = path.join(import.meta.dirname, "..");

test("every variable that a process reads is in the operator's guide, and the guide names no other", async () => {
  const read = new Set<string>();
  for await (const file of glob(
    "{gateway,platform,subgraphs,deploy}/**/{env,environment,mailer,mail-templates,rabbitmq-settings,kafka-client,public-urls}.ts",
    {
      cwd: root,
    },
  )) {
    const source = readFileSync(path.join(root, file), "utf8");
    for (const [, name = ""] of source.matchAll(/^ {2}(?:\/\*\*.*\*\/ )?([A-Z][A-Z0-9_]{2,})(?::|,$)/gm))
      read.add(name);
  }
  const guide = readFileSync(path.join(root, "docs/operations.md"), "utf8").split("## Environment")[1] ?? "";
  const documented = new Set([...guide.matchAll(/`([A-Z][A-Z0-9]*_[A-Z0-9_]+|HOST)`/g)].map(([, name = ""]) => name));
  expect([...read].filter((name) => !documented.has(name)).sort()).toEqual([]);
  expect([...documented].filter((name) => !read.has(name)).sort()).toEqual([]);
  expect(read.size).toBeGreaterThan(60);
});
