import type { Span, SpanKind } from "@opentelemetry/api";

/** Spans of one service, sent to a collector. */
export type Tracing = {
  /** Begins a span, as the child of what `traceparent` names, or as the first of a trace. */
  start(
    name: string,
    options?: { traceparent?: string | undefined; kind?: keyof typeof SpanKind; attributes?: Attributes },
  ): OpenSpan;
  /** Sends what is left. */
  close(): Promise<void>;
};

type Attributes = Readonly<Record<string, string | number | boolean>>;

/** A span that has begun. */
export type OpenSpan = {
  /** What the next process is told, as W3C Trace Context has it. */
  readonly traceparent: string;
  set(attributes: Attributes): void;
  /** Marks it as failed; the message is for operators. */
  fail(message: string): void;
  end(): void;
};

const traceparentFormat = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;
const exportTimeoutMs = 5_000;

/**
 * Spans over OTLP/HTTP. Nothing of OpenTelemetry is loaded, and nothing costs anything, where no endpoint is set.
 *
 * @param endpoint the collector's address without `/v1/traces`; undefined for no tracing.
 */
export async function openTracing(service: string, endpoint: string | undefined): Promise<Tracing | undefined> {
  if (endpoint === undefined) return undefined;
  const [api, { node, resources, tracing }, { OTLPTraceExporter }] = await Promise.all([
    import("@opentelemetry/api"),
    import("@opentelemetry/sdk-node"),
    import("@opentelemetry/exporter-trace-otlp-http"),
  ]);
  const exporter = new OTLPTraceExporter({
    url: `${endpoint.replace(/\/$/, "")}/v1/traces`,
    timeoutMillis: exportTimeoutMs,
  });
  const provider = new node.NodeTracerProvider({
    resource: resources.resourceFromAttributes({ "service.name": `agora-${service}` }),
    spanProcessors: [new tracing.BatchSpanProcessor(exporter)],
  });
  const tracer = provider.getTracer("agora");
  return {
    start: (name, { traceparent, kind = "INTERNAL", attributes = {} } = {}) => {
      const [, traceId, spanId, flags] = traceparentFormat.exec(traceparent ?? "") ?? [];
      const parent =
        traceId === undefined || spanId === undefined || flags === undefined
          ? api.ROOT_CONTEXT
          : api.trace.setSpanContext(api.ROOT_CONTEXT, {
              traceId,
              spanId,
              traceFlags: Number.parseInt(flags, 16),
              isRemote: true,
            });
      return openSpan(
        tracer.startSpan(name, { kind: api.SpanKind[kind], attributes }, parent),
        api.SpanStatusCode.ERROR,
      );
    },
    close: () => provider.shutdown(),
  };
}

function openSpan(span: Span, failed: number): OpenSpan {
  const { traceId, spanId, traceFlags } = span.spanContext();
  return {
    traceparent: `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, "0")}`,
    set: (attributes) => span.setAttributes(attributes),
    fail: (message) => span.setStatus({ code: failed, message }),
    end: () => span.end(),
  };
}
