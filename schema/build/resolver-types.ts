import { readFileSync } from "node:fs";
import { executeCodegen } from "@graphql-codegen/cli";
import { print } from "graphql";
import type { SubgraphContract } from "./compose.ts";

/** What resolvers get and give for each scalar; a scalar of the contracts that is missing here stops the build. */
const scalars = {
  ID: "string",
  DateTime: { input: "string", output: "Date" },
  Decimal: "string",
  CurrencyCode: "string",
  CountryCode: "string",
  EmailAddress: "string",
  URL: "string",
  JSONObject: "Record<string, unknown>",
  _FieldSet: "string",
};

/** The TypeScript of `generated/<subgraph>.ts`: the contract's types, and those of its resolvers. */
export async function resolverTypes({ name, typeDefs }: SubgraphContract): Promise<string> {
  const { result, error } = await executeCodegen({
    schema: print(typeDefs),
    silent: true,
    generates: {
      [`schema/generated/${name}.ts`]: {
        plugins: ["typescript", "typescript-resolvers"],
        config: {
          federation: true,
          contextType: `../../subgraphs/${name}/context.ts#Context`,
          mappers: readModels(name),
          // The domain calls its order `Order` too.
          mapperTypeSuffix: "Model",
          scalars,
          strictScalars: true,
          useTypeImports: true,
          emitLegacyCommonJSImports: false,
          importExtension: ".ts",
          enumsAsTypes: true,
          // In an input, absent is "left out" and null is null; with a default it is never absent. What a resolver
          // returns may leave out, or have undefined for, whatever may be null.
          avoidOptionals: { defaultValue: true },
          inputMaybeValue: "T | null",
          maybeValue: "T | null | undefined",
          // graphql-js finds the type behind an interface or a union by `__typename`.
          resolversNonOptionalTypename: true,
          optionalResolveType: true,
          makeResolverTypeCallable: true,
        },
      },
    },
  });
  const [file] = result;
  if (error !== null || file === undefined) throw error ?? new Error(`Nothing was generated for ${name}.`);
  return resolvedParents(file.content);
}

/** The domain type that stands for each GraphQL type inside the subgraph, from its `models.ts`. */
function readModels(name: SubgraphContract["name"]): Record<string, string> {
  const source = readFileSync(new URL(`../../subgraphs/${name}/models.ts`, import.meta.url), "utf8");
  const lists = Array.from(source.matchAll(/^export type \{([^}]*)\} from /gm), ([, list = ""]) => list);
  const types = lists.flatMap((list) => Array.from(list.matchAll(/(?:\w+ as )?(\w+)/g), ([, type = ""]) => type));
  return Object.fromEntries(types.map((type) => [type, `../../subgraphs/${name}/models.ts#${type}`]));
}

/**
 * The plugin lets `__resolveReference` answer with the bare reference, and so every field resolver would have to reckon
 * with a parent that is nothing but its key. Ours answer with what the type stands for, or null.
 */
function resolvedParents(content: string): string {
  return content
    .replaceAll(/ \| FederationReferenceTypes\['\w+'\];/g, ";")
    .replaceAll(
      "> | FederationReferenceType, FederationReferenceType, ContextType>",
      ">, FederationReferenceType, ContextType>",
    );
}
