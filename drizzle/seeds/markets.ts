import { sql } from "drizzle-orm";
import type { Db, Tx } from "#platform/database/database.ts";
import { defaultMarketId } from "#platform/shop/market.ts";
import type { CurrencyCode } from "#platform/shop/money.ts";
import { markets } from "../products/tables.ts";

/** Puts the default market into a shop without products: US dollars, without tax. Safe to run again. */
export async function putDefaultMarket(db: Db | Tx): Promise<void> {
  await db
    .insert(markets)
    .values({
      id: defaultMarketId,
      code: "us",
      name: "United States",
      currency: "USD" as CurrencyCode,
      countries: [],
      languages: ["en"],
      pricesIncludeTax: false,
      listedAt: sql`now()`,
    })
    .onConflictDoNothing();
}
