import { Supergraph as FederatedSupergraph, operationFromDocument } from "@apollo/federation-internals";
import { ApolloGateway } from "@apollo/gateway";
import { type QueryPlan, QueryPlanner } from "@apollo/query-planner";
import {
  type DocumentNode,
  type FieldNode,
  GraphQLError,
  type GraphQLSchema,
  isScalarType,
  Kind,
  parse,
  valueFromASTUntyped,
  visit,
} from "graphql";

/** The graph that is served. */
export type Supergraph = {
  /** The schema that clients see. */
  readonly schema: GraphQLSchema;
  /** The whole schema, including what is inaccessible to clients. */
  readonly full: GraphQLSchema;
  /** The supergraph file, parsed. */
  readonly document: DocumentNode;
  readonly subgraphs: readonly { readonly name: string; readonly url: string }[];
  /** Plans a valid operation. @throws for one that no plan can serve. */
  readonly plan: (document: DocumentNode, operationName: string | undefined) => QueryPlan;
};

/**
 * Loads a supergraph. Apollo's gateway validates it as it would at its own start, and Apollo's query planner plans by it.
 *
 * @throws {Error} for an invalid supergraph.
 */
export async function openSupergraph(supergraphSdl: string): Promise<Supergraph> {
  // Without this, the gateway would send usage reports every hour.
  process.env.APOLLO_TELEMETRY_DISABLED = "true";
  await validate(supergraphSdl);
  const supergraph = FederatedSupergraph.build(supergraphSdl);
  const planner = new QueryPlanner(supergraph);
  const apiSchema = supergraph.apiSchema();
  return {
    schema: checkScalarLiterals(apiSchema.toGraphQLJSSchema()),
    full: supergraph.schema.toGraphQLJSSchema(),
    document: parse(supergraphSdl, { noLocation: true }),
    subgraphs: supergraph.subgraphsMetadata(),
    plan: (document, operationName) =>
      planner.buildQueryPlan(
        operationFromDocument(
          apiSchema,
          withoutIntrospection(document),
          operationName === undefined ? {} : { operationName },
        ),
      ),
  };
}

async function validate(supergraphSdl: string): Promise<void> {
  const gateway = new ApolloGateway({
    supergraphSdl,
    logger: { debug() {}, info() {}, warn() {}, error() {} },
    __exposeQueryPlanExperimental: false,
  });
  await gateway.load();
  await gateway.stop();
}

/**
 * The document with `__typename` in place of `__schema` and `__type`: the gateway introspects by itself, and the planner does not know the newer
 * introspection fields.
 */
function withoutIntrospection(document: DocumentNode): DocumentNode {
  const replace = (field: FieldNode): FieldNode | undefined => {
    if (field.name.value !== "__schema" && field.name.value !== "__type") return undefined;
    const { selectionSet: _selections, arguments: _arguments, ...rest } = field;
    return { ...rest, alias: field.alias ?? field.name, name: { kind: Kind.NAME, value: "__typename" } };
  };
  return visit(document, {
    FragmentDefinition: ({ typeCondition }) => (typeCondition.name.value.startsWith("__") ? null : undefined),
    Field: replace,
  });
}

/** The kind of literal that each of the shop's own scalars takes. */
const literalKinds: Readonly<Record<string, Kind.STRING | Kind.OBJECT>> = {
  DateTime: Kind.STRING,
  Decimal: Kind.STRING,
  CurrencyCode: Kind.STRING,
  CountryCode: Kind.STRING,
  EmailAddress: Kind.STRING,
  URL: Kind.STRING,
  JSONObject: Kind.OBJECT,
};

/** Makes validation reject literals of the wrong kind, which subgraphs would only reject in the gateway's own request. */
function checkScalarLiterals(schema: GraphQLSchema): GraphQLSchema {
  for (const [name, kind] of Object.entries(literalKinds)) {
    const type = schema.getType(name);
    if (!isScalarType(type)) continue;
    type.parseLiteral = (node, variables) => {
      if (node.kind === kind) return valueFromASTUntyped(node, variables);
      const expected = kind === Kind.STRING ? "a string" : "an object";
      throw new GraphQLError(`${name} must be ${expected}.`, { nodes: node });
    };
  }
  return schema;
}
