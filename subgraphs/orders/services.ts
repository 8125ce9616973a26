import type { Db } from "#platform/db.ts";
import type { Log } from "#platform/log.ts";
import type { Buyers } from "./buyers.ts";
import type { Catalogue } from "./catalogue.ts";
import type { Providers } from "./payments/provider.ts";

/** What domain functions need that go beyond this database. */
export type Services = {
  readonly db: Db;
  readonly catalogue: Catalogue;
  readonly buyers: Buyers;
  readonly providers: Providers;
  /** Makes and opens guests' tokens. */
  readonly tokenKey: string;
  /** How long an order waits for its payment. */
  readonly orderTtlMs: number;
  readonly log: Log;
};
