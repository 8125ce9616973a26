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

/** A subgraph as it is composed: its name, the address a router reaches it at unless told otherwise, and its SDL. */
export interface SubgraphContract {
  readonly name: Subgraph;
  readonly url: string;
  readonly typeDefs: DocumentNode;
}

/** What comes out of composing the three contracts. */
export interface Supergraph {
  /** For @apollo/gateway, which refuses to start on a supergraph that holds auth directives. */
  readonly supergraph: string;
  /** For routers that enforce the auth directives themselves, ahead of the subgraphs. */
  readonly supergraphForRouters: string;
  /** What clients see: everything but what is `@inaccessible`. */
  readonly api: GraphQLSchema;
  /** What @apollo/composition found worth saying though it composed, one line each. */
  readonly hints: readonly string[];
}

const authDirectives = new Set(["authenticated", "requiresScopes"]);

/** `UserErrorCode` is the union of what each subgraph can answer, on purpose. */
const expectedHints = new Set(["INCONSISTENT_ENUM_VALUE_FOR_OUTPUT_ENUM"]);

/** The three contracts, read from the SDL files beside this one. */
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
 * Composes the contracts with two independent composers and returns what Apollo's made of them.
 * Throws when either refuses, or when they do not agree about what clients see: then one of them has misread a contract.
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
  if (result.errors !== undefined) throw refusal("@apollo/composition", result.errors);
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
  if (result.errors !== undefined) throw refusal("@theguild/federation-composition", result.errors);
  return withoutDirectives(buildSchema(result.publicSdl));
}

function refusal(composer: string, errors: readonly Error[]): Error {
  return new Error(`${composer} refuses the contracts:\n${errors.map((error) => `- ${error.message}`).join("\n")}`);
}

/** Directives direct the services, not the clients; the two composers differ in which definitions they leave in. */
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

/** The same contract with no auth directive applied and none imported. */
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
