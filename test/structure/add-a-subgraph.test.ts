import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import { expect, onTestFinished, test } from "vitest";
import { freePort } from "#deploy/local/ports.ts";
import { serviceNames } from "#platform/auth/internal-tokens.ts";
import { postGraph } from "#test/harness/subgraph-client.ts";

// docs/add-a-subgraph.md, followed to the letter in a copy of the repository.

const root = path.join(import.meta.dirname, "../..");
const copied = [
  "bin",
  "client",
  "deploy",
  "drizzle",
  "gateway",
  "platform",
  "schema",
  "subgraphs",
  "package.json",
  "tsconfig.json",
];
const timeoutMs = 180_000;

test("a fourth subgraph takes a list entry, a contract, a storage and a behaviour", {
  timeout: timeoutMs,
}, async () => {
  const copy = await copyRepository();
  for (const block of await readBlocks()) {
    if (block.language === "sh") run(copy, block.text);
    else if (block.file !== undefined) await put(copy, block.file, block.isLine, block.text);
  }
  const graphql = await startCopy(copy);

  const mouse = await graphql('{ product(slug: "wireless-mouse") { id } }');
  const { id } = mouse.data.product;
  const created = await graphql("mutation ($id: ID!) { reviewCreate(productId: $id, stars: 5) { stars } }", { id });
  expect(created).toMatchObject({ data: { reviewCreate: { stars: 5 } }, errors: [] });
  const joined = await graphql('{ product(slug: "wireless-mouse") { name reviews { stars } } }');
  expect(joined).toMatchObject({
    data: { product: { name: "Wireless Mouse", reviews: [{ stars: 5 }] } },
    errors: [],
  });
});

async function copyRepository(): Promise<string> {
  const copy = await mkdtemp(path.join(tmpdir(), "agora-fourth-"));
  onTestFinished(() => rm(copy, { recursive: true, force: true }));
  const filter = (source: string) => path.basename(source) !== "node_modules";
  for (const entry of copied) await cp(path.join(root, entry), path.join(copy, entry), { recursive: true, filter });
  await symlink(path.join(root, "node_modules"), path.join(copy, "node_modules"));
  return copy;
}

/** Returns the guide's code blocks; `file` is the path after the language, and `isLine` whether it is one line of that file. */
async function readBlocks() {
  const guide = await readFile(path.join(root, "docs/add-a-subgraph.md"), "utf8");
  return Array.from(
    guide.matchAll(/^```(\w+)(?: (\S+))?( \(line\))?\n([\s\S]*?)^```$/gm),
    ([, language = "", file, line, content = ""]) => ({ language, file, isLine: line !== undefined, text: content }),
  );
}

/** Writes a file, or replaces the line that begins as the new one does up to the equals sign. */
async function put(copy: string, file: string, isLine: boolean, content: string): Promise<void> {
  const target = path.join(copy, file);
  await mkdir(path.dirname(target), { recursive: true });
  if (!isLine) return writeFile(target, content);
  const beginning = content.slice(0, content.indexOf("=") + 1);
  const lines = (await readFile(target, "utf8")).split("\n");
  expect(lines.filter((line) => line.startsWith(beginning))).toHaveLength(1);
  await writeFile(target, lines.map((line) => (line.startsWith(beginning) ? content.trim() : line)).join("\n"));
}

/** Runs a script of package.json, `npm run <script> [-- <arguments>]`, with this Node. */
function run(copy: string, command: string): void {
  const { status, stderr, stdout } = spawnSync("npm", command.trim().split(" ").slice(1), {
    cwd: copy,
    encoding: "utf8",
    env: { ...process.env, PATH: `${path.dirname(process.execPath)}:${process.env.PATH}` },
  });
  expect(status, `${command}${stdout}${stderr}`).toBe(0);
}

/** Starts the copy as `npm start` does, and returns a function that sends operations to its gateway. */
async function startCopy(copy: string) {
  const ports = await Promise.all(
    [...serviceNames, "reviews"].map(async (name) => [`${name.toUpperCase()}_PORT`, await freePort()]),
  );
  const variables = Object.fromEntries(ports.map(([name, port]) => [name, String(port)]));
  const metrics = Object.fromEntries(ports.map(([name]) => [String(name).replace("_PORT", "_METRICS_PORT"), "0"]));
  const launcher = spawn(process.execPath, ["deploy/local/start.js"], {
    cwd: copy,
    env: { ...process.env, ...variables, ...metrics, DATA_DIRECTORY: path.join(copy, ".data"), LOG_LEVEL: "warn" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  onTestFinished(async () => {
    launcher.kill("SIGTERM");
    if (launcher.exitCode === null) await once(launcher, "exit");
  });
  const problems = text(launcher.stderr);
  await new Promise<void>((resolve, reject) => {
    launcher.stdout.on("data", (bytes: Buffer) => bytes.includes("The shop is open") && resolve());
    launcher.once("exit", () => problems.then((said) => reject(new Error(said))));
  });
  const url = `http://127.0.0.1:${variables.GATEWAY_PORT}/graphql`;
  return (document: string, given: Record<string, unknown> = {}) => postGraph(url, document, given);
}
