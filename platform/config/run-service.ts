import type { Log } from "../observability/log.ts";

/** A started service: where it listens, and how it ends. */
export type Running = {
  readonly url: string;
  /** Drains and closes everything that the service opened. */
  close(): Promise<void>;
};

const shutdownMsMax = 15_000;

/**
 * Runs a service as this process: starts it, and ends it on SIGTERM, SIGINT, or when the process that started it is gone (its channel closes).
 * A service that cannot start says why in one line and exits with 1. An unhandled error is a bug: it is logged and the process ends, to be
 * started anew by whoever watches it.
 */
export async function runService(log: Log, start: () => Promise<Running>): Promise<void> {
  let running: Running | undefined;
  let ending = false;
  const end = (why: string, exitCode: number) => {
    if (ending) return;
    ending = true;
    log.info({ why }, "Ending.");
    setTimeout(() => process.exit(exitCode), shutdownMsMax).unref();
    Promise.resolve(running?.close()).then(
      () => process.exit(exitCode),
      (error) => {
        log.error({ err: error }, "Closing failed.");
        process.exit(1);
      },
    );
  };
  process.on("SIGTERM", () => end("SIGTERM", 0));
  process.on("SIGINT", () => end("SIGINT", 0));
  process.on("disconnect", () => end("the process that started this one is gone", 0));
  process.on("uncaughtException", (error) => {
    log.fatal({ err: error }, "An unhandled error ends this process.");
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
