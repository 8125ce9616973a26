import type { GraphQLFormattedError } from "graphql";
import type { Log } from "#platform/observability/log.ts";
import { maskError } from "#platform/shop/api-error.ts";
import type { ExecutionResult } from "../executor/executor.ts";
import type { Operation } from "../operations/compile-operation.ts";
import type { CachePolicy } from "./cache-control.ts";

/** The body of a response, and the codes of the errors in it. */
export type GraphqlResponse = { readonly body: string; readonly codes: readonly string[] };

const noCodes: readonly string[] = [];

/** Turns a result into the client's response. Internal errors are masked, and logged as the subgraph reported them. */
export function formatResult(
  result: ExecutionResult,
  operation: Operation,
  request: { readonly requestId: string; readonly log: Log; readonly cachePolicy: CachePolicy | undefined },
): GraphqlResponse {
  const { data, errors, misfits } = result;
  if (errors.length > 0) {
    const masked = maskErrors(errors, operation, request);
    return {
      body: `{"errors":${JSON.stringify(masked)},"data":${JSON.stringify(data)}}`,
      codes: masked.map(({ extensions }) => String(extensions?.code)),
    };
  }
  if (misfits.length === 0) return { body: `{"data":${JSON.stringify(data)}}`, codes: noCodes };
  request.log.error(
    { requestId: request.requestId, operationName: operation.name, misfits: misfits.slice(0, 5) },
    "A subgraph's response does not fit the schema.",
  );
  // A response with values that should not be there must not be cached.
  request.cachePolicy?.add("no-store");
  const extensions = JSON.stringify({ valueCompletion: misfits });
  return { body: `{"data":${JSON.stringify(data)},"extensions":${extensions}}`, codes: noCodes };
}

/** Each error once, with the path that the client knows. */
function maskErrors(
  errors: readonly GraphQLFormattedError[],
  operation: Operation,
  { requestId, log }: { readonly requestId: string; readonly log: Log },
): GraphQLFormattedError[] {
  const masked = new Map<string, GraphQLFormattedError>();
  for (const error of errors) {
    const visible = error.path === undefined ? error : { ...error, path: operation.visible(error.path) };
    const shown = maskError(visible, requestId);
    masked.set(`${shown.path?.join(".") ?? ""}\n${shown.message}`, shown);
    if (shown.extensions?.code !== "INTERNAL_SERVER_ERROR") continue;
    log.error(
      { requestId, operationName: operation.name, path: error.path, subgraphMessage: error.message },
      "A field failed in a subgraph.",
    );
  }
  return Array.from(masked.values());
}
