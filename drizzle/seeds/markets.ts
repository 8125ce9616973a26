import { sql } from "drizzle-orm";
import type { Db, Tx } from "#platform/database/database.ts";
import { defaultMarketId } from "#platform/shop/market.ts";
import type { CurrencyCode } from "#platform/shop/money.ts";
import { markets } from "../products/tables.ts";
import { demoEuMarketId } from "./ids.ts";

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

/** The members of the European Union, by ISO 3166-1. */
export const euMembers: readonly string[] =
  "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split(" ");

/** Puts in a market of the European Union: euros, prices including VAT. Safe to run again. */
export async function putEuMarket(db: Db | Tx): Promise<void> {
  await db
    .insert(markets)
    .values({
      id: demoEuMarketId,
      code: "eu",
      name: "European Union",
      currency: "EUR" as CurrencyCode,
      countries: [...euMembers],
      languages: ["en", "de", "fr"],
      pricesIncludeTax: true,
    })
    .onConflictDoNothing();
}
