import { type DirectiveNode, Kind, type StringValueNode, valueFromASTUntyped, visit } from "graphql";
import { describe, expect, test } from "vitest";
import { idempotencyKeyCharactersMax } from "#platform/shop/limits.ts";
import { readSubgraphs } from "./build/compose.ts";

/** A type, field, argument, input field or enum value of a contract. */
interface Element {
  /** Its path, such as `Query.products(first:)`. */
  readonly path: string;
  readonly description: string;
  /** Permissions of its `@requiresScopes`. */
  readonly permissions: readonly string[];
  readonly isAuthenticated: boolean;
}

describe.each(readSubgraphs())("in the contract of $name", ({ typeDefs }) => {
  const elements = elementsOf(typeDefs);

  test("every type, field, argument, input field and enum value has a description", () => {
    const undescribed = elements.filter(({ description }) => description === "").map(({ path }) => path);
    expect(elements.length).toBeGreaterThan(100);
    expect(undescribed).toEqual([]);
  });

  test("the description of a guarded field names the permission that it needs, or that the caller must be signed in", () => {
    const unexplained = elements
      .filter(
        ({ description, permissions, isAuthenticated }) =>
          permissions.some((permission) => !description.includes(permission)) ||
          (isAuthenticated && !/\bsign(s|ed)?[ -]in\b|\b[a-z]+:(read|write)\b/i.test(description)),
      )
      .map(({ path }) => path);
    expect(unexplained).toEqual([]);
  });
});

test("where the description of an idempotency key names a limit, it is the one that is enforced", () => {
  const limits = readSubgraphs()
    .flatMap(({ typeDefs }) => elementsOf(typeDefs))
    .filter(({ path }) => path.endsWith(".idempotencyKey"))
    .flatMap(({ description }) => /at most (\d+) characters/.exec(description)?.[1] ?? []);
  expect(limits.length).toBeGreaterThan(5);
  expect(new Set(limits)).toEqual(new Set([String(idempotencyKeyCharactersMax)]));
});

const isNamed = /(Definition|Extension)$/;
/** An extension adds to a type that is described elsewhere. */
const isExtension = /Extension$/;

function elementsOf(typeDefs: Parameters<typeof visit>[0]): Element[] {
  const elements: Element[] = [];
  const names: string[] = [];
  visit(typeDefs, {
    // Federation's own directives are described in its specification.
    DirectiveDefinition: () => false,
    SchemaExtension: () => false,
    enter(node) {
      if (!("name" in node) || node.name === undefined || !isNamed.test(node.kind)) return;
      const isArgument = node.kind === Kind.INPUT_VALUE_DEFINITION && names.length === 2;
      names.push(node.name.value);
      if (isExtension.test(node.kind)) return;
      const [type, ...others] = names;
      const path = isArgument ? `${type}.${others[0]}(${others[1]}:)` : names.join(".");
      const directives = "directives" in node ? (node.directives ?? []) : [];
      elements.push({
        path,
        description: "description" in node ? textOf(node.description) : "",
        permissions: directives.filter(({ name }) => name.value === "requiresScopes").flatMap(permissionsOf),
        isAuthenticated: directives.some(({ name }) => name.value === "authenticated"),
      });
    },
    leave(node) {
      if ("name" in node && node.name !== undefined && isNamed.test(node.kind)) names.pop();
    },
  });
  return elements;
}

function textOf(description: StringValueNode | undefined): string {
  return description?.value.trim() ?? "";
}

function permissionsOf({ arguments: given = [] }: DirectiveNode): string[] {
  return given.flatMap(({ value }) => [valueFromASTUntyped(value)].flat(3)).map(String);
}
