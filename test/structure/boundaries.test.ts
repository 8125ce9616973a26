import { globSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { exceptions, rooms, topFolders } from "./layers.ts";

// The direction of imports, as layers.ts states it.

const root = path.join(import.meta.dirname, "../..");

/** An import of one source file by another, as paths from the root. */
interface Import {
  readonly from: string;
  readonly to: string;
}

const isTest = (file: string) => file.endsWith(".test.ts") || file.startsWith("test/") || file.includes("/testing/");
const topOf = (file: string) => file.split("/")[0] ?? "";

const files = globSync(`{${Object.keys(topFolders).join(",")},test}/**/*.ts`, {
  cwd: root,
  exclude: ["**/node_modules/**"],
});
const imports = files.flatMap(importsOf);
// The generated resolver types belong to their subgraph, whose domain types they name.
const sourceImports = imports.filter(({ from }) => !isTest(from) && !from.startsWith("schema/generated/"));

test("sources import neither tests nor test helpers", () => {
  expect(shown(sourceImports.filter(({ to }) => isTest(to)))).toEqual([]);
});

test("a top folder imports only those that it may", () => {
  const wrong = sourceImports.filter(({ from, to }) => {
    const [top, other] = [topOf(from), topOf(to)];
    return top !== other && !topFolders[top]?.includes(other);
  });
  expect(shown(wrong)).toEqual([]);
});

test("a subgraph imports no other subgraph", () => {
  const subgraphOf = (file: string) => (topOf(file) === "subgraphs" ? file.split("/")[1] : undefined);
  const wrong = sourceImports.filter(({ from, to }) => {
    const [subgraph, other] = [subgraphOf(from), subgraphOf(to)];
    return subgraph !== undefined && other !== undefined && subgraph !== other;
  });
  expect(shown(wrong)).toEqual([]);
});

test.each(Object.entries(rooms))("in %s, rooms import only rooms of lower layers", (part, layers) => {
  const levelOf = (room: string) => layers.findIndex((layer) => layer.includes(room));
  const wrong = new Map<string, Import>();
  for (const one of sourceImports) {
    if (!one.from.startsWith(`${part}/`) || !one.to.startsWith(`${part}/`)) continue;
    const [room, other] = [roomOf(part, layers, one.from), roomOf(part, layers, one.to)];
    const arrow = `${part}/${room} → ${part}/${other}`;
    if (room !== other && levelOf(other) >= levelOf(room) && !exceptions.includes(arrow)) wrong.set(arrow, one);
  }
  expect([...wrong].map(([arrow, { from, to }]) => `${arrow}: ${from} imports ${to}`)).toEqual([]);
});

test.each(Object.entries(rooms))("every room of %s has its layer, and every layer has rooms", (part, layers) => {
  const there = readdirSync(path.join(root, part), { withFileTypes: true })
    .filter(({ name }) => name !== "testing" && !name.endsWith(".test.ts"))
    .filter((entry) => entry.isDirectory() || entry.name.endsWith(".ts"))
    .map(({ name }) => name);
  const stated = layers.flat();
  expect(there.filter((name) => !stated.includes(name))).toEqual([]);
  expect(stated.filter((name) => !files.some((file) => `${file}/`.startsWith(`${part}/${name}/`)))).toEqual([]);
});

test("no source file imports itself through others", () => {
  const targets = Map.groupBy(sourceImports, ({ from }) => from);
  const finished = new Set<string>();
  const cycles: string[] = [];
  const visit = (file: string, trail: readonly string[]) => {
    const start = trail.indexOf(file);
    if (start !== -1) cycles.push([...trail.slice(start), file].join(" → "));
    if (start !== -1 || finished.has(file)) return;
    for (const { to } of targets.get(file) ?? []) visit(to, [...trail, file]);
    finished.add(file);
  };
  for (const file of files) visit(file, []);
  expect(cycles).toEqual([]);
});

function roomOf(part: string, layers: readonly (readonly string[])[], file: string): string {
  const within = file.slice(part.length + 1);
  return layers.flat().includes(within) ? within : (within.split("/")[0] ?? "");
}

/** Every import and re-export of a file of this repository, of values and of types. */
function importsOf(file: string): Import[] {
  const source = readFileSync(path.join(root, file), "utf8");
  const specifiers = Array.from(
    source.matchAll(/^(?:import|export)\b[^;]*?\bfrom "([^"]+)"|^import "([^"]+)"|\bimport\("([^"]+)"\)/gm),
    ([, named, bare, dynamic]) => named ?? bare ?? dynamic ?? "",
  );
  return specifiers
    .filter((specifier) => /^[.#]/.test(specifier))
    .map((specifier) => ({
      from: file,
      to: specifier.startsWith("#") ? specifier.slice(1) : path.join(path.dirname(file), specifier),
    }));
}

function shown(wrong: readonly Import[]): string[] {
  return wrong.map(({ from, to }) => `${from} imports ${to}`);
}
