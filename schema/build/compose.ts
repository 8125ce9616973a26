import { readFileSync } from "node:fs";
import { composeServices } from "@apollo/composition";
import { composeServices as composeServicesAgain } from "@theguild/federation-composition";
import {
  buildSchema,
  type DirectiveNode,
  type DocumentNode,
  GraphQLSchema,
  Kind,
  lexicographicSortSchema,
  parse,
  printSchema,
  specifiedDirectives,
  type ValueNode,
  visit,
} from "graphql";
import { developmentPort, type Subgraph, subgraphs } from "../subgraphs.ts";

/** A subgraph as it is composed: its name, the URL at which a router reaches it by default, and its SDL. */
export interface SubgraphContract {
  readonly name: Subgraph;
  readonly url: string;
  readonly typeDefs: DocumentNode;
}

/** The result of composing the contracts of all subgraphs. */
export interface Supergraph {
  /** The supergraph for @apollo/gateway, which does not start on one with auth directives. */
  readonly supergraph: string;
  /** The supergraph for routers that enforce the auth directives before the subgraphs do. */
  readonly supergraphForRouters: string;
  /** The schema that clients see: everything that is not `@inaccessible`. */
  readonly api: GraphQLSchema;
  /** The hints of @apollo/composition, one line each. */
  readonly hints: readonly string[];
}

const authDirectives = new Set(["authenticated", "requiresScopes"]);

/** `UserErrorCode` is the union of the subgraphs' codes by design. */
const expectedHints = new Set(["INCONSISTENT_ENUM_VALUE_FOR_OUTPUT_ENUM"]);

/** Reads the contract of every subgraph from its SDL file. */
export function readSubgraphs(): SubgraphContract[] {
  return subgraphs.map((name) => ({
    name,
    url: `http://localhost:${developmentPort(name)}/graphql`,
    typeDefs: readContract(name),
  }));
}

function readContract(name: SubgraphContract["name"]): DocumentNode {
  return parse(readFileSync(new URL(`../${name}.graphql`, import.meta.url), "utf8"));
}

/**
 * Composes the contracts with two independent composers and returns the result of Apollo's.
 *
 * @throws {Error} when either composer reports errors, or when they disagree about the schema that clients see: then one of them has misread
 * a contract.
 */
export function composeSupergraph(subgraphs = readSubgraphs()): Supergraph {
  const withAuth = compose(subgraphs);
  const withoutAuth = compose(subgraphs.map(withoutAuthDirectives));
  compareApis("the contracts with and without auth directives", withAuth.api, withoutAuth.api);
  compareApis("@apollo/composition and @theguild/federation-composition", withAuth.api, composeAgain(subgraphs));
  return {
    supergraph: withoutAuth.sdl,
    supergraphForRouters: withAuth.sdl,
    api: withAuth.api,
    hints: withAuth.hints,
  };
}

function compose(subgraphs: readonly SubgraphContract[]): { sdl: string; api: GraphQLSchema; hints: string[] } {
  const result = composeServices([...subgraphs]);
  if (result.errors !== undefined) throw compositionError("@apollo/composition", result.errors);
  return {
    sdl: `${result.supergraphSdl.trim()}\n`,
    api: withoutDirectives(result.schema.toAPISchema().toGraphQLJSSchema()),
    hints: result.hints
      .filter((hint) => !expectedHints.has(hint.definition.code))
      .map((hint) => `${hint.definition.code}: ${hint.message}`),
  };
}

function composeAgain(subgraphs: readonly SubgraphContract[]): GraphQLSchema {
  const result = composeServicesAgain([...subgraphs]);
  if (result.errors !== undefined) throw compositionError("@theguild/federation-composition", result.errors);
  return withoutDirectives(buildSchema(result.publicSdl));
}

function compositionError(composer: string, errors: readonly Error[]): Error {
  return new Error(
    `${composer} cannot compose the contracts:\n${errors.map((error) => `- ${error.message}`).join("\n")}`,
  );
}

/** Removes directive definitions: they are meant for servers, and the two composers keep different ones. */
function withoutDirectives(schema: GraphQLSchema): GraphQLSchema {
  return lexicographicSortSchema(new GraphQLSchema({ ...schema.toConfig(), directives: specifiedDirectives }));
}

function compareApis(what: string, one: GraphQLSchema, other: GraphQLSchema): void {
  const lines = printSchema(one).split("\n");
  const otherLines = printSchema(other).split("\n");
  const at = lines.findIndex((line, index) => line !== otherLines[index]);
  if (at === -1 && lines.length === otherLines.length) return;
  throw new Error(`${what} give different API schemas, first here:\n- ${lines[at]}\n+ ${otherLines[at]}`);
}

/** Returns the contract without its auth directives and their imports. */
function withoutAuthDirectives(subgraph: SubgraphContract): SubgraphContract {
  const typeDefs = visit(subgraph.typeDefs, {
    Directive(directive: DirectiveNode) {
      if (authDirectives.has(directive.name.value)) return null;
      return directive.name.value === "link" ? withoutAuthImports(directive) : undefined;
    },
  });
  return { ...subgraph, typeDefs };
}

function withoutAuthImports(link: DirectiveNode): DirectiveNode {
  const isAuth = (value: ValueNode) => value.kind === Kind.STRING && authDirectives.has(value.value.replace(/^@/, ""));
  const imports = (link.arguments ?? []).map((argument) =>
    argument.name.value === "import" && argument.value.kind === Kind.LIST
      ? { ...argument, value: { ...argument.value, values: argument.value.values.filter((value) => !isAuth(value)) } }
      : argument,
  );
  return { ...link, arguments: imports };
}
