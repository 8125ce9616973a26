import { and, count, eq, isNull, sql } from "drizzle-orm";
import { cartItems, carts } from "#drizzle/orders/tables.ts";
import type { Tx } from "#platform/database/database.ts";
import { type CartId, newId, type UserId } from "#platform/shop/ids.ts";
import { validationError } from "#platform/shop/input.ts";
import { linesPerOrderMax, unitsPerLineMax } from "#platform/shop/limits.ts";
import type { CartMergeStrategy } from "#schema/generated/orders.ts";
import { type Cart, type CartPayload, expiry, guestCartId, isLive, keepPriceCurrency, touched } from "../cart/cart.ts";
import { awaitReservation } from "../order/reserve-stock.ts";
import type { Services } from "../services.ts";
import { commitIf } from "../shared/commit-if.ts";
import { deadlineIn, retryOrTimeOut } from "../shared/deadline.ts";
import { codesPerOrderMax } from "../shared/limits.ts";
import { currencyMismatchError, type UserError, unknownCartError } from "../shared/user-errors.ts";

/**
 * Gives a guest's cart to a user who signed in, all of it or nothing, once. A repeat by the same user changes nothing and returns the user's cart.
 * The guest's token opens nothing any more. A checkout of the guest's cart in progress is waited for.
 *
 * @throws {ApiError} TIMEOUT if that checkout is not decided in time.
 */
export async function claimCart(
  services: Services,
  userId: UserId,
  token: string,
  strategy: CartMergeStrategy,
): Promise<CartPayload> {
  const { db, tokenKey } = services;
  const id = guestCartId(tokenKey, token);
  if (id === undefined) return { userErrors: [unknownCartError] };
  const deadline = deadlineIn();
  return retryOrTimeOut(deadline, async (): Promise<CartPayload | undefined> => {
    const [guests] = await db
      .select()
      .from(carts)
      .where(and(eq(carts.id, id), isNull(carts.userId), isLive));
    if (guests === undefined || (guests.claimedBy !== null && guests.claimedBy !== userId)) {
      return { userErrors: [unknownCartError] };
    }
    if (guests.claimedBy === userId) {
      const [cart] = await db
        .select()
        .from(carts)
        .where(and(eq(carts.userId, userId), isLive));
      return { cart, userErrors: [] };
    }
    if (guests.checkoutOrderId !== null) {
      await awaitReservation(services, guests.checkoutOrderId, deadline);
      return undefined;
    }
    return commitIf(
      db,
      (tx) => moveCart(tx, id, userId, strategy),
      (payload) => payload !== undefined && payload.userErrors.length === 0,
    );
  });
}

/** undefined if another request was faster. */
async function moveCart(
  tx: Tx,
  id: CartId,
  userId: UserId,
  strategy: CartMergeStrategy,
): Promise<CartPayload | undefined> {
  const [guests] = await tx
    .update(carts)
    .set({ claimedBy: userId, version: sql`${carts.version} + 1`, updatedAt: sql`now()` })
    .where(and(eq(carts.id, id), isNull(carts.userId), isNull(carts.claimedBy), isNull(carts.checkoutOrderId), isLive))
    .returning();
  if (guests === undefined) return undefined;
  await tx.delete(carts).where(and(eq(carts.userId, userId), sql`not ${isLive}`));
  const [own] = await tx
    .insert(carts)
    .values({
      id: newId<CartId>(),
      userId,
      currency: guests.currency,
      ...(strategy === "USE_EXISTING" ? {} : { marketId: guests.marketId }),
      expiresAt: expiry,
    })
    .onConflictDoUpdate({ target: carts.userId, set: touched })
    .returning();
  if (own === undefined) return undefined;
  if (strategy === "USE_EXISTING") {
    await tx.delete(cartItems).where(eq(cartItems.cartId, guests.id));
    return { cart: own, userErrors: [] };
  }
  if (strategy === "USE_GUEST") await tx.delete(cartItems).where(eq(cartItems.cartId, own.id));
  const moved = await moveMarket(tx, guests, own);
  const userErrors = await moveLines(tx, guests, moved);
  return userErrors.length > 0 ? { userErrors } : { cart: moved, userErrors };
}

/** The guest's market and codes, before the user's own codes, up to the maximum of a cart. */
async function moveMarket(tx: Tx, guests: Cart, own: Cart): Promise<Cart> {
  const codes = [...guests.discountCodes, ...own.discountCodes];
  const discountCodes = codes.filter((code, index) => codes.indexOf(code) === index).slice(0, codesPerOrderMax);
  const isSameMarket = own.marketId === guests.marketId;
  if (isSameMarket && codes.length === 0) return own;
  if (!isSameMarket) await keepPriceCurrency(tx, own);
  const currency = isSameMarket ? own.currency : guests.currency;
  const [moved] = await tx
    .update(carts)
    .set({ marketId: guests.marketId, currency, discountCodes })
    .where(eq(carts.id, own.id))
    .returning();
  return moved ?? own;
}

/** Adds up the lines of the same variant, up to the maximum of a line; the cart's `problems` report units that were left out. */
async function moveLines(tx: Tx, guests: Cart, own: Cart): Promise<UserError[]> {
  const [before] = await tx
    .select({
      own: count(sql`case when ${cartItems.cartId} = ${own.id} then 1 end`),
      guests: count(sql`case when ${cartItems.cartId} = ${guests.id} then 1 end`),
    })
    .from(cartItems)
    .where(sql`${cartItems.cartId} in (${own.id}, ${guests.id})`);
  if (before === undefined) throw new Error("A count returned no row.");
  if (before.guests === 0) return [];
  if (own.currency !== guests.currency) {
    if (before.own > 0) return [currencyMismatchError(["cartToken"])];
    await tx.update(carts).set({ currency: guests.currency }).where(eq(carts.id, own.id));
    own.currency = guests.currency;
  }
  await tx.execute(sql`
    update ${cartItems} as mine set quantity = least(${unitsPerLineMax}, mine.quantity + theirs.quantity),
      is_capped = mine.quantity + theirs.quantity > ${unitsPerLineMax}
    from ${cartItems} as theirs
    where mine.cart_id = ${own.id} and theirs.cart_id = ${guests.id} and mine.variant_id = theirs.variant_id`);
  await tx.execute(sql`
    delete from ${cartItems} as theirs using ${cartItems} as mine
    where mine.cart_id = ${own.id} and theirs.cart_id = ${guests.id} and mine.variant_id = theirs.variant_id`);
  await tx.update(cartItems).set({ cartId: own.id }).where(eq(cartItems.cartId, guests.id));
  const lines = await tx.$count(cartItems, eq(cartItems.cartId, own.id));
  return lines > linesPerOrderMax
    ? [validationError(["cartToken"], `A cart can have at most ${linesPerOrderMax} lines.`)]
    : [];
}
