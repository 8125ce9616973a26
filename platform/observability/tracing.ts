import type { Span, SpanKind } from "@opentelemetry/api";

/** Spans of one service, sent to a collector. */
export type Tracing = {
  /** Starts a span: a child of the span in `traceparent`, otherwise the root of a new trace. */
  start(name: string, options?: SpanOptions & { traceparent?: string | undefined }): OpenSpan;
  /** Exports the remaining spans. */
  close(): Promise<void>;
};

/** What a span is about. */
export type SpanOptions = { readonly kind?: keyof typeof SpanKind; readonly attributes?: Attributes };

type Attributes = Readonly<Record<string, string | number | boolean>>;

/** A span that was started. */
export type OpenSpan = {
  /** The W3C `traceparent` header for calls made within the span. */
  readonly traceparent: string;
  set(attributes: Attributes): void;
  /** Marks the span as failed; the message is for operators. */
  fail(message: string): void;
  end(): void;
};

const traceparentFormat = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;
const exportTimeoutMs = 5_000;

/**
 * Exports spans over OTLP/HTTP. OpenTelemetry is loaded only when an endpoint is set.
 *
 * @param endpoint the collector's URL without `/v1/traces`. Returns undefined without one.
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
