import { and, eq, sql } from "drizzle-orm";
import { z } from "zod";
import { cartItems, carts } from "#drizzle/orders/tables.ts";
import type { Tx } from "#platform/database/database.ts";
import { ApiError } from "#platform/shop/api-error.ts";
import type { CartItemId } from "#platform/shop/ids.ts";
import { idOrUndefined, notFoundError, parseInput } from "#platform/shop/input.ts";
import { unitsPerLineMax } from "#platform/shop/limits.ts";
import type { Viewer } from "#platform/shop/viewer.ts";
import type { OrderableVariant } from "../clients/products-client.ts";
import type { Services } from "../services.ts";
import { commitUnlessRejected } from "../shared/commit-if.ts";
import { emptyCartKeptHours } from "../shared/limits.ts";
import { unknownCartError } from "../shared/user-errors.ts";
import {
  type Cart,
  type CartItem,
  type CartPayload,
  cartOf,
  cartPayload,
  findCart,
  readCartItems,
  touched,
} from "./cart.ts";

const updateInput = z.object({
  cartToken: z.string().nullish(),
  itemId: z.string(),
  quantity: z
    .int()
    .min(0, "The quantity cannot be negative.")
    .max(unitsPerLineMax, `A line can have at most ${unitsPerLineMax} units.`),
});

/** Sets a line's quantity; 0 removes the line. Also notes today's price, so that `problems` no longer reports a change of price. */
export async function updateCartItem(services: Services, viewer: Viewer, input: unknown): Promise<CartPayload> {
  const { db, tokenKey } = services;
  const parsed = parseInput(updateInput, input);
  if (!parsed.ok) return { userErrors: parsed.userErrors };
  const { cartToken, quantity } = parsed.value;
  const itemId = idOrUndefined<CartItemId>(parsed.value.itemId);
  if (quantity === 0) return removeItem(services, viewer, cartToken, itemId);
  const cart = await findCart(db, viewer, tokenKey, cartToken);
  const item = cart === undefined ? undefined : (await readCartItems(db, [cart.id])).find(({ id }) => id === itemId);
  if (item === undefined) return notFound(cart, cartToken);
  const today = await findVariant(services, item);
  return changeCart(services, viewer, cartToken, async (tx) => {
    const updated = await tx
      .update(cartItems)
      .set({ quantity, isCapped: false, ...(today === undefined ? {} : seenPrice(today)) })
      .where(and(eq(cartItems.id, item.id), eq(cartItems.cartId, item.cartId)))
      .returning({ id: cartItems.id });
    return updated.length === 1;
  });
}

/** The variant as it is today; undefined if products is unavailable, or no longer sells it in the cart's currency. */
async function findVariant({ products, log }: Services, item: CartItem): Promise<OrderableVariant | undefined> {
  try {
    const [availability] = await products.findOrderable([item], item.marketId);
    const variant = availability?.outcome === "ORDERABLE" ? availability.variant : undefined;
    return variant?.unitPrice.currency === item.cartCurrency ? variant : undefined;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    log.warn({ err: error }, "The products subgraph is unavailable; a cart line keeps its price.");
    return undefined;
  }
}

function seenPrice({ productName, unitPrice: { minorUnits } }: OrderableVariant) {
  return { productName, notedPriceMinor: minorUnits, seenPriceMinor: minorUnits, priceCurrency: null };
}

/** Removes a line from the viewer's cart. */
export async function removeCartItem(
  services: Services,
  viewer: Viewer,
  input: { cartToken?: string | null; itemId: string },
): Promise<CartPayload> {
  return removeItem(services, viewer, input.cartToken, idOrUndefined<CartItemId>(input.itemId));
}

async function removeItem(
  services: Services,
  viewer: Viewer,
  token: string | null | undefined,
  itemId: CartItemId | undefined,
): Promise<CartPayload> {
  return changeCart(services, viewer, token, async (tx, cart) => {
    if (itemId === undefined) return false;
    const removed = await tx
      .delete(cartItems)
      .where(and(eq(cartItems.id, itemId), eq(cartItems.cartId, cart.id)))
      .returning({ id: cartItems.id });
    return removed.length === 1;
  });
}

/** Removes every line. For a user without a cart it does nothing. */
export async function clearCart(
  services: Services,
  viewer: Viewer,
  token: string | null | undefined,
): Promise<CartPayload> {
  const payload = await changeCart(services, viewer, token, async (tx, cart) => {
    await tx.delete(cartItems).where(eq(cartItems.cartId, cart.id));
    return true;
  });
  if (payload.cart !== undefined) return payload;
  return { userErrors: viewer.kind === "user" ? [] : [unknownCartError] };
}

/** Changes the viewer's cart under its lock. A cart without lines has no codes. NOT_FOUND if there is no cart, or if `work` returns false because the line is not in it. */
async function changeCart(
  { db, tokenKey }: Services,
  viewer: Viewer,
  token: string | null | undefined,
  work: (tx: Tx, cart: Cart) => Promise<boolean>,
): Promise<CartPayload> {
  const own = cartOf(viewer, tokenKey, token);
  if (own === undefined) return notFound(undefined, token);
  return commitUnlessRejected(db, async (tx): Promise<CartPayload> => {
    const [cart] = await tx.update(carts).set(touched).where(own).returning();
    if (cart === undefined || !(await work(tx, cart))) return notFound(cart, token);
    return cartPayload(tokenKey, (await shortenEmpty(tx, cart)) ?? cart);
  });
}

/** A guest's cart that has become empty is kept for hours only, and codes leave a cart with its lines. Returns the cart if it changes. */
async function shortenEmpty(tx: Tx, cart: Cart): Promise<Cart | undefined> {
  const isGuests = cart.userId === null;
  if ((!isGuests && cart.discountCodes.length === 0) || (await tx.$count(cartItems, eq(cartItems.cartId, cart.id))) > 0)
    return undefined;
  const expiresAt = sql`now() + ${emptyCartKeptHours} * interval '1 hour'`;
  const change = { discountCodes: [], ...(isGuests ? { expiresAt } : {}) };
  const [shortened] = await tx.update(carts).set(change).where(eq(carts.id, cart.id)).returning();
  return shortened;
}

/** The error points at the token if it belongs to no cart, and at the line otherwise. */
function notFound(cart: Cart | undefined, token: string | null | undefined): CartPayload {
  return { userErrors: [notFoundError([cart === undefined && token != null ? "cartToken" : "itemId"])] };
}
