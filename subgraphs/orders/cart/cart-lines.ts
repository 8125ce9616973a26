import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { cartItems, carts } from "#drizzle/orders/tables.ts";
import type { Tx } from "#platform/database/database.ts";
import { ApiError } from "#platform/shop/api-error.ts";
import type { CartItemId } from "#platform/shop/ids.ts";
import { idOrUndefined, notFoundError, parseInput } from "#platform/shop/input.ts";
import type { Viewer } from "#platform/shop/viewer.ts";
import type { CatalogueVariant } from "../clients/products-client.ts";
import type { Services } from "../services.ts";
import { transactionUnlessRefused } from "../shared/commit-if.ts";
import {
  type Cart,
  type CartAnswer,
  type CartItem,
  cartAnswer,
  cartOf,
  findCart,
  readCartItems,
  touched,
  unknownToken,
} from "./cart.ts";

const updateInput = z.object({
  cartToken: z.string().nullish(),
  itemId: z.string(),
  quantity: z.int().min(0, "It must not be below 0.").max(1_000, "It must be at most 1000."),
});

/** Changes a line's quantity, 0 removes it, and takes note of today's price, unless the catalogue is away. */
export async function updateCartItem(services: Services, viewer: Viewer, input: unknown): Promise<CartAnswer> {
  const { db, tokenKey } = services;
  const parsed = parseInput(updateInput, input);
  if (!parsed.ok) return { userErrors: parsed.userErrors };
  const { cartToken, quantity } = parsed.value;
  const itemId = idOrUndefined<CartItemId>(parsed.value.itemId);
  if (quantity === 0) return removeItem(services, viewer, cartToken, itemId);
  const cart = await findCart(db, viewer, tokenKey, cartToken);
  const item = cart === undefined ? undefined : (await readCartItems(db, [cart.id])).find(({ id }) => id === itemId);
  if (item === undefined) return missing(cart, cartToken);
  const today = await todaysVariant(services, item);
  return changeCart(services, viewer, cartToken, async (tx) => {
    const updated = await tx
      .update(cartItems)
      .set({ quantity, ...(today === undefined ? {} : priced(today)) })
      .where(and(eq(cartItems.id, item.id), eq(cartItems.cartId, item.cartId)))
      .returning({ id: cartItems.id });
    return updated.length === 1;
  });
}

/** undefined when the catalogue is away, or has it no more in the cart's currency. */
async function todaysVariant({ catalogue, log }: Services, item: CartItem): Promise<CatalogueVariant | undefined> {
  try {
    const [answer] = await catalogue.orderable([item]);
    const variant = answer?.outcome === "ORDERABLE" ? answer.variant : undefined;
    return variant?.unitPrice.currency === item.currency ? variant : undefined;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    log.warn({ err: error }, "The catalogue is away; a cart's line keeps its price.");
    return undefined;
  }
}

function priced({ productName, unitPrice: { minorUnits } }: CatalogueVariant) {
  return { productName, notedPriceMinor: minorUnits, seenPriceMinor: minorUnits };
}

/** Removes a line. */
export async function removeCartItem(
  services: Services,
  viewer: Viewer,
  input: { cartToken?: string | null; itemId: string },
): Promise<CartAnswer> {
  return removeItem(services, viewer, input.cartToken, idOrUndefined<CartItemId>(input.itemId));
}

async function removeItem(
  services: Services,
  viewer: Viewer,
  token: string | null | undefined,
  itemId: CartItemId | undefined,
): Promise<CartAnswer> {
  return changeCart(services, viewer, token, async (tx, cart) => {
    if (itemId === undefined) return false;
    const removed = await tx
      .delete(cartItems)
      .where(and(eq(cartItems.id, itemId), eq(cartItems.cartId, cart.id)))
      .returning({ id: cartItems.id });
    return removed.length === 1;
  });
}

/** Removes every line; a user who never had a cart has an empty one already. */
export async function clearCart(
  services: Services,
  viewer: Viewer,
  token: string | null | undefined,
): Promise<CartAnswer> {
  const answer = await changeCart(services, viewer, token, async (tx, cart) => {
    await tx.delete(cartItems).where(eq(cartItems.cartId, cart.id));
    return true;
  });
  if (answer.cart !== undefined) return answer;
  return { userErrors: viewer.kind === "user" ? [] : [unknownToken] };
}

/** Changes the viewer's cart under its lock; NOT_FOUND when there is none, or `work` says that what it is about is not in it. */
async function changeCart(
  { db, tokenKey }: Services,
  viewer: Viewer,
  token: string | null | undefined,
  work: (tx: Tx, cart: Cart) => Promise<boolean>,
): Promise<CartAnswer> {
  const wanted = cartOf(viewer, tokenKey, token);
  if (wanted === undefined) return missing(undefined, token);
  return transactionUnlessRefused(db, async (tx): Promise<CartAnswer> => {
    const [cart] = await tx.update(carts).set(touched).where(wanted).returning();
    if (cart === undefined || !(await work(tx, cart))) return missing(cart, token);
    return cartAnswer(tokenKey, cart);
  });
}

/** A guest's token that opens nothing is the token's fault; in a cart that is there it is the line's. */
function missing(cart: Cart | undefined, token: string | null | undefined): CartAnswer {
  return { userErrors: [notFoundError([cart === undefined && token != null ? "cartToken" : "itemId"])] };
}
