import { readFileSync } from "node:fs";
import { executeCodegen } from "@graphql-codegen/cli";
import { print } from "graphql";
import type { SubgraphContract } from "./compose.ts";

/** The TypeScript type of each scalar in resolvers. A scalar of the contracts that is missing here stops the build. */
const scalars = {
  ID: "string",
  DateTime: { input: "string", output: "Date" },
  Decimal: "string",
  CurrencyCode: "string",
  CountryCode: "string",
  EmailAddress: "string",
  LanguageCode: "string",
  URL: "string",
  JSONObject: "Record<string, unknown>",
  _FieldSet: "string",
};

/** Returns the content of `generated/<subgraph>.ts`: the types of the contract and of its resolvers. */
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
          // The domain has an `Order` too.
          mapperTypeSuffix: "Model",
          scalars,
          strictScalars: true,
          useTypeImports: true,
          emitLegacyCommonJSImports: false,
          importExtension: ".ts",
          enumsAsTypes: true,
          // An input distinguishes a missing field from null; a field with a default is never missing. A resolver may leave out
          // nullable fields, or return undefined for them.
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

/** Returns the domain type that resolvers return for each GraphQL type, as the subgraph's `models.ts` maps them. */
function readModels(name: SubgraphContract["name"]): Record<string, string> {
  const source = readFileSync(new URL(`../../subgraphs/${name}/models.ts`, import.meta.url), "utf8");
  const lists = Array.from(source.matchAll(/^export type \{([^}]*)\} from /gm), ([, list = ""]) => list);
  const types = lists.flatMap((list) => Array.from(list.matchAll(/(?:\w+ as )?(\w+)/g), ([, type = ""]) => type));
  return Object.fromEntries(types.map((type) => [type, `../../subgraphs/${name}/models.ts#${type}`]));
}

/**
 * The plugin allows `__resolveReference` to return the bare reference, so every field resolver would have to handle a parent
 * that has only its key. Ours return the domain type or null; this removes the other case.
 */
function resolvedParents(content: string): string {
  return content
    .replaceAll(/ \| FederationReferenceTypes\['\w+'\];/g, ";")
    .replaceAll(
      "> | FederationReferenceType, FederationReferenceType, ContextType>",
      ">, FederationReferenceType, ContextType>",
    );
}
