import cluster from "node:cluster";
import type { Redis } from "ioredis";
import {
  type RateLimiterAbstract,
  RateLimiterCluster,
  RateLimiterMemory,
  RateLimiterRedis,
} from "rate-limiter-flexible";
import type { BudgetStore } from "./store.ts";

const workerTimeoutMs = 1_000;
const keyPrefix = "agora-budget";
/** The library compares with one maximum for all keys; ours differ by budget, so that one is out of reach. */
const points = Number.MAX_SAFE_INTEGER;

/**
 * Counts in Redis for all processes that share it, by one atomic script a key; without Redis, in the primary process of a cluster, or in this
 * process. While Redis is unavailable each process counts for itself. A window begins with the first cost and ends as a whole.
 */
export function makeSharedStore(redis: Redis | undefined): BudgetStore<never> {
  const limiter = makeLimiter(redis);
  return {
    take: async (charges, cost, windowSeconds) => {
      const counted: { key: string; endsAtMs: number }[] = [];
      const giveBack = async () => {
        const live = counted.filter(({ endsAtMs }) => endsAtMs > performance.now());
        await Promise.all(live.map(({ key }) => limiter.reward(key, cost)));
      };
      for (const { key, max } of charges) {
        const { consumedPoints, msBeforeNext } = await limiter.consume(key, cost, { customDuration: windowSeconds });
        counted.push({ key, endsAtMs: performance.now() + msBeforeNext });
        if (consumedPoints <= max) continue;
        await giveBack();
        return { taken: false, key, retryAfterSeconds: Math.max(1, Math.ceil(msBeforeNext / 1_000)) };
      }
      return { taken: true, giveBack };
    },
  };
}

function makeLimiter(redis: Redis | undefined): RateLimiterAbstract {
  const options = { keyPrefix, points, duration: 1 };
  const memory = new RateLimiterMemory(options);
  if (redis !== undefined) {
    return new RateLimiterRedis({
      ...options,
      storeClient: redis,
      insuranceLimiter: memory,
      rejectIfRedisNotReady: true,
    });
  }
  return cluster.isWorker ? new RateLimiterCluster({ ...options, timeoutMs: workerTimeoutMs }) : memory;
}
