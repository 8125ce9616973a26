import { Counter, Histogram } from "prom-client";
import { addGauge, type Metrics, makeMetrics } from "#platform/observability/metrics.ts";
import type { AddressState } from "#platform/transport/address.ts";
import type { Transport } from "#platform/transport/transport.ts";
import type { FetchObserver } from "../executor/subgraph.ts";
import type { Operations } from "../operations/operation.ts";

/** The gateway's metrics. */
export type GatewayMetrics = Metrics & {
  readonly observeFetch: FetchObserver;
  /** Adds gauges of these. */
  watch(transports: ReadonlyMap<string, Transport>, operations: Operations): void;
};

const durationBuckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Metrics of the gateway: fetches, plan cache, breakers and pools. */
export function makeGatewayMetrics(): GatewayMetrics {
  const metrics = makeMetrics("gateway");
  const registers = [metrics.registry];
  const fetches = new Histogram({
    name: "agora_fetch_duration_seconds",
    help: "Requests to subgraphs.",
    labelNames: ["subgraph", "kind"],
    buckets: durationBuckets,
    registers,
  });
  const failures = new Counter({
    name: "agora_fetch_failures_total",
    help: "Requests to subgraphs without a response, by error code.",
    labelNames: ["subgraph", "code"],
    registers,
  });
  return {
    ...metrics,
    observeFetch: (subgraph, kind, seconds, failure) => {
      fetches.observe({ subgraph, kind }, seconds);
      if (failure !== undefined) failures.inc({ subgraph, code: failure });
    },
    watch: (transports, operations) => {
      watchOperations(metrics, operations);
      watchTransports(metrics, transports);
    },
  };
}

function watchOperations(metrics: Metrics, operations: Operations): void {
  const { counts } = operations;
  addGauge(metrics, {
    name: "agora_plan_cache_operations",
    help: "Operations in the plan cache.",
    read: () => [{ value: operations.size() }],
  });
  addGauge(metrics, {
    name: "agora_plan_cache_bytes",
    help: "An estimate of the memory that the operations in the plan cache take.",
    read: () => [{ value: operations.bytes() }],
  });
  addGauge(metrics, {
    name: "agora_plan_cache_lookups_total",
    help: "Lookups in the plan cache by result.",
    labels: ["result"],
    read: () => [
      { labels: { result: "hit" }, value: counts.hits },
      { labels: { result: "miss" }, value: counts.misses },
    ],
  });
}

function watchTransports(metrics: Metrics, transports: ReadonlyMap<string, Transport>): void {
  const perAddress = (pick: (address: AddressState) => number) => () =>
    Array.from(transports).flatMap(([name, transport]) =>
      transport
        .addresses()
        .map((address) => ({ labels: { subgraph: name, address: address.origin }, value: pick(address) })),
    );
  const labels = ["subgraph", "address"] as const;
  addGauge(metrics, {
    name: "agora_fetches_in_flight",
    help: "Requests to subgraphs in flight.",
    labels: ["subgraph"],
    read: () =>
      Array.from(transports, ([name, transport]) => ({
        labels: { subgraph: name },
        value: transport.inFlight(),
      })),
  });
  addGauge(metrics, {
    name: "agora_hedges_total",
    help: "Queries that were also sent to a second address because the first was slow.",
    labels: ["subgraph"],
    read: () =>
      Array.from(transports, ([name, transport]) => ({ labels: { subgraph: name }, value: transport.hedges() })),
  });
  addGauge(metrics, {
    name: "agora_clock_skew_seconds",
    help: "By how much the clock of another machine is ahead of this process's.",
    labels: ["peer"],
    read: () =>
      Array.from(transports.values()).flatMap((transport) =>
        transport
          .addresses()
          .flatMap(({ origin, skewSeconds }) =>
            skewSeconds === undefined ? [] : [{ labels: { peer: origin }, value: skewSeconds }],
          ),
      ),
  });
  addGauge(metrics, {
    name: "agora_breaker_open",
    help: "1 for an address that is left out after failures.",
    labels,
    read: perAddress(({ open }) => (open ? 1 : 0)),
  });
  addGauge(metrics, {
    name: "agora_pool_connections",
    help: "Open connections to an address.",
    labels,
    read: perAddress(({ connections }) => connections),
  });
  addGauge(metrics, {
    name: "agora_pool_in_use",
    help: "Connections to an address that are in use.",
    labels,
    read: perAddress(({ running }) => running),
  });
  addGauge(metrics, {
    name: "agora_pool_waiting",
    help: "Requests waiting for a connection to an address.",
    labels,
    read: perAddress(({ waiting }) => waiting),
  });
}
