import cluster, { type Worker } from "node:cluster";
import { fileURLToPath } from "node:url";
import { AggregatorRegistry, type Registry } from "prom-client";
import { RateLimiterClusterMaster } from "rate-limiter-flexible";
import { drainSeconds } from "#platform/config/env.ts";
import type { Running } from "#platform/config/run-service.ts";
import { serveMetrics } from "#platform/http/metrics-server.ts";
import type { Log } from "#platform/observability/log.ts";
import type { GatewayEnv } from "./env.ts";

/** How long a worker may take to close, after its pause for draining. */
const closeMsMax = 14_000;
const restartPauseMs = 500;

/**
 * Runs the gateway in several processes that share its port. This one counts their rates, gathers their metrics, and starts anew whichever dies.
 *
 * @throws {Error} when the workers cannot start.
 */
export async function startWorkers(
  env: GatewayEnv,
  variables: Record<string, string | undefined>,
  log: Log,
): Promise<Running> {
  new RateLimiterClusterMaster();
  cluster.setupPrimary({ exec: fileURLToPath(new URL("main.ts", import.meta.url)), args: [] });
  const given = Object.fromEntries(
    Object.entries(variables).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  const workers = new Set<Worker>();
  let closing = false;
  const start = (): Promise<number> => {
    const worker = cluster.fork(given);
    workers.add(worker);
    log.info({ worker: worker.id, pid: worker.process.pid }, "A worker of the gateway starts.");
    return new Promise((resolve, reject) => {
      worker.once("listening", ({ port }) => resolve(port));
      worker.once("exit", (code) => {
        workers.delete(worker);
        reject(new Error(`A worker of the gateway ended with ${code} before it listened.`));
      });
    });
  };
  const keepRunning = () => {
    cluster.on("exit", (worker, code, signal) => {
      if (closing) return;
      log.error({ worker: worker.id, code, signal }, "A worker of the gateway ended; another one starts.");
      setTimeout(() => {
        if (!closing) start().catch((error) => log.error({ err: error }, "A worker of the gateway does not start."));
      }, restartPauseMs);
    });
  };
  const ports = await Promise.all(Array.from({ length: env.GATEWAY_WORKERS }, start));
  keepRunning();
  const registry = new AggregatorRegistry();
  const metricsServer = await serveMetrics({
    read: () => registry.clusterMetrics(),
    contentType: registry.contentType,
    host: env.METRICS_HOST,
    port: env.GATEWAY_METRICS_PORT,
    portName: "GATEWAY_METRICS_PORT",
    log,
  });
  const url = `http://${env.HOST.includes(":") ? `[${env.HOST}]` : env.HOST}:${ports[0]}`;
  log.info({ url, workers: workers.size }, `${workers.size} workers listen at ${url}/graphql.`);
  return {
    url,
    close: async () => {
      closing = true;
      await metricsServer.close(0);
      await Promise.all(Array.from(workers, (worker) => endWorker(worker, closeMsMax + drainSeconds(env) * 1_000)));
    },
  };
}

/** Lets the primary process ask this worker for its metrics. */
export function offerMetrics(registry: Registry): void {
  AggregatorRegistry.setRegistries([registry]);
  // Making one is what makes a worker listen to the question.
  new AggregatorRegistry();
}

function endWorker(worker: Worker, msMax: number): Promise<void> {
  return new Promise((resolve) => {
    const late = setTimeout(() => worker.process.kill("SIGKILL"), msMax);
    worker.once("exit", () => {
      clearTimeout(late);
      resolve();
    });
    worker.process.kill("SIGTERM");
  });
}
