import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

/** What a service counts about the requests that it answers. */
export type Metrics = {
  readonly registry: Registry;
  /** Notes that a request began; to be called when its answer is sent, or was given up. */
  begin(): (answer: RequestOutcome) => void;
};

/** How a request ended. */
export type RequestOutcome = {
  readonly status: number;
  /** Undefined for what was no GraphQL operation. */
  readonly operation?: { readonly kind: string; readonly name: string | undefined } | undefined;
  /** Of the errors in the answer. */
  readonly codes?: readonly string[];
};

/** In seconds; from an answer out of memory to the longest that anybody waits. */
const durationBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** Clients choose the names of their operations; beyond these many, new ones are counted together. */
const operationNamesMax = 200;
/** A name stands in the metrics once for each bucket; a longer one is counted with the others. */
const operationNameCharactersMax = 256;

/** Metrics of one service, with those of Node itself: memory, CPU, event loop delay, garbage collection. */
export function makeMetrics(service: string): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const inFlight = new Gauge({ name: "agora_requests_in_flight", help: "Requests being answered now.", registers });
  const answers = new Counter({
    name: "agora_responses_total",
    help: "Answers by HTTP status.",
    labelNames: ["status"],
    registers,
  });
  const requests = new Counter({ name: "agora_requests_total", help: "Requests that came in.", registers });
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
    help: "Errors in answers by code.",
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
        answers.inc({ status });
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

/** A value that is looked up when somebody asks for the metrics. Where `read` fails it is left out of that answer. */
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
