import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { executeCodegen } from "@graphql-codegen/cli";
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  isAbstractType,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
  printSchema,
  specifiedRules,
  validate,
  visit,
} from "graphql";

/** A subgraph's name and its contract, from which the error codes of its payloads are read. */
interface Contract {
  readonly name: string;
  readonly typeDefs: DocumentNode;
}

/** An operation as a client sends it. */
interface Operation {
  readonly name: string;
  readonly type: string;
  readonly hash: string;
  readonly text: string;
}

/** The TypeScript type of each scalar for clients: JSON's own types, because the client does not parse responses further. */
const scalars = {
  ID: "string",
  DateTime: "string",
  Decimal: "string",
  CurrencyCode: "string",
  CountryCode: "string",
  EmailAddress: "string",
  LanguageCode: "string",
  URL: "string",
  JSONObject: "Record<string, unknown>",
};

/**
 * Returns every file of `client/sdk/generated/`: the schema that clients see, the typed documents made from `documents/`, and the
 * manifest of trusted documents.
 *
 * @throws {Error} when a document is not valid against the schema.
 */
export async function clientFiles(
  api: GraphQLSchema,
  contracts: readonly Contract[],
): Promise<{ path: string; content: string }[]> {
  const document = withTypenames(readDocuments());
  const errors = validate(
    api,
    document,
    // Fragments may be unused, and all documents are validated as one.
    specifiedRules.filter(
      (rule) => rule.name !== "NoUnusedFragmentsRule" && rule.name !== "LoneAnonymousOperationRule",
    ),
  );
  if (errors.length > 0) throw new Error(`client/sdk/documents:\n${errors.join("\n")}`);
  const operations = splitOperations(document);
  return [
    { path: "client/sdk/generated/schema.graphql", content: `${printSchema(api)}\n` },
    { path: "client/sdk/generated/documents.ts", content: await documentsModule(api, contracts, document, operations) },
    { path: "client/sdk/generated/manifest.json", content: manifest(operations) },
  ];
}

function readDocuments(): DocumentNode {
  const folder = new URL("../../client/sdk/documents/", import.meta.url);
  const files = readdirSync(folder).filter((file) => file.endsWith(".graphql"));
  const texts = files.sort().map((file) => readFileSync(new URL(file, folder), "utf8"));
  return parse(texts.join("\n"), { noLocation: true });
}

/**
 * Adds `__typename` to every selection, as caching clients do, so that the text and hash they send are those of the manifest, and
 * the members of a union can be distinguished.
 */
function withTypenames(document: DocumentNode): DocumentNode {
  return visit(document, {
    SelectionSet(node, _key, parent) {
      const isRoot = parent !== undefined && "operation" in parent;
      const isNamed = node.selections.some(
        (selection) => selection.kind === Kind.FIELD && selection.name.value === "__typename",
      );
      if (isRoot || isNamed) return undefined;
      const typename = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: "__typename" } } as const;
      return { ...node, selections: [...node.selections, typename] };
    },
  });
}

/** Returns each operation with the fragments that it uses, sorted by operation name. */
function splitOperations(document: DocumentNode): Operation[] {
  const fragments = new Map<string, FragmentDefinitionNode>();
  const operations: OperationDefinitionNode[] = [];
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
    if (definition.kind === Kind.OPERATION_DEFINITION) operations.push(definition);
  }
  return operations
    .map((operation) => {
      const text = print({ kind: Kind.DOCUMENT, definitions: [operation, ...reached(operation, fragments)] });
      return { name: operation.name?.value ?? "", type: operation.operation, hash: sha256(text), text };
    })
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

function reached(
  operation: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): FragmentDefinitionNode[] {
  const found = new Set<FragmentDefinitionNode>();
  const follow = (node: OperationDefinitionNode | FragmentDefinitionNode): void => {
    visit(node, {
      FragmentSpread({ name }) {
        const fragment = fragments.get(name.value);
        if (fragment === undefined || found.has(fragment)) return;
        found.add(fragment);
        follow(fragment);
      },
    });
  };
  follow(operation);
  return [...found];
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** Formats Apollo's persisted query manifest, which routers and gateways accept. */
function manifest(operations: readonly Operation[]): string {
  const entries = operations.map(({ hash, name, type, text }) => ({ id: hash, name, type, body: text }));
  const content = { format: "apollo-persisted-query-manifest", version: 1, operations: entries };
  return `${JSON.stringify(content, null, 2)}\n`;
}

async function documentsModule(
  api: GraphQLSchema,
  contracts: readonly Contract[],
  document: DocumentNode,
  operations: readonly Operation[],
): Promise<string> {
  return [
    "// Generated by `npm run schema` from client/sdk/documents/*.graphql; do not edit.",
    'import { document } from "../document.ts";',
    "",
    await operationTypes(api, document),
    payloadCodes(contracts),
    possibleTypes(api),
    ...operations.map(
      ({ name, type, hash, text }) =>
        `export const ${name}Document = /*#__PURE__*/ document<${name}${capitalized(type)}, ${name}${capitalized(type)}Variables>(\n` +
        `  "${hash}",\n  \`${text.replaceAll(/[\\`$]/g, "\\$&")}\`,\n);\n`,
    ),
  ].join("\n");
}

function capitalized(word: string): string {
  return `${word.charAt(0).toUpperCase()}${word.slice(1)}`;
}

/** The types of every operation's and fragment's data and variables, and of the inputs and enums they use. */
async function operationTypes(api: GraphQLSchema, document: DocumentNode): Promise<string> {
  const { result, error } = await executeCodegen({
    schema: printSchema(api),
    documents: [print(document)],
    silent: true,
    generates: {
      "client/sdk/generated/documents.ts": {
        plugins: ["typescript-operations"],
        config: { scalars, strictScalars: true, useTypeImports: true, nonOptionalTypename: false, skipTypename: false },
      },
    },
  });
  const [file] = result;
  if (error !== null || file === undefined) throw error ?? new Error("Nothing was generated for the client.");
  return file.content;
}

/** What stands behind each interface and union, for caches that must tell which fragments apply. */
function possibleTypes(api: GraphQLSchema): string {
  const lines = Object.values(api.getTypeMap())
    .filter(isAbstractType)
    .map((type) => {
      const names = api.getPossibleTypes(type).map(({ name }) => `"${name}"`);
      return `  ${type.name}: [${names.sort().join(", ")}],`;
    });
  return [
    "/** The object types of each interface and union: Apollo Client's `possibleTypes`. */",
    "export const possibleTypes: Record<string, string[]> = {",
    ...lines.sort(),
    "};",
    "",
  ].join("\n");
}

/** Returns the type of the codes that the `userErrors` of each payload can have: all codes of its subgraph. */
function payloadCodes(contracts: readonly Contract[]): string {
  const lines: string[] = [];
  for (const { typeDefs } of contracts) {
    const codes = typeDefs.definitions.flatMap((definition) =>
      definition.kind === Kind.ENUM_TYPE_DEFINITION && definition.name.value === "UserErrorCode"
        ? (definition.values ?? []).map((value) => `"${value.name.value}"`)
        : [],
    );
    for (const definition of typeDefs.definitions) {
      if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION) continue;
      if (!definition.fields?.some((field) => field.name.value === "userErrors")) continue;
      lines.push(`  ${definition.name.value}: ${codes.join(" | ")};`);
    }
  }
  return [
    "/** The codes that the userErrors of each payload can have. */",
    "export type PayloadCodes = {",
    ...lines.sort(),
    "};",
    "",
  ].join("\n");
}
