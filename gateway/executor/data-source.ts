import type { GraphQLDataSource } from "@apollo/gateway";
import { Kind, OperationTypeNode, parse } from "graphql";
import { type RequestFacts, readAnswer, type Subgraph } from "./subgraph-client.ts";

/** A subgraph as Apollo's gateway wants it from `buildService`: its own executor runs plans over the same transport. */
export function makeDataSource(subgraph: Subgraph): GraphQLDataSource<RequestFacts> {
  return {
    process: async (options) => {
      if (options.kind !== "incoming operation") throw new Error(`Not served: ${options.kind}.`);
      const { query = "", variables, operationName } = options.request;
      const [definition] = parse(query).definitions;
      const isMutation =
        definition?.kind === Kind.OPERATION_DEFINITION && definition.operation === OperationTypeNode.MUTATION;
      const body = JSON.stringify({ query, variables, operationName });
      const answer = await subgraph.send(isMutation ? "mutation" : "query", body, options.context);
      const { data, errors } = readAnswer(answer);
      return { ...(data === undefined ? {} : { data }), ...(errors === undefined ? {} : { errors }) };
    },
  };
}
