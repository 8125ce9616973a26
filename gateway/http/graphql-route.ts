import type { IncomingMessage, ServerResponse } from "node:http";
import { header } from "#platform/http/http-server.ts";
import type { Log } from "#platform/observability/log.ts";
import type { Metrics } from "#platform/observability/metrics.ts";
import type { OpenSpan, Tracing } from "#platform/observability/tracing.ts";
import { ApiError } from "#platform/shop/api-error.ts";
import type { Caller, Identity } from "../auth/identity.ts";
import type { AnswerOperation, GraphAnswer } from "../executor/execute-operation.ts";
import type { Documents } from "../operations/documents.ts";
import type { Operation, Operations } from "../operations/operation.ts";
import { type Caching, makeCaching } from "./cache-control.ts";
import { networkOf } from "./client-address.ts";
import { compress } from "./compression.ts";
import { departureOf } from "./disconnect.ts";
import { sendRefusal, tellRefusal } from "./error-response.ts";
import { type AnswerType, chooseAnswerType, readGraphqlRequest } from "./graphql-request.ts";
import type { Overload } from "./overload.ts";

/** What the graph's route is made of. */
export type GraphRouteParts = {
  readonly identity: Identity;
  readonly documents: Documents;
  readonly operations: Operations;
  readonly answerOperation: AnswerOperation;
  readonly overload: Overload;
  /** Counts a request; by user, else by address. @throws {ApiError} RATE_LIMITED */
  readonly takeRate: (key: string) => Promise<void> | void;
  readonly metrics: Metrics;
  readonly tracing: Tracing | undefined;
  readonly log: Log;
};

/** What is known of a request from the start. */
export type Arrival = {
  readonly requestId: string;
  readonly clientAddress: string;
  /** The trace that a trusted proxy began. */
  readonly traceparent: string | undefined;
};

/** One request on its way, for the log. */
type Passing = {
  type: AnswerType;
  caller: Caller | undefined;
  operation: Operation | undefined;
  span: OpenSpan | undefined;
  /** Gives back the room that it takes up. */
  leave: (() => void) | undefined;
};

/** The status by which logs and metrics know a request whose client went away before its answer: no fault of ours, though nothing was sent. */
const clientLeft = 499;

/** Answers `/graphql`: whatever is wrong with a request is found before anything is fetched for it. */
export function makeGraphRoute(
  parts: GraphRouteParts,
): (request: IncomingMessage, response: ServerResponse, url: URL, arrival: Arrival) => Promise<void> {
  return async (request, response, url, arrival) => {
    const startedAt = performance.now();
    const done = parts.metrics.begin();
    const passing: Passing = {
      type: "application/json",
      caller: undefined,
      operation: undefined,
      span: undefined,
      leave: undefined,
    };
    let status = 200;
    let codes: readonly string[] = [];
    try {
      parts.overload.check();
      const answer = await answerRequest(parts, request, response, url, arrival, passing);
      codes = answer.codes;
      await sendAnswer(request, response, answer, passing.type);
    } catch (error) {
      if (response.destroyed && !(error instanceof ApiError)) status = clientLeft;
      else {
        const refusal = error instanceof ApiError ? error : maskedFault(error, arrival, parts.log);
        const refused = tellRefusal(refusal, arrival.requestId, passing.type);
        status = refused.status;
        codes = [refusal.code];
        if (!response.headersSent && !response.destroyed) sendRefusal(response, refused, passing.type);
      }
    } finally {
      passing.leave?.();
      const { operation, caller, span } = passing;
      done({ status, codes, operation });
      if (codes.length > 0) span?.fail(codes.join(" "));
      span?.end();
      parts.log.info(
        {
          requestId: arrival.requestId,
          operationName: operation?.name,
          kind: operation?.kind,
          userId: caller?.viewer.kind === "user" ? caller.viewer.id : undefined,
          status,
          codes: codes.length === 0 ? undefined : codes.slice(0, 5),
          ms: Math.round((performance.now() - startedAt) * 10) / 10,
        },
        "A request was answered.",
      );
    }
  };
}

async function answerRequest(
  parts: GraphRouteParts,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  arrival: Arrival,
  passing: Passing,
): Promise<GraphAnswer & { readonly caching: Caching | undefined }> {
  passing.type = chooseAnswerType(header(request, "accept"));
  const caller = await identify(parts, request, arrival);
  passing.caller = caller;
  const { method, variables, operationName, ...named } = await readGraphqlRequest(request, url);
  // Not before: whoever sends a body slowly takes up nobody's room.
  passing.leave = parts.overload.enter();
  const { text, keep } = parts.documents.resolve(named);
  const operation = parts.operations.get(text, operationName);
  passing.operation = operation;
  keep?.();
  if (method === "GET" && operation.kind === "mutation") {
    throw new ApiError("BAD_REQUEST", "Mutations are asked by POST.", {
      http: { status: 405, headers: { allow: "POST" } },
    });
  }
  const coerced = operation.coerce(variables);
  passing.span = parts.tracing?.start(`graphql ${operation.kind} ${operation.name ?? ""}`.trim(), {
    traceparent: arrival.traceparent,
    kind: "SERVER",
    attributes: { "graphql.operation.type": operation.kind, "request.id": arrival.requestId },
  });
  const caching = method === "GET" ? makeCaching(caller.viewer.kind === "guest") : undefined;
  const answer = await parts.answerOperation(operation, variables, coerced, {
    caller,
    requestId: arrival.requestId,
    clientAddress: arrival.clientAddress,
    userAgent: header(request, "user-agent"),
    traceparent: passing.span?.traceparent,
    departure: departureOf(response),
    caching,
  });
  return { ...answer, caching };
}

/** A bad token counts against its sender's address, so that guessing is limited like asking. */
async function identify(parts: GraphRouteParts, request: IncomingMessage, arrival: Arrival): Promise<Caller> {
  const address = () => networkOf(arrival.clientAddress);
  let caller: Caller;
  try {
    caller = await parts.identity.identify(request);
  } catch (error) {
    await parts.takeRate(address());
    throw error;
  }
  await parts.takeRate(caller.viewer.kind === "user" ? caller.viewer.id : address());
  return caller;
}

async function sendAnswer(
  request: IncomingMessage,
  response: ServerResponse,
  answer: GraphAnswer & { readonly caching: Caching | undefined },
  type: AnswerType,
): Promise<void> {
  if (response.destroyed) return;
  const plain = typeof answer.body === "string" ? Buffer.from(answer.body) : answer.body;
  const { body, encoding } = await compress(request, plain);
  response.setHeader("content-type", `${type}; charset=utf-8`);
  response.setHeader("content-length", body.length);
  if (encoding !== undefined) response.setHeader("content-encoding", encoding);
  if (answer.caching === undefined) response.setHeader("cache-control", "no-store");
  else {
    response.setHeader("cache-control", answer.codes.length === 0 ? answer.caching.told() : "no-store");
    response.appendHeader("vary", "Accept, Accept-Encoding, Authorization");
  }
  response.end(body);
}

/** A fault of ours, logged with its cause. */
function maskedFault(error: unknown, arrival: Arrival, log: Log): ApiError {
  log.error({ err: error, requestId: arrival.requestId }, "A request failed.");
  return new ApiError("INTERNAL_SERVER_ERROR", "Something went wrong on our side.", {}, error);
}
