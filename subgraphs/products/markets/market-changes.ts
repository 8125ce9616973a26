import { and, eq, sql } from "drizzle-orm";
import { markets } from "#drizzle/products/tables.ts";
import { type Db, transaction, violatedConstraint } from "#platform/database/database.ts";
import { type MarketId, newId } from "#platform/shop/ids.ts";
import { editConflictError, idOrUndefined, notFoundError, validationError } from "#platform/shop/input.ts";
import { defaultMarketId } from "#platform/shop/market.ts";
import { marketsMax } from "../shared/limits.ts";
import { alreadyExistsError, err, ok, type Result } from "../shared/result.ts";
import { isDefaultMarket, type Market, marketColumns, readMarkets } from "./market.ts";
import type { MarketCommand, MarketUpdateCommand } from "./market-input.ts";
import { listFirstProducts } from "./market-listing.ts";

const noSuchMarket = "Market not found.";

/**
 * Creates a market. The first one of a shop is its default market, and keeps no countries. A market in the default market's currency sells
 * everything at once, at the default market's prices. Fails with VALIDATION_FAILED and ALREADY_EXISTS.
 */
export async function createMarket(db: Db, command: MarketCommand): Promise<Result<Market>> {
  const made = await insertMarket(db, command);
  if (made.ok) await listFirstProducts(db, made.value.id);
  return made;
}

async function insertMarket(db: Db, command: MarketCommand): Promise<Result<Market>> {
  const { code, name, currencyCode: currency, countries, languages, pricesIncludeTax } = command;
  try {
    return await transaction(db, async (tx) => {
      // Waits for product writes that do not know the market, and for other new markets.
      await tx.execute(sql`select pg_advisory_xact_lock(market_list_lock())`);
      const [{ count } = { count: 0 }] = await tx.select({ count: sql<number>`count(*)::int` }).from(markets);
      if (count >= marketsMax) return err(validationError([], `The shop already has ${marketsMax} markets.`));
      const isFirst = count === 0;
      if (!isFirst && countries.length === 0) return err(validationError(["countries"], "Enter at least one country."));
      const [made] = await tx
        .insert(markets)
        .values({
          id: isFirst ? defaultMarketId : newId<MarketId>(),
          ...{ code, name, currency, countries: isFirst ? [] : countries, languages, pricesIncludeTax },
        })
        .returning(marketColumns);
      if (made === undefined) throw new Error("An inserted market was not returned.");
      return ok(made);
    });
  } catch (error) {
    if (violatedConstraint(error) !== "markets_code") throw error;
    return err(alreadyExistsError(["code"], "This code is taken by another market."));
  }
}

/** Changes a market. Fails with NOT_FOUND, EDIT_CONFLICT, and VALIDATION_FAILED for countries that its kind of market cannot have. */
export async function updateMarket(db: Db, command: MarketUpdateCommand): Promise<Result<Market>> {
  const id = idOrUndefined<MarketId>(command.id);
  if (id === undefined) return err(notFoundError(["id"], noSuchMarket));
  const { name, countries, languages, expectedVersion } = command;
  if (countries !== undefined && isDefaultMarket({ id }) && countries.length > 0) {
    return err(validationError(["countries"], "The default market serves every country that no other market serves."));
  }
  if (countries !== undefined && !isDefaultMarket({ id }) && countries.length === 0) {
    return err(validationError(["countries"], "Enter at least one country."));
  }
  const changes = {
    ...(name === undefined ? {} : { name }),
    ...(countries === undefined ? {} : { countries }),
    ...(languages === undefined ? {} : { languages }),
  };
  const isChanged = Object.keys(changes).length > 0;
  const [changed] = await db
    .update(markets)
    .set({
      ...changes,
      version: sql`${markets.version} + ${isChanged ? 1 : 0}`,
      ...(isChanged ? { updatedAt: sql`now()` } : {}),
    })
    .where(and(eq(markets.id, id), expectedVersion ? eq(markets.version, expectedVersion) : undefined))
    .returning(marketColumns);
  if (changed !== undefined) return ok(changed);
  const [current] = await readMarkets(db, [id]);
  return err(current === undefined ? notFoundError(["id"], noSuchMarket) : editConflictError(current.version));
}
