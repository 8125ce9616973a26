import {
  type DirectiveNode,
  type DocumentNode,
  defaultFieldResolver,
  type GraphQLSchema,
  isObjectType,
  Kind,
} from "graphql";
import { ApiError } from "../shop/api-error.ts";
import type { Viewer } from "../shop/viewer.ts";

/** The part of a resolver's context that guards need. */
type GuardedContext = { readonly viewer: Viewer };

type Rule = (viewer: Viewer) => void;

/** The directives that restrict who may see a field. All are enforced here. */
const guards: Readonly<Record<string, (directive: DirectiveNode) => Rule>> = {
  authenticated: () => requireSignIn,
  requiresScopes: (directive) => requireScopes(scopeSets(directive)),
  inaccessible: () => requireService,
};

/** Directives that restrict nothing. A directive in neither list stops the process: it may be a guard that nothing enforces. */
const harmless: ReadonlySet<string> = new Set([
  ...["link", "key", "shareable", "external", "provides", "requires", "override", "extends", "interfaceObject"],
  ...["tag", "cost", "listSize", "cacheControl", "deprecated", "specifiedBy", "oneOf"],
]);

/**
 * Enforces the SDL's `@authenticated`, `@requiresScopes` and `@inaccessible` before every field's resolver, however the field is reached:
 * root, nested or `_entities`. On an object type they guard each of its fields.
 *
 * @throws {Error} for a directive that no guard enforces, and for a guard in a place where it would guard nothing.
 */
export function guardSchema(schema: GraphQLSchema, sdl: DocumentNode): GraphQLSchema {
  for (const definition of sdl.definitions) {
    if (definition.kind === Kind.OBJECT_TYPE_DEFINITION || definition.kind === Kind.OBJECT_TYPE_EXTENSION) {
      const type = schema.getType(definition.name.value);
      if (!isObjectType(type)) throw new Error(`The schema lacks the type ${definition.name.value}.`);
      const onType = rulesOf(definition.directives, definition.name.value);
      for (const node of definition.fields ?? []) {
        const place = `${type.name}.${node.name.value}`;
        for (const argument of node.arguments ?? [])
          rejectGuards(argument.directives, `${place}(${argument.name.value}:)`);
        const rules = [...onType, ...rulesOf(node.directives, place)];
        const field = type.getFields()[node.name.value];
        if (field === undefined) throw new Error(`The schema lacks the field ${place}.`);
        if (rules.length === 0) continue;
        const resolve = field.resolve ?? defaultFieldResolver;
        field.resolve = (parent, args, context: GuardedContext, info) => {
          for (const rule of rules) rule(context.viewer);
          return resolve(parent, args, context, info);
        };
      }
    } else {
      rejectGuards(
        "directives" in definition ? definition.directives : [],
        "name" in definition ? definition.name?.value : "schema",
      );
      for (const field of "fields" in definition ? (definition.fields ?? []) : [])
        rejectGuards(field.directives, field.name.value);
      for (const value of "values" in definition ? (definition.values ?? []) : [])
        rejectGuards(value.directives, value.name.value);
    }
  }
  return schema;
}

function rulesOf(directives: readonly DirectiveNode[] | undefined, place: string): Rule[] {
  return (directives ?? []).flatMap((directive) => {
    const name = directive.name.value;
    const guard = Object.hasOwn(guards, name) ? guards[name] : undefined;
    if (guard !== undefined) return [guard(directive)];
    if (harmless.has(name)) return [];
    throw new Error(`@${name} on ${place} is not enforced by any guard.`);
  });
}

/** On inputs, enums and scalars `@inaccessible` only hides; the other guards would look effective and guard nothing. */
function rejectGuards(directives: readonly DirectiveNode[] | undefined, place: string | undefined): void {
  for (const { name } of directives ?? []) {
    if (name.value === "inaccessible" || harmless.has(name.value)) continue;
    throw new Error(`@${name.value} on ${place ?? "a definition"} is not enforced by any guard.`);
  }
}

function requireSignIn(viewer: Viewer): void {
  if (viewer.kind !== "user") throw new ApiError("UNAUTHENTICATED", "Sign in first.");
}

/** The viewer must hold all scopes of one of the sets. */
function requireScopes(sets: readonly (readonly string[])[]): Rule {
  return (viewer) => {
    requireSignIn(viewer);
    const held = viewer.kind === "user" ? viewer.scopes : new Set<string>();
    if (sets.some((set) => set.every((scope) => held.has(scope)))) return;
    throw new ApiError("FORBIDDEN", `Requires the permission ${sets.map((set) => set.join(" and ")).join(" or ")}.`);
  };
}

function requireService(viewer: Viewer): void {
  if (viewer.kind !== "service") throw new ApiError("FORBIDDEN", "Only other services can use this field.");
}

function scopeSets(directive: DirectiveNode): string[][] {
  const argument = directive.arguments?.find(({ name }) => name.value === "scopes")?.value;
  const sets =
    argument?.kind === Kind.LIST
      ? argument.values.map((set) =>
          set.kind === Kind.LIST
            ? set.values.flatMap((scope) => (scope.kind === Kind.STRING ? [scope.value] : []))
            : [],
        )
      : [];
  if (sets.length === 0 || sets.some((set) => set.length === 0)) throw new Error("@requiresScopes has no scopes.");
  return sets;
}
