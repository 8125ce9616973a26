import { and, asc, count, eq, getTableColumns, inArray, isNull, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { cartItems, carts } from "#drizzle/orders/tables.ts";
import { secretToken, secretTokenId } from "#platform/auth/secret-token.ts";
import type { Db, Tx } from "#platform/database/database.ts";
import {
  type CartId,
  type CartItemId,
  newId,
  type OrderId,
  type ProductId,
  type VariantId,
} from "#platform/shop/ids.ts";
import { idOrUndefined, notFoundError, parseInput, quantityInput, validationError } from "#platform/shop/input.ts";
import type { Viewer } from "#platform/shop/viewer.ts";
import { findOrderable } from "../clients/orderable-lines.ts";
import type { CatalogueVariant } from "../clients/products-client.ts";
import type { Services } from "../services.ts";
import { transactionUnlessRefused } from "../shared/commit-if.ts";
import { checkoutError, type UserError } from "../shared/user-errors.ts";

/** A cart as it is stored. */
export type Cart = typeof carts.$inferSelect;
/** A line of a cart, with its cart's currency. */
export type CartItem = typeof cartItems.$inferSelect & Pick<Cart, "currency">;

/** What a change of a cart came to. `cartToken` is a guest's. */
export type CartAnswer = {
  readonly cart?: Cart | undefined;
  readonly cartToken?: string | undefined;
  readonly userErrors: readonly UserError[];
};

/** How many lines a cart holds, and how many units a line. */
export const linesMax = 100;
export const quantityMax = 1_000;
const keptDays = 30;
const guestCartKind = "guest-cart";
/** When a cart that is changed now expires. */
export const expiry = sql`now() + ${keptDays} * interval '1 day'`;
/** Every change of a cart counts its version on and keeps it for another 30 days. */
export const touched = { version: sql`${carts.version} + 1`, updatedAt: sql`now()`, expiresAt: expiry };

/** The secret that opens a guest's cart. */
function guestCartToken(tokenKey: string, id: CartId): string {
  return secretToken(tokenKey, guestCartKind, id);
}

/** The cart that a guest's token was made for, whatever became of it; undefined for what is no such token. */
export function guestCartId(tokenKey: string, token: string): CartId | undefined {
  return secretTokenId<CartId>(tokenKey, guestCartKind, token);
}

/** Which cart is the viewer's: a user's own, whatever the token, or the guest's that the token opens. undefined where there can be none. */
export function cartOf(viewer: Viewer, tokenKey: string, token: string | null | undefined): SQL | undefined {
  if (viewer.kind === "user") return and(eq(carts.userId, viewer.id), isLive);
  const id = viewer.kind === "guest" && token != null ? guestCartId(tokenKey, token) : undefined;
  return id === undefined ? undefined : and(eq(carts.id, id), isNull(carts.userId), isNull(carts.claimedBy), isLive);
}

/** Not expired. */
export const isLive = sql`${carts.expiresAt} > now()`;

/** The viewer's cart. */
export async function findCart(
  db: Db,
  viewer: Viewer,
  tokenKey: string,
  token: string | null | undefined,
): Promise<Cart | undefined> {
  const wanted = cartOf(viewer, tokenKey, token);
  if (wanted === undefined) return undefined;
  const [cart] = await db.select().from(carts).where(wanted);
  return cart;
}

/** The lines of the carts, in the order in which they were added. */
export async function readCartItems(db: Db, ids: readonly CartId[]): Promise<CartItem[]> {
  return db
    .select({ ...getTableColumns(cartItems), currency: carts.currency })
    .from(cartItems)
    .innerJoin(carts, eq(carts.id, cartItems.cartId))
    .where(inArray(cartItems.cartId, [...ids]))
    .orderBy(asc(cartItems.addedAt), asc(cartItems.id));
}

const addInput = z.object({
  cartToken: z.string().nullish(),
  productId: z.string(),
  variantId: z.string().nullish(),
  quantity: quantityInput,
});

/** Adds to the viewer's cart, or to a guest's; without either it starts a guest's cart. The same variant adds up in one line. */
export async function addCartItem(services: Services, viewer: Viewer, input: unknown): Promise<CartAnswer> {
  const { db, tokenKey } = services;
  const parsed = parseInput(addInput, input);
  if (!parsed.ok) return { userErrors: parsed.userErrors };
  const { quantity, cartToken } = parsed.value;
  const wanted = cartOf(viewer, tokenKey, cartToken);
  if (wanted === undefined && cartToken != null) return { userErrors: [unknownToken] };
  const found = await findOrderable(services.catalogue, [
    {
      productId: idOrUndefined<ProductId>(parsed.value.productId),
      variantId: variantOf(parsed.value.variantId),
      at: [],
    },
  ]);
  const [variant] = found.variants;
  if (found.userErrors.length > 0 || variant === undefined) return { userErrors: found.userErrors };
  return transactionUnlessRefused(db, async (tx) => {
    const cart =
      wanted === undefined ? await startGuestCart(tx, variant) : await touchCart(tx, viewer, wanted, variant);
    if (cart === undefined) return { userErrors: [unknownToken] };
    const userErrors = await addLine(tx, cart, variant, quantity);
    return userErrors.length > 0 ? { userErrors } : cartAnswer(tokenKey, cart);
  });
}

function variantOf(text: string | null | undefined): VariantId | "malformed" | undefined {
  return text == null ? undefined : (idOrUndefined<VariantId>(text) ?? "malformed");
}

/** No cart is opened by the token. */
export const unknownToken = notFoundError(["cartToken"], "There is no cart of that token.");

/** A changed cart, with its token when it is a guest's. */
export function cartAnswer(tokenKey: string, cart: Cart): CartAnswer {
  return {
    cart,
    cartToken: cart.userId === null ? guestCartToken(tokenKey, cart.id) : undefined,
    userErrors: [],
  };
}

async function startGuestCart(tx: Tx, variant: CatalogueVariant): Promise<Cart | undefined> {
  const [cart] = await tx
    .insert(carts)
    .values({ id: newId<CartId>(), currency: variant.unitPrice.currency, expiresAt: expiry })
    .returning();
  return cart;
}

/** Locks the cart until the transaction ends, so that what is counted in it stays counted; a user's is made when there is none. */
async function touchCart(tx: Tx, viewer: Viewer, wanted: SQL, variant: CatalogueVariant): Promise<Cart | undefined> {
  const [cart] = await tx.update(carts).set(touched).where(wanted).returning();
  if (cart !== undefined || viewer.kind !== "user") return cart;
  await tx.delete(carts).where(and(eq(carts.userId, viewer.id), sql`not ${isLive}`));
  const [made] = await tx
    .insert(carts)
    .values({ id: newId<CartId>(), userId: viewer.id, currency: variant.unitPrice.currency, expiresAt: expiry })
    .onConflictDoUpdate({ target: carts.userId, set: touched })
    .returning();
  return made;
}

async function addLine(tx: Tx, cart: Cart, variant: CatalogueVariant, quantity: number): Promise<UserError[]> {
  const { unitPrice } = variant;
  const [lines] = await tx
    .select({
      others: count(sql`case when ${cartItems.variantId} <> ${variant.variantId} then 1 end`),
      all: count(),
    })
    .from(cartItems)
    .where(eq(cartItems.cartId, cart.id));
  if (lines === undefined) throw new Error("Counting gave no row.");
  if (lines.others >= linesMax) return [validationError(["productId"], `A cart holds at most ${linesMax} lines.`)];
  if (cart.currency !== unitPrice.currency) {
    if (lines.all > 0) return [currencyMismatch(["productId"])];
    await tx.update(carts).set({ currency: unitPrice.currency }).where(eq(carts.id, cart.id));
    cart.currency = unitPrice.currency;
  }
  const seen = {
    productName: variant.productName,
    notedPriceMinor: unitPrice.minorUnits,
    seenPriceMinor: unitPrice.minorUnits,
  };
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
      setWhere: sql`${cartItems.quantity} + ${quantity} <= ${quantityMax}`,
    })
    .returning({ id: cartItems.id });
  return added.length === 1 ? [] : [validationError(["quantity"], `A line holds at most ${quantityMax}.`)];
}

/** One cart, one order, one currency. */
export function currencyMismatch(field?: readonly (string | number)[]): UserError {
  return checkoutError("CURRENCY_MISMATCH", "All lines must be in one currency.", field);
}

/** An order no longer holds its cart's lines; false when it did not. */
export async function endCheckout(tx: Tx, order: { id: OrderId; cartId: CartId | null }): Promise<boolean> {
  if (order.cartId === null) return false;
  const ended = await tx
    .update(carts)
    .set({ checkoutOrderId: null, version: sql`${carts.version} + 1`, updatedAt: sql`now()` })
    .where(and(eq(carts.id, order.cartId), eq(carts.checkoutOrderId, order.id)))
    .returning({ id: carts.id });
  return ended.length === 1;
}

/** The carts among `ids` that are the viewer's own. A guest's is opened by its token only. */
export async function findCarts(db: Db, viewer: Viewer, ids: readonly CartId[]): Promise<Cart[]> {
  if (viewer.kind !== "user") return [];
  return db
    .select()
    .from(carts)
    .where(and(inArray(carts.id, [...ids]), eq(carts.userId, viewer.id), isLive));
}

/** The lines among `ids` of the viewer's own cart. */
export async function findCartItems(db: Db, viewer: Viewer, ids: readonly CartItemId[]): Promise<CartItem[]> {
  if (viewer.kind !== "user") return [];
  return db
    .select({ ...getTableColumns(cartItems), currency: carts.currency })
    .from(cartItems)
    .innerJoin(carts, eq(carts.id, cartItems.cartId))
    .where(and(inArray(cartItems.id, [...ids]), eq(carts.userId, viewer.id), isLive));
}
