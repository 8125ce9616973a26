import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import {
  buildSchema,
  type DocumentNode,
  isAbstractType,
  isObjectType,
  Kind,
  Lexer,
  print,
  type SelectionSetNode,
  Source,
  TokenKind,
  TypeInfo,
  validate,
  visit,
  visitWithTypeInfo,
} from "graphql";
import { expect, test } from "vitest";
import type { TypedDocument } from "./document.ts";
import * as generated from "./generated/documents.ts";

// What the gateway allows an operation.
const tokensMax = 2_000;
const depthMax = 12;
const aliasesMax = 30;

const schema = buildSchema(readFileSync(new URL("generated/schema.graphql", import.meta.url), "utf8"));
const { possibleTypes, ...documentsByName } = generated;
const documents: [string, TypedDocument<unknown, never>][] = Object.entries(documentsByName);
const manifest: { operations: { id: string; name: string; type: string; body: string }[] } = JSON.parse(
  readFileSync(new URL("generated/manifest.json", import.meta.url), "utf8"),
);

test("everything that a client can ask for is in a document", () => {
  const asked = new Set(documents.flatMap(([, document]) => fieldsOf(document)));
  const all = Object.values(schema.getTypeMap())
    .filter((type) => isObjectType(type) && !type.name.startsWith("__"))
    .flatMap((type) =>
      isObjectType(type) ? Object.keys(type.getFields()).map((field) => `${type.name}.${field}`) : [],
    );
  // Connections offer the same rows twice, as nodes and as edges.
  const rowsAgain = /Connection\.(edges|totalCount)$|Edge\.(node|cursor)$/;
  expect(all.filter((field) => !asked.has(field) && !rowsAgain.test(field))).toEqual([]);
});

test("every document is valid and within the gateway's limits", () => {
  for (const [name, document] of documents) {
    expect(validate(schema, document), name).toEqual([]);
    expect(tokenCount(document.text), `${name}: tokens`).toBeLessThanOrEqual(tokensMax);
    expect(depth(document), `${name}: depth`).toBeLessThanOrEqual(depthMax);
    expect(aliasCount(document), `${name}: aliases`).toBeLessThanOrEqual(aliasesMax);
  }
});

test("every document keeps its text, and so its hash, in clients that print it and put __typename everywhere", () => {
  for (const [name, document] of documents) {
    expect(print(document), name).toBe(document.text);
    expect(document.hash, name).toBe(createHash("sha256").update(document.text).digest("hex"));
    for (const { selections } of selectionSets(document)) {
      expect(
        selections.some((one) => one.kind === Kind.FIELD && one.name.value === "__typename"),
        name,
      ).toBe(true);
    }
  }
});

test("possibleTypes has the types of every interface and union", () => {
  expect(possibleTypes.UserError).toContain("InsufficientStockError");
  expect(possibleTypes.CartProblem).toEqual([
    "CartItemInsufficientStock",
    "CartItemPriceChanged",
    "CartItemUnavailable",
  ]);
});

test("the manifest trusts exactly the documents", () => {
  const byName = (one: [string, ...string[]], other: [string, ...string[]]) => one[0].localeCompare(other[0]);
  const trusted = manifest.operations.map(({ id, name, body }): [string, string, string] => [name, id, body]);
  const made = documents.map(([name, { hash, text }]): [string, string, string] => [name.slice(0, -8), hash, text]);
  expect(trusted.sort(byName)).toEqual(made.sort(byName));
});

function fieldsOf(document: DocumentNode): string[] {
  const fields: string[] = [];
  // What is asked of an interface is asked of each type behind it.
  const info = new TypeInfo(schema);
  visit(
    document,
    visitWithTypeInfo(info, {
      Field: (field) => {
        const parent = info.getParentType();
        const types = isAbstractType(parent) ? schema.getPossibleTypes(parent) : [parent];
        fields.push(...types.map((type) => `${type?.name}.${field.name.value}`));
      },
    }),
  );
  return fields;
}

function tokenCount(text: string): number {
  const lexer = new Lexer(new Source(text));
  let count = 0;
  while (lexer.advance().kind !== TokenKind.EOF) count += 1;
  return count;
}

function depth(document: DocumentNode): number {
  const fragments = new Map<string, SelectionSetNode>();
  let operation: SelectionSetNode | undefined;
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition.selectionSet);
    if (definition.kind === Kind.OPERATION_DEFINITION) operation = definition.selectionSet;
  }
  const under = (set: SelectionSetNode | undefined): number =>
    Math.max(
      0,
      ...(set?.selections ?? []).map((selection) => {
        if (selection.kind === Kind.FIELD) return 1 + under(selection.selectionSet);
        return under(
          selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection.selectionSet,
        );
      }),
    );
  return under(operation);
}

function aliasCount(document: DocumentNode): number {
  let count = 0;
  visit(document, {
    Field: ({ alias }) => {
      if (alias !== undefined) count += 1;
    },
  });
  return count;
}

/** All but those of the operations themselves. */
function selectionSets(document: DocumentNode): SelectionSetNode[] {
  const sets: SelectionSetNode[] = [];
  visit(document, {
    SelectionSet(set, _key, parent) {
      if (parent === undefined || !("operation" in parent)) sets.push(set);
    },
  });
  return sets;
}
