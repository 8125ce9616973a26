import type { ApolloServerPlugin } from "@apollo/server";
import {
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type SelectionSetNode,
} from "graphql";
import type { Viewer } from "../shop/viewer.ts";

/** The seconds for which shared caches may keep what an SDL declares public. */
type Declared = { readonly rootFields: ReadonlyMap<string, number>; readonly entities: ReadonlyMap<string, number> };

/** When something that a response shows is scheduled to change; resolvers note it. */
export type Freshness = { changesAt: Date | undefined };

/** What decides how long a response may be kept. */
type CacheContext = { readonly viewer: Viewer; readonly freshness?: Freshness };

/**
 * Sets `Cache-Control` to the least `@cacheControl(maxAge:)`, in seconds, of the query's root fields and of the types whose entities it requests.
 * All guests see the same below such a field, so only guests' responses are public; a field without the directive, an error and any other viewer
 * make the response `no-store`. Nor does it reach past `freshness.changesAt` of the context. Unlike Apollo Server's own plugin it does not look at every field of the response, which cost as much as the rest
 * of the execution.
 */
export function cacheControl(sdl: DocumentNode): ApolloServerPlugin<CacheContext> {
  const declared = readDeclared(sdl);
  return {
    requestDidStart: async () => ({
      willSendResponse: async ({ document, operation, contextValue, response }) => {
        const { body, http } = response;
        const faultless = body.kind === "single" && body.singleResult.errors === undefined;
        const shared = faultless && contextValue.viewer.kind === "guest" && operation?.operation === "query";
        const declaredSeconds =
          shared && document !== undefined ? maxAge(operation.selectionSet, document, declared) : 0;
        const seconds = Math.min(declaredSeconds, secondsUntil(contextValue.freshness?.changesAt));
        http.headers.set("cache-control", seconds > 0 ? `max-age=${seconds}, public` : "no-store");
      },
    }),
  };
}

/** Whole seconds, so that the response is gone when the moment comes. */
function secondsUntil(moment: Date | undefined): number {
  return moment === undefined ? Number.POSITIVE_INFINITY : Math.floor((moment.getTime() - Date.now()) / 1_000);
}

function maxAge(selectionSet: SelectionSetNode, document: DocumentNode, { rootFields, entities }: Declared): number {
  const ages = fieldsOf(selectionSet, document).flatMap((field) => {
    const name = field.name.value;
    if (name !== "_entities") return [rootFields.get(name) ?? 0];
    return typesOf(field, document).map((type) => entities.get(type) ?? 0);
  });
  return ages.length === 0 ? 0 : Math.min(...ages);
}

function fieldsOf(selectionSet: SelectionSetNode, document: DocumentNode): FieldNode[] {
  return selectionSet.selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [selection];
    const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragmentOf(document, selection.name.value);
    return fragment === undefined ? [] : fieldsOf(fragment.selectionSet, document);
  });
}

/** The type conditions of the fragments in a selection of `_entities`; "" for a fragment without one. */
function typesOf(field: FieldNode, document: DocumentNode): string[] {
  return (field.selectionSet?.selections ?? []).flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [];
    const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragmentOf(document, selection.name.value);
    return [fragment?.typeCondition?.name.value ?? ""];
  });
}

function fragmentOf(document: DocumentNode, name: string): FragmentDefinitionNode | undefined {
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION && definition.name.value === name) return definition;
  }
  return undefined;
}

function readDeclared(sdl: DocumentNode): Declared {
  const [rootFields, entities] = [new Map<string, number>(), new Map<string, number>()];
  for (const definition of sdl.definitions) {
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION) continue;
    const seconds = maxAgeOf(definition.directives);
    if (seconds !== undefined) entities.set(definition.name.value, seconds);
    if (definition.name.value !== "Query") continue;
    for (const field of definition.fields ?? []) {
      const fieldSeconds = maxAgeOf(field.directives);
      if (fieldSeconds !== undefined) rootFields.set(field.name.value, fieldSeconds);
    }
  }
  return { rootFields, entities };
}

function maxAgeOf(directives: readonly DirectiveNode[] | undefined): number | undefined {
  const directive = directives?.find(({ name }) => name.value === "cacheControl");
  const value = directive?.arguments?.find(({ name }) => name.value === "maxAge")?.value;
  return value?.kind === Kind.INT ? Number(value.value) : undefined;
}
