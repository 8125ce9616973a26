import { buildSchema, graphql } from "graphql";
import { expect, test } from "vitest";
import { selectedPaths } from "./selected-paths.ts";

const schema = buildSchema(`
  type Query { list: List }
  type List { nodes: [Node!]! total: Int }
  type Node { id: ID! parts: [Node!]! }
`);

async function pathsOf(source: string, variableValues: Record<string, unknown> = {}): Promise<string[]> {
  const seen: string[] = [];
  const { errors } = await graphql({
    schema,
    source,
    variableValues,
    rootValue: {
      list: (_args: unknown, _context: unknown, info: Parameters<typeof selectedPaths>[0]) => {
        seen.push(...selectedPaths(info));
        return null;
      },
    },
  });
  expect(errors).toBeUndefined();
  return seen.toSorted();
}

test("the paths are those of the fields, whatever they are called in the response and however they are nested", async () => {
  expect(await pathsOf("{ list { nodes { id parts { id } } } }")).toEqual([
    "nodes",
    "nodes.id",
    "nodes.parts",
    "nodes.parts.id",
  ]);
  const fragments = `
    { list { ...Some ... { nodes { renamed: parts { id } } } } list { total } }
    fragment Some on List { count: total }`;
  expect(await pathsOf(fragments)).toEqual(["nodes", "nodes.parts", "nodes.parts.id", "total"]);
});

test("what a directive leaves out is not selected", async () => {
  const source = `query ($yes: Boolean!, $no: Boolean = false) { list {
    total @include(if: $no) nodes @skip(if: $yes) { id } ... @include(if: $yes) { nodes { parts @skip(if: false) { id } } } } }`;
  expect(await pathsOf(source, { yes: true })).toEqual(["nodes", "nodes.parts", "nodes.parts.id"]);
  expect(await pathsOf(source, { yes: false, no: true })).toEqual(["nodes", "nodes.id", "total"]);
});
