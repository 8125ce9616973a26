import type { Db } from "#platform/database/database.ts";
import { startWorkLoop, type WorkLoop } from "#platform/database/work-loop.ts";
import type { Log } from "#platform/observability/log.ts";
import { rewriteProducts } from "../catalogue/product-rewrites.ts";

/** Runs {@link rewriteProducts} until nothing is left, when it is woken and up to 15 s apart. Safe to run in several processes. */
export function startProductRewriter(db: Db, log: Log): WorkLoop {
  return startWorkLoop({
    turn: () => rewriteProducts(db),
    fullCount: 1,
    pace: { leastPauseMs: 500, pauseMs: 1_000, pauseMsMax: 30_000 },
    log,
    failure: "Products could not be written anew; the next turn continues.",
  });
}
