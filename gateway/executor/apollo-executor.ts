import { ApolloGateway, type GraphQLDataSource } from "@apollo/gateway";
import { ApolloServer } from "@apollo/server";
import { Kind, OperationTypeNode, parse } from "graphql";
import { ExecutionError } from "./execution-error.ts";
import type { ExecutionContext, Executor } from "./executor.ts";
import { isRecord } from "./json-data.ts";
import { readResponse } from "./read-response.ts";
import type { Subgraph } from "./subgraph.ts";

/**
 * Apollo's own executor over the same subgraphs, for comparison: `GATEWAY_EXECUTOR=apollo`.
 *
 * @param subgraphs by their names in the supergraph.
 * @throws {Error} for an invalid supergraph.
 */
export async function openApolloExecutor(
  supergraphSdl: string,
  subgraphs: ReadonlyMap<string, Subgraph>,
): Promise<Executor> {
  const gateway = new ApolloGateway({
    supergraphSdl,
    buildService: ({ name }) => makeDataSource(name, subgraphs),
    logger: silentLogger,
    __exposeQueryPlanExperimental: false,
  });
  const server = new ApolloServer<ExecutionContext>({
    gateway,
    introspection: true,
    includeStacktraceInErrorResponses: false,
    logger: silentLogger,
  });
  await server.start();
  return {
    execute: async ({ text, operationName }, variables, _coerced, contextValue) => {
      const { body } = await server.executeOperation(
        { query: text, variables, ...(operationName === undefined ? {} : { operationName }) },
        { contextValue },
      );
      if (body.kind !== "single") throw new Error("Apollo's executor returned a response in parts.");
      const { data = null, errors = [] } = body.singleResult;
      return { data: isRecord(data) ? data : null, errors, misfits: [] };
    },
    close: () => server.stop(),
  };
}

const silentLogger = { debug() {}, info() {}, warn() {}, error() {} };

/** A subgraph as Apollo's gateway expects it from `buildService`. */
function makeDataSource(name: string, subgraphs: ReadonlyMap<string, Subgraph>): GraphQLDataSource<ExecutionContext> {
  return {
    process: async (options) => {
      if (options.kind !== "incoming operation") throw new Error(`Not supported: ${options.kind}.`);
      const subgraph = subgraphs.get(name);
      if (subgraph === undefined) throw new Error(`There is no subgraph ${name}.`);
      const { query = "", variables, operationName } = options.request;
      const body = JSON.stringify({ query, variables, operationName });
      const { data, errors } = await send(subgraph, isMutation(query) ? "mutation" : "query", body, options.context);
      return { ...(data === undefined ? {} : { data }), ...(errors === undefined ? {} : { errors }) };
    },
  };
}

async function send(
  subgraph: Subgraph,
  kind: "query" | "mutation",
  body: string,
  context: ExecutionContext,
): Promise<ReturnType<typeof readResponse>> {
  try {
    const response = await subgraph.send(kind, body, context);
    context.noteCacheControl?.(response.headers["cache-control"]);
    return readResponse(response);
  } catch (error) {
    if (!(error instanceof ExecutionError)) throw error;
    return { errors: [{ message: error.message, extensions: { ...error.extensions } }] };
  }
}

function isMutation(query: string): boolean {
  const [definition] = parse(query).definitions;
  return definition?.kind === Kind.OPERATION_DEFINITION && definition.operation === OperationTypeNode.MUTATION;
}
