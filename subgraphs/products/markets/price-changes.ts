import { and, eq, gt, gte, inArray, isNull, lt, or, sql } from "drizzle-orm";
import { products, variantPrices, variants } from "#drizzle/products/tables.ts";
import { type Db, type Tx, transaction } from "#platform/database/database.ts";
import type { MarketId, ProductId, VariantId } from "#platform/shop/ids.ts";
import { editConflictError, notFoundError, validationError } from "#platform/shop/input.ts";
import type { SignedIn } from "#platform/shop/viewer.ts";
import { lockProduct, touched } from "../catalogue/product.ts";
import { findProductOf, noSuchVariant } from "../catalogue/variant-rules.ts";
import { err, ok, type Result } from "../shared/result.ts";
import { isDefaultMarket, readMarkets } from "./market.ts";
import type { VariantPricesCommand } from "./price-input.ts";
import { type PriceFacts, type ScheduledPrice, schedulePrices } from "./price-schedule.ts";

/**
 * Sets the prices of a variant that the viewer may edit, atomically. In each market named the running price ends now and what lies ahead is
 * replaced; what has been in force stays. Fails with NOT_FOUND, EDIT_CONFLICT, PRICE_OVERLAP and VALIDATION_FAILED.
 */
export async function setVariantPrices(
  db: Db,
  viewer: SignedIn,
  command: VariantPricesCommand,
): Promise<Result<ProductId>> {
  const { variantId } = command;
  const productId = await findProductOf(db, viewer, variantId);
  if (variantId === undefined || productId === undefined) return err(notFoundError(["variantId"], noSuchVariant));
  return transaction(db, async (tx) => {
    const product = await lockProduct(tx, viewer, productId);
    const [variant] = await tx
      .select({ version: variants.version })
      .from(variants)
      .where(and(eq(variants.id, variantId), isNull(variants.removedAt)));
    if (product === undefined || variant === undefined) return err(notFoundError(["variantId"], noSuchVariant));
    if (command.expectedVersion && command.expectedVersion !== variant.version) {
      return err(editConflictError(variant.version));
    }
    const facts = await readFacts(tx, variantId, command);
    const { prices, errors } = schedulePrices(command.prices, facts);
    const foreign = prices.filter(({ market }) => isDefaultMarket(market) && market.currency !== product.currency);
    const foreignErrors = foreign.map(({ index }) =>
      validationError(["prices", index, "market"], `This product is priced in ${product.currency}.`),
    );
    if (errors.length + foreignErrors.length > 0) return err(...errors, ...foreignErrors);
    await writePrices(tx, variantId, prices, facts.now);
    await tx
      .update(variants)
      .set({ version: sql`${variants.version} + 1` })
      .where(eq(variants.id, variantId));
    await tx.update(products).set(touched).where(eq(products.id, productId));
    await tx.execute(sql`select refresh_prices(array[${productId}]::uuid[])`);
    return ok(productId);
  });
}

async function readFacts(tx: Tx, variantId: VariantId, { prices }: VariantPricesCommand): Promise<PriceFacts> {
  const ids = [...new Set(prices.flatMap(({ market }) => market ?? []))];
  const known = await readMarkets(tx, ids);
  const priced = await tx
    .selectDistinct({ marketId: variantPrices.marketId })
    .from(variantPrices)
    .where(eq(variantPrices.variantId, variantId));
  // The product is locked: no other writer's price begins later than this.
  const [clock] = await tx.execute<{ now: string }>(
    sql`select date_trunc('milliseconds', clock_timestamp())::text as now`,
  );
  if (clock === undefined) throw new Error("The database did not return the time.");
  return {
    markets: new Map(known.map((market) => [market.id, market])),
    pricedMarkets: new Set(priced.map(({ marketId }) => marketId)),
    now: new Date(clock.now),
  };
}

async function writePrices(tx: Tx, variantId: VariantId, prices: readonly ScheduledPrice[], now: Date): Promise<void> {
  const marketIds: MarketId[] = [...new Set(prices.map(({ market }) => market.id))];
  const ofMarkets = and(eq(variantPrices.variantId, variantId), inArray(variantPrices.marketId, marketIds));
  await tx.delete(variantPrices).where(and(ofMarkets, gte(variantPrices.validFrom, now)));
  await tx
    .update(variantPrices)
    .set({ validUntil: now })
    .where(
      and(
        ofMarkets,
        lt(variantPrices.validFrom, now),
        or(isNull(variantPrices.validUntil), gt(variantPrices.validUntil, now)),
      ),
    );
  await tx.insert(variantPrices).values(
    prices.map(({ market, price, compareAt, validFrom, validUntil }) => ({
      ...{ variantId, marketId: market.id, currency: market.currency },
      ...{ price, compareAt, validFrom, validUntil },
    })),
  );
}
