import type { ServerResponse } from "node:http";
import { Pool } from "undici";
import { sendJson } from "#platform/http/http-server.ts";
import { isClockSkewed } from "#platform/transport/clock-skew.ts";

/** Reports whether the gateway can serve, and the state of each subgraph. */
export type Health = {
  sendReady(response: ServerResponse): Promise<void>;
  /** From now on it reports that it cannot serve, because it is shutting down. */
  drain(): void;
  close(): Promise<void>;
};

type State = "ok" | "unavailable";

const probeTimeoutMs = 2_000;
/** Probes are not repeated more often, however many requests come. */
const keptMs = 500;

/**
 * Responds 200 with "ok", or with "degraded" while a subgraph is unavailable, the list of revoked tokens is out of date, or a clock is far off: the rest is
 * still served.
 * Responds 503 while no subgraph is available, and while the gateway is shutting down.
 *
 * @param subgraphs the addresses of each, by name.
 */
export function makeHealth(
  subgraphs: ReadonlyMap<string, readonly URL[]>,
  {
    revocations,
    skews,
  }: {
    revocations: () => "ok" | "degraded";
    /** By how many seconds the subgraphs' clocks are ahead of ours. */
    skews: () => readonly number[];
  },
): Health {
  const pools = new Map(
    [...subgraphs].map(([name, urls]) => [
      name,
      urls.map((url) => new Pool(url.origin, { connections: 1, connect: { timeout: probeTimeoutMs } })),
    ]),
  );
  let draining = false;
  let known: { states: Promise<Record<string, State>>; atMs: number } | undefined;
  const probeAll = async () =>
    Object.fromEntries(
      await Promise.all(
        [...pools].map(async ([name, addresses]) => {
          const ready = await Promise.all(addresses.map(probe));
          return [name, ready.includes(true) ? "ok" : "unavailable"] as const;
        }),
      ),
    );
  return {
    sendReady: async (response) => {
      if (known === undefined || Date.now() - known.atMs > keptMs) known = { states: probeAll(), atMs: Date.now() };
      const states = await known.states;
      const up = Object.values(states).filter((state) => state === "ok").length;
      const heard = revocations();
      const clocks = skews().some(isClockSkewed) ? "skewed" : "ok";
      const whole = up === pools.size && heard === "ok" && clocks === "ok";
      const status = draining || up === 0 ? "unavailable" : whole ? "ok" : "degraded";
      sendJson(response, status === "unavailable" ? 503 : 200, {
        status,
        subgraphs: states,
        revocations: heard,
        clocks,
      });
    },
    drain: () => {
      draining = true;
    },
    close: async () => {
      await Promise.all([...pools.values()].flat().map((pool) => pool.destroy()));
    },
  };
}

/** Subgraphs of another graph may have no such page; then any response will do. */
async function probe(pool: Pool): Promise<boolean> {
  try {
    const response = await pool.request({
      method: "GET",
      path: "/health/ready",
      signal: AbortSignal.timeout(probeTimeoutMs),
    });
    await response.body.dump();
    return response.statusCode < 500;
  } catch {
    return false;
  }
}
