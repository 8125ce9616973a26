import type { Db } from "#platform/database/database.ts";
import type { Log } from "#platform/observability/log.ts";
import type { ProductsClient } from "./clients/products-client.ts";
import type { UsersClient } from "./clients/users-client.ts";
import type { Providers } from "./payment-providers/payment-provider.ts";

/** What domain functions need that go beyond this database. */
export type Services = {
  readonly db: Db;
  readonly catalogue: ProductsClient;
  readonly buyers: UsersClient;
  readonly providers: Providers;
  /** Makes and opens guests' tokens. */
  readonly tokenKey: string;
  /** How long an order waits for its payment. */
  readonly orderTtlMs: number;
  readonly log: Log;
};
