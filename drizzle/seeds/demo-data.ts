import type { Db } from "#platform/database/database.ts";
import type { Subgraph } from "#schema/subgraphs.ts";
import { putDemoData as putOrders } from "./orders.ts";
import { putDemoData as putProducts } from "./products.ts";
import { putDemoData as putUsers } from "./users.ts";

/**
 * Puts the demo data of each subgraph into its database, and its files where the environment says. Safe to run again; never done in production. A subgraph
 * may have none.
 */
export const putDemoData: Partial<
  Record<Subgraph, (db: Db, environment?: Record<string, string | undefined>) => Promise<void>>
> = { users: putUsers, products: putProducts, orders: putOrders };
