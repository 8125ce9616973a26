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

/** So many a second for each key, and a burst now and then. */
export type RateLimit = {
  /** Counts one. @throws {ApiError} RATE_LIMITED, saying after how many seconds to try again. */
  take(key: string): Promise<void>;
};

/** After a burst was used up, this long passes until there is one again. */
const burstAgainSeconds = 10;
const workerAnswerTimeoutMs = 1_000;

/**
 * A limit that counts exactly, however many ask at once: in this process; between the workers of a cluster, in their primary process; or in Redis
 * between all that share it. While Redis is away each process counts for itself.
 *
 * @param options.burst how many may come at once; those beyond `perSecond` are there again 10 s after the first was used.
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
  return cluster.isWorker ? new RateLimiterCluster({ ...counter, timeoutMs: workerAnswerTimeoutMs }) : memory;
}
