import { and, eq, getTableColumns, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { cartItems, carts } from "#drizzle/orders/tables.ts";
import type { Tx } from "#platform/database/database.ts";
import { type CartId, type CartItemId, type MarketId, newId, type ProductId } from "#platform/shop/ids.ts";
import { idOrUndefined, notFoundError, parseInput, quantityInput, validationError } from "#platform/shop/input.ts";
import { linesPerOrderMax, unitsPerLineMax } from "#platform/shop/limits.ts";
import { defaultMarketId } from "#platform/shop/market.ts";
import type { Viewer } from "#platform/shop/viewer.ts";
import { findOrderable, parseVariantId } from "../clients/orderable-lines.ts";
import type { Services } from "../services.ts";
import { currentRevision, databaseTime } from "../settings/settings.ts";
import { commitIf } from "../shared/commit-if.ts";
import { deadlineIn, retryOrTimeOut } from "../shared/deadline.ts";
import { currencyMismatchError, type UserError, unknownCartError } from "../shared/user-errors.ts";
import {
  type Cart,
  type CartItem,
  type CartPayload,
  cartItemOf,
  cartOf,
  cartPayload,
  expiry,
  isLive,
  readCartItems,
  touched,
} from "./cart.ts";
import { type AddedLine, startGuestCart } from "./start-guest-cart.ts";

const addInput = z.object({
  cartToken: z.string().nullish(),
  productId: z.string(),
  variantId: z.string().nullish(),
  quantity: quantityInput,
  market: z.string().nullish(),
});

/** Adds units to the viewer's cart, creating the cart if there is none. Units of a variant that is in the cart go to its line. @throws {ApiError} RATE_LIMITED for too many new guest carts. */
export async function addCartItem(
  services: Services,
  viewer: Viewer,
  input: unknown,
  clientAddress: string,
): Promise<CartPayload> {
  const { db, tokenKey } = services;
  const parsed = parseInput(addInput, input);
  if (!parsed.ok) return { userErrors: parsed.userErrors };
  const { quantity, cartToken } = parsed.value;
  const own = cartOf(viewer, tokenKey, cartToken);
  if (own === undefined && cartToken != null) return { userErrors: [unknownCartError] };
  const requested = {
    productId: idOrUndefined<ProductId>(parsed.value.productId),
    variantId: parseVariantId(parsed.value.variantId),
    at: [],
  };
  return retryOrTimeOut(deadlineIn(), async (): Promise<CartPayload | undefined> => {
    const marketId = await findMarketId(services, own, parsed.value.market);
    if (marketId === undefined) return { userErrors: [notFoundError(["market"])] };
    const found = await findOrderable(services.products, [requested], marketId);
    const [variant] = found.variants;
    const { market, userErrors } = found;
    if (userErrors.length > 0 || variant === undefined || market === undefined) return { userErrors };
    const unitsMax = Math.min(unitsPerLineMax, variant.maxPerOrder ?? unitsPerLineMax);
    const line = { variant, marketId, quantity };
    const payloadOf = (cart: Cart, added: CartItem, items: readonly CartItem[]): CartPayload => {
      const looked = [{ item: added, line: { outcome: "ORDERABLE" as const, market, variant } }];
      return { ...cartPayload(tokenKey, cart), known: { items, looked } };
    };
    if (quantity > unitsMax) return { userErrors: [tooManyUnits(unitsMax)] };
    if (own === undefined) {
      const { cart, item } = await startGuestCart(services, line, clientAddress);
      return payloadOf(cart, item, [item]);
    }
    return commitIf(
      db,
      async (tx): Promise<CartPayload | undefined> => {
        const cart = await lockCart(tx, viewer, own, line);
        if (cart === undefined) return { userErrors: [unknownCartError] };
        // The cart moved to another market, where the variant has another price.
        if (cart.marketId !== marketId) return undefined;
        const before = await readCartItems(tx, [cart.id]);
        const added = await addLine(tx, cart, before, line, unitsMax);
        if (Array.isArray(added)) return { userErrors: added };
        const rest = before.map((item) => (item.id === added.id ? added : item));
        return payloadOf(cart, added, rest.includes(added) ? rest : [...rest, added]);
      },
      (payload) => payload?.userErrors.length === 0,
    );
  });
}

/** The market of the viewer's cart, or the one that a new cart is to shop in; undefined for an id of none. */
async function findMarketId(
  { db, products }: Services,
  own: SQL | undefined,
  wanted: string | null | undefined,
): Promise<MarketId | undefined> {
  const [cart] = own === undefined ? [] : await db.select({ marketId: carts.marketId }).from(carts).where(own);
  if (cart !== undefined) return cart.marketId;
  if (wanted == null) return defaultMarketId;
  const id = idOrUndefined<MarketId>(wanted);
  return id === undefined ? undefined : (await products.findMarket(id))?.id;
}

/** Locks the viewer's cart, so that the number of its lines cannot change until the transaction ends. Creates a user's cart if there is none. */
async function lockCart(tx: Tx, viewer: Viewer, own: SQL, { variant, marketId }: AddedLine): Promise<Cart | undefined> {
  const [cart] = await tx.update(carts).set(touched).where(own).returning();
  if (cart !== undefined || viewer.kind !== "user") return cart;
  await tx.delete(carts).where(and(eq(carts.userId, viewer.id), sql`not ${isLive}`));
  const [created] = await tx
    .insert(carts)
    .values({
      id: newId<CartId>(),
      userId: viewer.id,
      marketId,
      currency: variant.unitPrice.currency,
      expiresAt: expiry,
    })
    .onConflictDoUpdate({ target: carts.userId, set: touched })
    .returning();
  return created;
}

/**
 * Adds units to a line of a locked cart.
 *
 * @param before the lines that it has.
 * @param unitsMax the most units of the variant in an order, which `quantity` alone does not exceed.
 * @returns the line, or why nothing was added.
 */
async function addLine(
  tx: Tx,
  cart: Cart,
  before: readonly CartItem[],
  { variant, quantity }: AddedLine,
  unitsMax: number,
): Promise<CartItem | UserError[]> {
  const { unitPrice } = variant;
  const others = before.filter(({ variantId }) => variantId !== variant.variantId);
  if (others.length >= linesPerOrderMax) {
    return [validationError(["productId"], `A cart can have at most ${linesPerOrderMax} lines.`)];
  }
  if (cart.currency !== unitPrice.currency) {
    if (before.length > 0) return [currencyMismatchError(["productId"])];
    await tx.update(carts).set({ currency: unitPrice.currency }).where(eq(carts.id, cart.id));
    cart.currency = unitPrice.currency;
  }
  const seen = {
    productName: variant.productName,
    notedPriceMinor: unitPrice.minorUnits,
    seenPriceMinor: unitPrice.minorUnits,
    priceCurrency: null,
  };
  const [added] = await tx
    .insert(cartItems)
    .values({
      id: newId<CartItemId>(),
      cartId: cart.id,
      productId: variant.productId,
      variantId: variant.variantId,
      quantity,
      ...seen,
    })
    .onConflictDoUpdate({
      target: [cartItems.cartId, cartItems.variantId],
      set: { quantity: sql`${cartItems.quantity} + ${quantity}`, ...seen },
      setWhere: sql`${cartItems.quantity} + ${quantity} <= ${unitsMax}`,
    })
    .returning({ ...getTableColumns(cartItems), revision: currentRevision, now: databaseTime });
  if (added === undefined) return [tooManyUnits(unitsMax)];
  const { revision, now, ...stored } = added;
  return cartItemOf(stored, cart, { revision, now });
}

function tooManyUnits(unitsMax: number): UserError {
  return validationError(["quantity"], `An order can have at most ${unitsMax} of this product.`);
}
