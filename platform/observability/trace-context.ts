import { AsyncLocalStorage } from "node:async_hooks";
import type { OpenSpan, SpanOptions, Tracing } from "./tracing.ts";

/** The request on whose behalf code runs. It follows `await`, so that calls, events and mails carry it without being passed it. */
export type TraceContext = {
  /** The same in every process that serves the request. */
  readonly requestId: string;
  /** Whether the request itself is served, or a message that it left is delivered. */
  readonly work: "request" | "message";
  /** The span within which code runs, or the header that the request came with; undefined when it is not traced. */
  readonly traceparent: string | undefined;
  readonly tracing: Tracing | undefined;
  /** Aborted when the caller of a read is gone, whose work is then of no use. */
  readonly signal?: AbortSignal | undefined;
};

const contexts = new AsyncLocalStorage<TraceContext>();

/** The context of the code that calls it; undefined outside of a request. */
export function currentTrace(): TraceContext | undefined {
  return contexts.getStore();
}

/** Runs `work` on behalf of a request. */
export function runInTrace<Result>(context: TraceContext, work: () => Result): Result {
  return contexts.run(context, work);
}

/** The headers that carry the current request to another process; none outside of a request. */
export function traceHeaders(): Record<string, string> {
  const context = contexts.getStore();
  if (context === undefined) return {};
  const { requestId, traceparent } = context;
  return { "x-request-id": requestId, ...(traceparent === undefined ? {} : { traceparent }) };
}

/** Runs `work` in a span of its own, a child of the current one. Only runs it where there is no tracing. */
export async function inSpan<Result>(name: string, options: SpanOptions, work: () => Promise<Result>): Promise<Result> {
  const context = contexts.getStore();
  const span = startSpan(name, options);
  if (context === undefined || span === undefined) return work();
  try {
    return await contexts.run({ ...context, traceparent: span.traceparent }, work);
  } catch (error) {
    span.fail(error instanceof Error ? error.name : "error");
    throw error;
  } finally {
    span.end();
  }
}

/** Starts a child of the current span, to be ended by the caller; undefined where there is no tracing. */
export function startSpan(name: string, options: SpanOptions): OpenSpan | undefined {
  const context = contexts.getStore();
  return context?.tracing?.start(name, { ...options, traceparent: context.traceparent });
}
