import { existsSync, readFileSync } from "node:fs";
import { glob } from "node:fs/promises";
import path from "node:path";
import { buildSchema, parse, validate } from "graphql";
import { expect, test } from "vitest";

const root = path.join(import.meta.dirname, "..");
const text = readFileSync(path.join(root, "docs/operations.md"), "utf8");

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
  const guide = text.split("## Environment")[1] ?? "";
  const documented = new Set([...guide.matchAll(/`([A-Z][A-Z0-9]*_[A-Z0-9_]+|HOST)`/g)].map(([, name = ""]) => name));
  expect([...read].filter((name) => !documented.has(name)).sort()).toEqual([]);
  expect([...documented].filter((name) => !read.has(name)).sort()).toEqual([]);
  expect(read.size).toBeGreaterThan(60);
});

test("every GraphQL request of the operator's guide is valid", () => {
  const schema = buildSchema(readFileSync(path.join(root, "client/sdk/generated/schema.graphql"), "utf8"));
  const documents = Array.from(text.matchAll(/shop '\{"query": "(.*)"\}'/g), ([, words = ""]) =>
    // What the shell and JSON make of it: '$NAME' is put in, and quotation marks are escaped.
    words.replaceAll(/'\$(\w+)'/g, "$1").replaceAll('\\"', '"'),
  );
  expect(documents.length).toBeGreaterThan(5);
  for (const document of documents) expect(validate(schema, parse(document)).map(String), document).toEqual([]);
});

test("every command, file and heading that the operator's guide names exists", () => {
  const scripts = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")).scripts;
  const commands = Array.from(text.matchAll(/npm run (?:-s )?([a-z:]+)/g), ([, name = ""]) => name);
  expect(commands.filter((name) => !(name in scripts))).toEqual([]);
  const files = Array.from(
    text.matchAll(/(?<![\w/.])((?:deploy|bin|gateway|subgraphs|platform|schema)\/[\w./@-]*\w)/g),
    ([, file = ""]) => file,
  );
  expect(files.filter((file) => !existsSync(path.join(root, file)))).toEqual([]);
  const headings = Array.from(text.matchAll(/^#+ (.*)$/gm), ([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^a-z0-9 -]/g, "")
      .replaceAll(" ", "-"),
  );
  const anchors = Array.from(text.matchAll(/\]\(#([^)]+)\)/g), ([, anchor = ""]) => anchor);
  expect(anchors.filter((anchor) => !headings.includes(anchor))).toEqual([]);
  expect([commands.length, files.length, anchors.length].every((count) => count > 5)).toBe(true);
});
