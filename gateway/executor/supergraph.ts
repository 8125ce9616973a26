import { Supergraph as FederatedSupergraph, operationFromDocument } from "@apollo/federation-internals";
import { ApolloGateway } from "@apollo/gateway";
import { type QueryPlan, QueryPlanner } from "@apollo/query-planner";
import { type DocumentNode, type GraphQLSchema, parse } from "graphql";

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
    schema: apiSchema.toGraphQLJSSchema(),
    full: supergraph.schema.toGraphQLJSSchema(),
    document: parse(supergraphSdl, { noLocation: true }),
    subgraphs: supergraph.subgraphsMetadata(),
    plan: (document, operationName) =>
      planner.buildQueryPlan(
        operationFromDocument(apiSchema, document, operationName === undefined ? {} : { operationName }),
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
