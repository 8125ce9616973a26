import cluster from "node:cluster";
import type { Redis } from "ioredis";
import {
  BurstyRateLimiter,
  type RateLimiterAbstract,
  RateLimiterCluster,
  RateLimiterMemory,
  RateLimiterRedis,
  RateLimiterRes,
} from "rate-limiter-flexible";
import { ApiError } from "../shop/api-error.ts";

/** A limit per second and key, with a burst. */
export type RateLimit = {
  /** Counts one request. @throws {ApiError} RATE_LIMITED with `retryAfterSeconds`. */
  take(key: string): Promise<void>;
};

/** A burst is available again this long after its first request. */
const burstAgainSeconds = 10;
const workerResponseTimeoutMs = 1_000;

/**
 * Makes a limit that counts exactly under concurrency: in this process; for the workers of a cluster, in their primary process; or in Redis for all
 * processes that share it. While Redis is unavailable each process counts for itself.
 *
 * @param options.burst the maximum at once; the part beyond `perSecond` is available again 10 s after its first use.
 */
export function makeRateLimit(options: {
  name: string;
  perSecond: number;
  burst: number;
  redis?: Redis | undefined;
}): RateLimit {
  const steady = makeCounter({ ...options, name: options.name, points: options.perSecond, seconds: 1 });
  const extra = options.burst - options.perSecond;
  const limiter =
    extra > 0
      ? new BurstyRateLimiter(
          steady,
          makeCounter({ ...options, name: `${options.name}-burst`, points: extra, seconds: burstAgainSeconds }),
        )
      : steady;
  return {
    take: async (key) => {
      try {
        await limiter.consume(key);
      } catch (error) {
        if (!(error instanceof RateLimiterRes)) throw error;
        const retryAfterSeconds = Math.max(1, Math.ceil(error.msBeforeNext / 1_000));
        throw new ApiError("RATE_LIMITED", "Too many requests. Try again in a moment.", { retryAfterSeconds });
      }
    },
  };
}

function makeCounter(options: {
  name: string;
  points: number;
  seconds: number;
  redis?: Redis | undefined;
}): RateLimiterAbstract {
  const counter = { keyPrefix: options.name, points: options.points, duration: options.seconds };
  const memory = new RateLimiterMemory(counter);
  if (options.redis !== undefined) {
    return new RateLimiterRedis({
      ...counter,
      storeClient: options.redis,
      insuranceLimiter: memory,
      rejectIfRedisNotReady: true,
    });
  }
  return cluster.isWorker ? new RateLimiterCluster({ ...counter, timeoutMs: workerResponseTimeoutMs }) : memory;
}
