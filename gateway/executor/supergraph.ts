import { operationFromDocument } from "@apollo/federation-internals";
import { ApolloGateway, type GraphQLDataSource, type ServiceEndpointDefinition } from "@apollo/gateway";
import type { QueryPlan } from "@apollo/query-planner";
import { type DocumentNode, type GraphQLSchema, parse } from "graphql";
import type { Log } from "#platform/observability/log.ts";
import { type Costs, readCosts } from "../operations/cost.ts";

/** The graph that is served. */
export type Supergraph = {
  /** What clients see. */
  readonly schema: GraphQLSchema;
  /** Everything, what is inaccessible included; types of what subgraphs answer. */
  readonly full: GraphQLSchema;
  readonly costs: Costs;
  /** How to answer an operation that is valid. @throws for one that no plan can answer. */
  readonly plan: (document: DocumentNode, operationName: string | undefined) => QueryPlan;
  stop(): Promise<void>;
};

/**
 * Loads a supergraph file with Apollo's gateway, which checks it and plans by it. Running the plans is ours: see docs/decisions/gateway.md.
 *
 * @param buildService called once for each subgraph that the file names.
 * @throws {Error} for a file that is no supergraph.
 */
export async function openSupergraph(
  supergraphSdl: string,
  buildService: (service: ServiceEndpointDefinition) => GraphQLDataSource,
  log: Log,
): Promise<Supergraph> {
  // Without it the gateway would report to its maker every hour.
  process.env.APOLLO_TELEMETRY_DISABLED = "true";
  const gateway = new ApolloGateway({
    supergraphSdl,
    buildService,
    logger: log.child({}, { level: log.level === "silent" ? "silent" : "warn" }),
    __exposeQueryPlanExperimental: false,
  });
  const { schema } = await gateway.load();
  const { queryPlanner } = gateway.__testing();
  if (queryPlanner === undefined) throw new Error("The supergraph has no planner.");
  const apiSchema = queryPlanner.supergraph.apiSchema();
  return {
    schema,
    full: queryPlanner.supergraph.schema.toGraphQLJSSchema(),
    costs: readCosts(parse(supergraphSdl, { noLocation: true })),
    plan: (document, operationName) =>
      queryPlanner.buildQueryPlan(
        operationFromDocument(apiSchema, document, operationName === undefined ? {} : { operationName }),
      ),
    stop: () => gateway.stop(),
  };
}
