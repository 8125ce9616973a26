import type { ServerResponse } from "node:http";
import { databaseShortage, isDatabaseUnavailable, withDeadline } from "../database/database.ts";
import { sendJson } from "../http/http-server.ts";
import type { Log } from "../observability/log.ts";
import { isClockSkewed } from "../transport/clock-skew.ts";

/** What a subgraph says about itself at `/health/ready`. */
export type Readiness = {
  /** Takes note of an error that a request met: the database cannot be reached, or lacks disk space or memory. */
  note(error: unknown): void;
  /** From now on the response is 503. */
  drain(): void;
  /** Sends 200 with `ok`, 200 with `degraded` and a reason while at least reads are served, otherwise 503. */
  send(response: ServerResponse): Promise<void>;
};

const probeMsMax = 2_000;
/** A successful probe counts for so long, so that probes cost an idle database almost nothing. A request that fails ends it earlier. */
const probeKeptMs = 30_000;
/** After the last error for lack of resources the subgraph says `degraded` for so long. */
const shortageKeptMs = 30_000;

/**
 * @param probe rejects while the subgraph cannot serve.
 * @param skewSeconds by how much the database's clock is ahead of this process's.
 */
export function makeReadiness(
  probe: () => Promise<unknown>,
  log: Log,
  skewSeconds: () => number | undefined = () => undefined,
): Readiness {
  let draining = false;
  let probedAtMs = Number.NEGATIVE_INFINITY;
  let shortage: { readonly reason: string; readonly atMs: number } | undefined;
  const note = (error: unknown) => {
    const reason = databaseShortage(error);
    if (reason !== undefined) shortage = { reason, atMs: performance.now() };
    else if (isDatabaseUnavailable(error)) probedAtMs = Number.NEGATIVE_INFINITY;
  };
  return {
    note,
    drain: () => {
      draining = true;
    },
    send: async (response) => {
      if (draining) return sendJson(response, 503, { status: "draining" });
      if (performance.now() - probedAtMs > probeKeptMs) {
        try {
          await withDeadline(probe(), probeMsMax);
          probedAtMs = performance.now();
        } catch (error) {
          note(error);
          log.warn({ err: error }, "Not ready.");
          if (databaseShortage(error) === undefined) return sendJson(response, 503, { status: "unavailable" });
        }
      }
      if (shortage !== undefined && performance.now() - shortage.atMs <= shortageKeptMs) {
        return sendJson(response, 200, { status: "degraded", reason: shortage.reason });
      }
      if (isClockSkewed(skewSeconds())) return sendJson(response, 200, { status: "degraded", reason: "clock_skew" });
      sendJson(response, 200, { status: "ok" });
    },
  };
}
