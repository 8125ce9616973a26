import type { Log } from "../observability/log.ts";

/** A started service: where it listens, and how it ends. */
export type Running = {
  readonly url: string;
  /** From now on the service reports that it is not ready, and goes on serving. Resolves when callers have had time to notice. */
  drain?(): Promise<void>;
  /** Drains and closes everything that the service opened. */
  close(): Promise<void>;
};

/** How long closing may take, after the pause for draining. */
const closeMsMax = 15_000;

/**
 * Runs a service as this process: starts it, and ends it on SIGTERM, SIGINT, or when the process that started it is gone (its channel closes).
 * On a signal it drains first: load balancers and gateways stop sending requests before it stops listening. A second signal skips the pause.
 * A service that cannot start says why in one line and exits with 1. An unhandled error is a bug: it is logged and the process ends, to be
 * restarted by its supervisor.
 */
export async function runService(log: Log, start: () => Promise<Running>): Promise<void> {
  let running: Running | undefined;
  let draining = false;
  let ending = false;
  const drainAndEnd = (why: string) => {
    if (draining || running?.drain === undefined) return end(why, 0);
    draining = true;
    log.info({ why }, "Draining.");
    running.drain().then(
      () => end(why, 0),
      () => end(why, 0),
    );
  };
  const end = (why: string, exitCode: number) => {
    if (ending) return;
    ending = true;
    log.info({ why }, "Shutting down.");
    setTimeout(() => process.exit(exitCode), closeMsMax).unref();
    Promise.resolve(running?.close()).then(
      () => process.exit(exitCode),
      (error) => {
        log.error({ err: error }, "Closing failed.");
        process.exit(1);
      },
    );
  };
  process.on("SIGTERM", () => drainAndEnd("SIGTERM"));
  process.on("SIGINT", () => drainAndEnd("SIGINT"));
  process.on("disconnect", () => end("the process that started this one is gone", 0));
  process.on("uncaughtException", (error) => {
    log.fatal({ err: error }, "An unhandled error ended this process.");
    end("an unhandled error", 1);
  });
  try {
    running = await start();
    if (ending) await running.close();
  } catch (error) {
    log.fatal({ err: error }, error instanceof Error ? error.message : "The service cannot start.");
    process.exit(1);
  }
}

/**
 * The `drain` of a service: calls `begin`, which makes its readiness 503, and waits.
 *
 * @param seconds longer than callers take to notice: the gateway checks every half second, Kubernetes as often as its probe says.
 */
export function makeDrain(seconds: number, begin: () => void): () => Promise<void> {
  return () => {
    begin();
    return new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
  };
}
