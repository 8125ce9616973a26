import type { IncomingMessage, ServerResponse } from "node:http";
import { clientNetwork } from "#platform/budgets/subjects.ts";
import { header } from "#platform/http/http-server.ts";
import type { Log } from "#platform/observability/log.ts";
import type { Metrics } from "#platform/observability/metrics.ts";
import type { OpenSpan, Tracing } from "#platform/observability/tracing.ts";
import { ApiError } from "#platform/shop/api-error.ts";
import type { Authenticator, Identity } from "../auth/authenticator.ts";
import type { Executor } from "../executor/executor.ts";
import type { Operation } from "../operations/compile-operation.ts";
import type { Documents } from "../operations/documents.ts";
import type { Operations } from "../operations/operation.ts";
import { type CachePolicy, makeCachePolicy } from "./cache-control.ts";
import { compress } from "./compression.ts";
import { disconnectSignal } from "./disconnect.ts";
import { formatError, sendError, toApiError } from "./error-response.ts";
import { negotiateResponseType, type ResponseType, readGraphqlRequest } from "./graphql-request.ts";
import { formatResult, type GraphqlResponse } from "./graphql-response.ts";
import type { Overload } from "./overload.ts";
import { executionContext, type RequestContext } from "./request-context.ts";

/** What the graph's route is made of. */
export type GraphqlRouteParts = {
  readonly authenticator: Authenticator;
  readonly documents: Documents;
  readonly operations: Operations;
  readonly executor: Executor;
  readonly overload: Overload;
  /** Counts a request, by user or else by address. @throws {ApiError} RATE_LIMITED */
  readonly takeRate: (key: string) => Promise<void> | void;
  readonly metrics: Metrics;
  readonly tracing: Tracing | undefined;
  readonly log: Log;
};

/** What is learned about a request on its way, for the log. */
type Progress = {
  type: ResponseType;
  identity: Identity | undefined;
  operation: Operation | undefined;
  span: OpenSpan | undefined;
  cachePolicy: CachePolicy | undefined;
  /** Gives back the request's place among those in flight. */
  leave: (() => void) | undefined;
};

/** The status in logs and metrics of a request whose client disconnected before the response. Nothing was sent, and it is no fault of ours. */
const clientDisconnected = 499;

/** Serves `/graphql`. Whatever is wrong with a request is found before anything is fetched for it. */
export function makeGraphqlRoute(
  parts: GraphqlRouteParts,
): (request: IncomingMessage, response: ServerResponse, url: URL, context: RequestContext) => Promise<void> {
  return async (request, response, url, context) => {
    const startedAt = performance.now();
    const done = parts.metrics.begin();
    const progress: Progress = {
      type: "application/json",
      identity: undefined,
      operation: undefined,
      span: undefined,
      cachePolicy: undefined,
      leave: undefined,
    };
    let status = 200;
    let codes: readonly string[] = [];
    try {
      parts.overload.check();
      const result = await respond(parts, request, response, url, context, progress);
      codes = result.codes;
      await send(request, response, result, progress);
    } catch (thrown) {
      const error = toApiError(thrown);
      if (response.destroyed && !(error instanceof ApiError)) status = clientDisconnected;
      else {
        const apiError = error instanceof ApiError ? error : internalError(error, context, parts.log);
        const formatted = formatError(apiError, context.requestId, progress.type);
        status = formatted.status;
        codes = [apiError.code];
        if (!response.headersSent && !response.destroyed) sendError(response, formatted, progress.type);
      }
    } finally {
      progress.leave?.();
      const { operation, identity, span } = progress;
      done({ status, codes, operation });
      if (codes.length > 0) span?.fail(codes.join(" "));
      span?.end();
      parts.log.info(
        {
          requestId: context.requestId,
          operationName: operation?.name,
          kind: operation?.kind,
          userId: identity?.viewer.kind === "user" ? identity.viewer.id : undefined,
          status,
          codes: codes.length === 0 ? undefined : codes.slice(0, 5),
          ms: Math.round((performance.now() - startedAt) * 10) / 10,
        },
        "Request completed.",
      );
    }
  };
}

async function respond(
  parts: GraphqlRouteParts,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  context: RequestContext,
  progress: Progress,
): Promise<GraphqlResponse> {
  progress.type = negotiateResponseType(header(request, "accept"));
  const identity = await authenticate(parts, request, context);
  progress.identity = identity;
  const { method, variables, operationName, ...named } = await readGraphqlRequest(request, url);
  // Not before: a client that sends its body slowly takes up nobody's place.
  progress.leave = parts.overload.enter();
  const { text, keep } = parts.documents.resolve(named);
  const operation =
    parts.operations.find(text, operationName) ??
    (await parts.operations.prepare(text, operationName, {
      address: context.clientAddress,
      user: identity.viewer.kind === "user" ? identity.viewer.id : undefined,
    }));
  progress.operation = operation;
  keep?.();
  if (method === "GET" && operation.kind === "mutation") {
    throw new ApiError("BAD_REQUEST", "Mutations must use POST.", {
      http: { status: 405, headers: { allow: "POST" } },
    });
  }
  const coerced = operation.coerce(variables);
  progress.span = parts.tracing?.start(`graphql ${operation.kind} ${operation.name ?? ""}`.trim(), {
    traceparent: context.traceparent,
    kind: "SERVER",
    attributes: { "graphql.operation.type": operation.kind, "request.id": context.requestId },
  });
  const cachePolicy = method === "GET" ? makeCachePolicy(identity.viewer.kind === "guest") : undefined;
  progress.cachePolicy = cachePolicy;
  const result = await parts.executor.execute(
    operation,
    variables,
    coerced,
    executionContext(
      progress.span === undefined ? context : { ...context, traceparent: progress.span.traceparent },
      identity,
      { signal: disconnectSignal(response), cachePolicy },
    ),
  );
  return formatResult(result, operation, { requestId: context.requestId, log: parts.log, cachePolicy });
}

/** A bad token counts against its sender's address, so that guessing tokens is limited like any request. */
async function authenticate(
  parts: GraphqlRouteParts,
  request: IncomingMessage,
  context: RequestContext,
): Promise<Identity> {
  const address = () => clientNetwork(context.clientAddress);
  let identity: Identity;
  try {
    identity = await parts.authenticator.authenticate(request);
  } catch (error) {
    await parts.takeRate(address());
    throw error;
  }
  await parts.takeRate(identity.viewer.kind === "user" ? identity.viewer.id : address());
  return identity;
}

async function send(
  request: IncomingMessage,
  response: ServerResponse,
  result: GraphqlResponse,
  { type, cachePolicy }: Progress,
): Promise<void> {
  if (response.destroyed) return;
  const { body, encoding } = await compress(request, Buffer.from(result.body));
  response.setHeader("content-type", `${type}; charset=utf-8`);
  response.setHeader("content-length", body.length);
  if (encoding !== undefined) response.setHeader("content-encoding", encoding);
  if (cachePolicy === undefined) response.setHeader("cache-control", "no-store");
  else {
    response.setHeader("cache-control", result.codes.length === 0 ? cachePolicy.header() : "no-store");
    response.appendHeader("vary", "Accept, Accept-Encoding, Authorization");
  }
  response.end(body);
}

/** An internal error, logged with its cause. */
function internalError(error: unknown, context: RequestContext, log: Log): ApiError {
  log.error({ err: error, requestId: context.requestId }, "A request failed.");
  return new ApiError("INTERNAL_SERVER_ERROR", "Something went wrong on our side.", {}, error);
}
