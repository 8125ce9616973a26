import { and, count, eq, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { cartItems, carts } from "#drizzle/orders/tables.ts";
import type { Tx } from "#platform/database/database.ts";
import { type CartId, type CartItemId, type MarketId, newId, type ProductId } from "#platform/shop/ids.ts";
import { idOrUndefined, notFoundError, parseInput, quantityInput, validationError } from "#platform/shop/input.ts";
import { linesPerOrderMax, unitsPerLineMax } from "#platform/shop/limits.ts";
import { defaultMarketId } from "#platform/shop/market.ts";
import type { Viewer } from "#platform/shop/viewer.ts";
import { findOrderable, parseVariantId } from "../clients/orderable-lines.ts";
import type { OrderableVariant } from "../clients/products-client.ts";
import type { Services } from "../services.ts";
import { commitIf } from "../shared/commit-if.ts";
import { deadlineIn, retryOrTimeOut } from "../shared/deadline.ts";
import { currencyMismatchError, type UserError, unknownCartError } from "../shared/user-errors.ts";
import { type Cart, type CartPayload, cartOf, cartPayload, expiry, isLive, touched } from "./cart.ts";

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
  const { db, tokenKey, limits } = services;
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
    if (found.userErrors.length > 0 || variant === undefined) return { userErrors: found.userErrors };
    const chosen = { variant, marketId };
    return commitIf(
      db,
      async (tx): Promise<CartPayload | undefined> => {
        if (own === undefined) await limits.budgets.spend("guest_carts", { address: clientAddress }, 1, { tx });
        const cart = own === undefined ? await createGuestCart(tx, chosen) : await lockCart(tx, viewer, own, chosen);
        if (cart === undefined) return { userErrors: [unknownCartError] };
        // The cart moved to another market, where the variant has another price.
        if (cart.marketId !== marketId) return undefined;
        const userErrors = await addLine(tx, cart, variant, quantity);
        return userErrors.length > 0 ? { userErrors } : cartPayload(tokenKey, cart);
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

type Chosen = { readonly variant: OrderableVariant; readonly marketId: MarketId };

async function createGuestCart(tx: Tx, { variant, marketId }: Chosen): Promise<Cart | undefined> {
  const [cart] = await tx
    .insert(carts)
    .values({ id: newId<CartId>(), marketId, currency: variant.unitPrice.currency, expiresAt: expiry })
    .returning();
  return cart;
}

/** Locks the viewer's cart, so that the number of its lines cannot change until the transaction ends. Creates a user's cart if there is none. */
async function lockCart(tx: Tx, viewer: Viewer, own: SQL, { variant, marketId }: Chosen): Promise<Cart | undefined> {
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

async function addLine(tx: Tx, cart: Cart, variant: OrderableVariant, quantity: number): Promise<UserError[]> {
  const { unitPrice } = variant;
  const [lines] = await tx
    .select({
      others: count(sql`case when ${cartItems.variantId} <> ${variant.variantId} then 1 end`),
      all: count(),
    })
    .from(cartItems)
    .where(eq(cartItems.cartId, cart.id));
  if (lines === undefined) throw new Error("A count returned no row.");
  if (lines.others >= linesPerOrderMax) {
    return [validationError(["productId"], `A cart can have at most ${linesPerOrderMax} lines.`)];
  }
  if (cart.currency !== unitPrice.currency) {
    if (lines.all > 0) return [currencyMismatchError(["productId"])];
    await tx.update(carts).set({ currency: unitPrice.currency }).where(eq(carts.id, cart.id));
    cart.currency = unitPrice.currency;
  }
  const seen = {
    productName: variant.productName,
    notedPriceMinor: unitPrice.minorUnits,
    seenPriceMinor: unitPrice.minorUnits,
    priceCurrency: null,
  };
  const unitsMax = Math.min(unitsPerLineMax, variant.maxPerOrder ?? unitsPerLineMax);
  if (quantity > unitsMax) return [tooManyUnits(unitsMax)];
  const added = await tx
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
    .returning({ id: cartItems.id });
  return added.length === 1 ? [] : [tooManyUnits(unitsMax)];
}

function tooManyUnits(unitsMax: number): UserError {
  return validationError(["quantity"], `An order can have at most ${unitsMax} of this product.`);
}
