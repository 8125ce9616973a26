import { and, count, eq, isNull, sql } from "drizzle-orm";
import { cartItems, carts } from "#drizzle/orders/tables.ts";
import type { Tx } from "#platform/database/database.ts";
import { ApiError } from "#platform/shop/api-error.ts";
import { type CartId, newId, type UserId } from "#platform/shop/ids.ts";
import { validationError } from "#platform/shop/input.ts";
import type { CartMergeStrategy } from "#schema/generated/orders.ts";
import { awaitPlacement } from "../order/reserve-stock.ts";
import type { Services } from "../services.ts";
import { transactionIf } from "../shared/commit-if.ts";
import { answerMsMax, deadlineIn, leftMs } from "../shared/deadline.ts";
import type { UserError } from "../shared/user-errors.ts";
import {
  type Cart,
  type CartAnswer,
  currencyMismatch,
  expiry,
  guestCartId,
  isLive,
  linesMax,
  quantityMax,
  touched,
  unknownToken,
} from "./cart.ts";

/**
 * Brings a guest's cart to a user who signed in: all of it or nothing, once. A repeat by the same user changes nothing and answers with the
 * user's cart; the guest's token opens nothing any more. A checkout of the guest's that is under way is waited for.
 */
export async function claimCart(
  services: Services,
  userId: UserId,
  token: string,
  strategy: CartMergeStrategy,
): Promise<CartAnswer> {
  const { db, tokenKey } = services;
  const id = guestCartId(tokenKey, token);
  if (id === undefined) return { userErrors: [unknownToken] };
  const deadline = deadlineIn(answerMsMax);
  while (leftMs(deadline) > 0) {
    const [guests] = await db
      .select()
      .from(carts)
      .where(and(eq(carts.id, id), isNull(carts.userId), isLive));
    if (guests === undefined || (guests.claimedBy !== null && guests.claimedBy !== userId)) {
      return { userErrors: [unknownToken] };
    }
    if (guests.claimedBy === userId) {
      const [cart] = await db
        .select()
        .from(carts)
        .where(and(eq(carts.userId, userId), isLive));
      return { cart, userErrors: [] };
    }
    if (guests.checkoutOrderId !== null) {
      await awaitPlacement(services, guests.checkoutOrderId, deadline);
      continue;
    }
    const claimed = await transactionIf(
      db,
      (tx) => takeOver(tx, id, userId, strategy),
      (answer) => answer !== "again" && answer.userErrors.length === 0,
    );
    if (claimed !== "again") return claimed;
  }
  throw new ApiError("TIMEOUT", "A checkout of this cart is under way.");
}

async function takeOver(
  tx: Tx,
  id: CartId,
  userId: UserId,
  strategy: CartMergeStrategy,
): Promise<CartAnswer | "again"> {
  const [guests] = await tx
    .update(carts)
    .set({ claimedBy: userId, version: sql`${carts.version} + 1`, updatedAt: sql`now()` })
    .where(and(eq(carts.id, id), isNull(carts.userId), isNull(carts.claimedBy), isNull(carts.checkoutOrderId), isLive))
    .returning();
  if (guests === undefined) return "again";
  await tx.delete(carts).where(and(eq(carts.userId, userId), sql`not ${isLive}`));
  const [own] = await tx
    .insert(carts)
    .values({ id: newId<CartId>(), userId, currency: guests.currency, expiresAt: expiry })
    .onConflictDoUpdate({ target: carts.userId, set: touched })
    .returning();
  if (own === undefined) return "again";
  if (strategy === "USE_EXISTING") {
    await tx.delete(cartItems).where(eq(cartItems.cartId, guests.id));
    return { cart: own, userErrors: [] };
  }
  if (strategy === "USE_GUEST") await tx.delete(cartItems).where(eq(cartItems.cartId, own.id));
  const userErrors = await moveLines(tx, guests, own);
  return userErrors.length > 0 ? { userErrors } : { cart: own, userErrors };
}

/** Lines of the same variant add up, to as many as a line holds. */
async function moveLines(tx: Tx, guests: Cart, own: Cart): Promise<UserError[]> {
  const [before] = await tx
    .select({
      own: count(sql`case when ${cartItems.cartId} = ${own.id} then 1 end`),
      guests: count(sql`case when ${cartItems.cartId} = ${guests.id} then 1 end`),
    })
    .from(cartItems)
    .where(sql`${cartItems.cartId} in (${own.id}, ${guests.id})`);
  if (before === undefined) throw new Error("Counting gave no row.");
  if (before.guests === 0) return [];
  if (own.currency !== guests.currency) {
    if (before.own > 0) return [currencyMismatch(["cartToken"])];
    await tx.update(carts).set({ currency: guests.currency }).where(eq(carts.id, own.id));
    own.currency = guests.currency;
  }
  await tx.execute(sql`
    update ${cartItems} as mine set quantity = least(${quantityMax}, mine.quantity + theirs.quantity)
    from ${cartItems} as theirs
    where mine.cart_id = ${own.id} and theirs.cart_id = ${guests.id} and mine.variant_id = theirs.variant_id`);
  await tx.execute(sql`
    delete from ${cartItems} as theirs using ${cartItems} as mine
    where mine.cart_id = ${own.id} and theirs.cart_id = ${guests.id} and mine.variant_id = theirs.variant_id`);
  await tx.update(cartItems).set({ cartId: own.id }).where(eq(cartItems.cartId, guests.id));
  const lines = await tx.$count(cartItems, eq(cartItems.cartId, own.id));
  return lines > linesMax ? [validationError(["cartToken"], `A cart holds at most ${linesMax} lines.`)] : [];
}
