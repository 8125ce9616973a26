import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

/** The metrics of a service about its requests. */
export type Metrics = {
  readonly registry: Registry;
  /** Counts a request that began. Call the function that it returns once, when the response was sent or abandoned. */
  begin(): (result: RequestResult) => void;
};

/** How a request ended. */
export type RequestResult = {
  readonly status: number;
  /** Undefined when it was not a GraphQL operation. */
  readonly operation?: { readonly kind: string; readonly name: string | undefined } | undefined;
  /** The codes of the errors in the response. */
  readonly codes?: readonly string[];
};

/** In seconds: from a cached response to the longest timeout. */
const durationBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** Clients choose the names of operations; beyond this many, new names are counted as `other`. */
const operationNamesMax = 200;
/** Metrics repeat a name for each bucket; longer names are counted as `other`. */
const operationNameCharactersMax = 256;

let nodeRegistry: Registry | undefined;

/** Node's own metrics, made once in a process: each set has a timer and an observer that only end with it. */
function nodeMetrics(): Registry {
  if (nodeRegistry === undefined) {
    nodeRegistry = new Registry();
    collectDefaultMetrics({ register: nodeRegistry });
  }
  return nodeRegistry;
}

/** Makes the metrics of one service, including those of Node: memory, CPU, event loop delay, garbage collection. */
export function makeMetrics(service: string): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  for (const { name } of nodeMetrics().getMetricsAsArray()) {
    const metric = nodeMetrics().getSingleMetric(name);
    if (metric !== undefined) registry.registerMetric(metric);
  }
  const registers = [registry];
  const inFlight = new Gauge({ name: "agora_requests_in_flight", help: "Requests in progress.", registers });
  const responses = new Counter({
    name: "agora_responses_total",
    help: "Responses by HTTP status.",
    labelNames: ["status"],
    registers,
  });
  const requests = new Counter({ name: "agora_requests_total", help: "Requests received.", registers });
  const seconds = new Counter({
    name: "agora_processing_seconds_total",
    help: "Time spent on all requests.",
    registers,
  });
  const durations = new Histogram({
    name: "agora_operation_duration_seconds",
    help: "GraphQL operations by name.",
    labelNames: ["operation", "kind"],
    buckets: durationBuckets,
    registers,
  });
  const errors = new Counter({
    name: "agora_errors_total",
    help: "Errors in responses by code.",
    labelNames: ["code"],
    registers,
  });
  const nameOf = makeNameLimit(operationNamesMax);
  return {
    registry,
    begin: () => {
      const startedAt = performance.now();
      requests.inc();
      inFlight.inc();
      return ({ status, operation, codes = [] }) => {
        const duration = (performance.now() - startedAt) / 1_000;
        inFlight.dec();
        seconds.inc(duration);
        responses.inc({ status });
        if (operation !== undefined)
          durations.observe({ operation: nameOf(operation.name), kind: operation.kind }, duration);
        for (const code of codes) errors.inc({ code });
      };
    },
  };
}

function makeNameLimit(maximum: number): (name: string | undefined) => string {
  const known = new Set<string>();
  return (name) => {
    if (name === undefined) return "anonymous";
    if (known.has(name)) return name;
    if (known.size >= maximum || name.length > operationNameCharactersMax) return "other";
    known.add(name);
    return name;
  };
}

/** Adds a gauge whose values are read at each scrape. When `read` fails the gauge is left out of that scrape. */
export function addGauge<Label extends string>(
  metrics: Metrics,
  gauge: {
    name: string;
    help: string;
    labels?: readonly Label[];
    read: () => Promise<readonly Reading<Label>[]> | readonly Reading<Label>[];
  },
): void {
  new Gauge<Label>({
    name: gauge.name,
    help: gauge.help,
    labelNames: gauge.labels ?? [],
    registers: [metrics.registry],
    async collect() {
      this.reset();
      const readings = await Promise.resolve()
        .then(() => gauge.read())
        .catch(() => []);
      for (const { labels, value } of readings) {
        if (labels === undefined) this.set(value);
        else this.set(labels, value);
      }
    },
  });
}

/** One value of a gauge. */
export type Reading<Label extends string = string> = {
  readonly labels?: Readonly<Record<Label, string>>;
  readonly value: number;
};
