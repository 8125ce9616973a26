import type { GraphQLFormattedError } from "graphql";
import { ExecutionError } from "./execution-error.ts";
import { isRecord, type JsonObject } from "./json-data.ts";
import type { SubgraphResult } from "./run-plan.ts";
import type { SubgraphResponse } from "./subgraph.ts";

/** Codes that mean a fault of the gateway itself when a subgraph rejects a whole request with them. */
const gatewayFaults: ReadonlySet<unknown> = new Set([
  "GRAPHQL_PARSE_FAILED",
  "GRAPHQL_VALIDATION_FAILED",
  "UNAUTHENTICATED",
  "FORBIDDEN",
]);

/**
 * Parses a subgraph's response. If the subgraph rejected the request as a whole, the result has errors and no data.
 *
 * @throws {ExecutionError} SUBGRAPH_UNAVAILABLE for a response that is not a GraphQL response.
 */
export function readResponse(response: SubgraphResponse): SubgraphResult {
  const body = parseJson(response);
  const data = isRecord(body.data) ? body.data : null;
  const errors = Array.isArray(body.errors) ? body.errors.filter(isRecord).map(readError) : [];
  if (data === null && errors.length === 0) {
    throw new ExecutionError("SUBGRAPH_UNAVAILABLE", `status ${response.status}`);
  }
  if (response.status >= 400) return { data, errors: errors.map(hideGatewayFaults) };
  return errors.length === 0 ? { data } : { data, errors };
}

function parseJson(response: SubgraphResponse): JsonObject {
  try {
    const body: unknown = JSON.parse(response.bytes.toString("utf8"));
    if (isRecord(body)) return body;
  } catch (error) {
    throw new ExecutionError("SUBGRAPH_UNAVAILABLE", error);
  }
  throw new ExecutionError("SUBGRAPH_UNAVAILABLE", `status ${response.status}`);
}

/** Some servers send a path of null, which means none. */
function readError({ message, path, extensions }: JsonObject): GraphQLFormattedError {
  return {
    message: typeof message === "string" ? message : "An error without a message.",
    ...(Array.isArray(path) ? { path } : {}),
    ...(isRecord(extensions) ? { extensions } : {}),
  };
}

function hideGatewayFaults(error: GraphQLFormattedError): GraphQLFormattedError {
  return error.path === undefined && gatewayFaults.has(error.extensions?.code)
    ? { message: error.message, extensions: { code: "INTERNAL_SERVER_ERROR" } }
    : error;
}
