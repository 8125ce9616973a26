import { and, asc, eq, getTableColumns, isNull, type SQL, sql } from "drizzle-orm";
import { cartItems, carts } from "#drizzle/orders/tables.ts";
import { secretToken, secretTokenId } from "#platform/auth/secret-token.ts";
import { isAnyOf } from "#platform/database/any-of.ts";
import type { Db, Tx } from "#platform/database/database.ts";
import type { CartId, CartItemId, MarketId, OrderId } from "#platform/shop/ids.ts";
import type { Viewer } from "#platform/shop/viewer.ts";
import type { LineAvailability } from "../clients/products-client.ts";
import { currentRevision, databaseTime, type SettingsMoment } from "../settings/settings.ts";
import { cartKeptDays } from "../shared/limits.ts";
import type { UserError } from "../shared/user-errors.ts";

/** A cart as it is stored. */
export type Cart = typeof carts.$inferSelect;
/** A line of a cart, with the currency of its last price, its cart's market, and the settings that held when it was read. */
export type CartItem = typeof cartItems.$inferSelect & {
  readonly currency: Cart["currency"];
  readonly cartCurrency: Cart["currency"];
  readonly marketId: MarketId;
  readonly discountCodes: readonly string[];
  readonly settingsRevision: number;
  readonly readAt: Date;
};

const cartItemColumns = {
  ...getTableColumns(cartItems),
  currency: sql<Cart["currency"]>`coalesce(${cartItems.priceCurrency}, ${carts.currency})`,
  cartCurrency: carts.currency,
  marketId: carts.marketId,
  discountCodes: carts.discountCodes,
  settingsRevision: currentRevision,
  readAt: databaseTime,
};

/** The settings that held when a line was read. */
export function settingsMoment({ settingsRevision, readAt }: CartItem): SettingsMoment {
  return { revision: settingsRevision, now: readAt };
}

/** A line of a cart as it is stored, as that of the cart that it was read with. */
export function cartItemOf(
  stored: typeof cartItems.$inferSelect,
  { currency: cartCurrency, marketId, discountCodes }: Cart,
  { revision: settingsRevision, now: readAt }: SettingsMoment,
): CartItem {
  const currency = stored.priceCurrency ?? cartCurrency;
  return { ...stored, currency, cartCurrency, marketId, discountCodes, settingsRevision, readAt };
}

/** The result of changing a cart. `cartToken` is set for a guest's cart. */
export type CartPayload = {
  readonly cart?: Cart | undefined;
  readonly cartToken?: string | undefined;
  readonly userErrors: readonly UserError[];
  /** What the change has read besides, which its response need not read again. */
  readonly known?: KnownLines;
};

/** The lines of a cart, and what products said of those that were looked up. */
export type KnownLines = {
  readonly items: readonly CartItem[];
  readonly looked: readonly { readonly item: CartItem; readonly line: LineAvailability }[];
};

const guestCartKind = "guest-cart";
/** When a cart that is changed now expires. */
export const expiry = sql`now() + ${cartKeptDays} * interval '1 day'`;
/** What every change of a cart sets: a new version and a new expiry. */
export const touched = { version: sql`${carts.version} + 1`, updatedAt: sql`now()`, expiresAt: expiry };

/** The id of the cart that a guest's token was issued for, whether or not the cart still exists; undefined for any other text. */
export function guestCartId(tokenKey: string, token: string): CartId | undefined {
  return secretTokenId<CartId>(tokenKey, guestCartKind, token);
}

/** The condition that selects the viewer's cart: a user's own, whatever the token, or a guest's by its token. undefined if there can be none. */
export function cartOf(viewer: Viewer, tokenKey: string, token: string | null | undefined): SQL | undefined {
  if (viewer.kind === "user") return and(eq(carts.userId, viewer.id), isLive);
  const id = viewer.kind === "guest" && token != null ? guestCartId(tokenKey, token) : undefined;
  return id === undefined ? undefined : and(eq(carts.id, id), isNull(carts.userId), isNull(carts.claimedBy), isLive);
}

/** The condition that a cart has not expired. */
export const isLive = sql`${carts.expiresAt} > now()`;

/** The viewer's cart; undefined if there is none. */
export async function findCart(
  db: Db,
  viewer: Viewer,
  tokenKey: string,
  token: string | null | undefined,
): Promise<Cart | undefined> {
  const own = cartOf(viewer, tokenKey, token);
  if (own === undefined) return undefined;
  const [cart] = await db.select().from(carts).where(own);
  return cart;
}

/** The lines of the carts, in the order in which they were added. */
export async function readCartItems(db: Db, ids: readonly CartId[]): Promise<CartItem[]> {
  return db
    .select(cartItemColumns)
    .from(cartItems)
    .innerJoin(carts, eq(carts.id, cartItems.cartId))
    .where(isAnyOf(cartItems.cartId, [...ids]))
    .orderBy(asc(cartItems.addedAt), asc(cartItems.id));
}

/** The payload of a changed cart, with its token if it is a guest's. */
export function cartPayload(tokenKey: string, cart: Cart): CartPayload {
  return {
    cart,
    cartToken: cart.userId === null ? secretToken(tokenKey, guestCartKind, cart.id) : undefined,
    userErrors: [],
  };
}

/**
 * Ends an order's hold on its cart's lines. Returns false if it held none.
 *
 * @param isOrdered the lines leave the cart, and its codes with them.
 */
export async function releaseCart(
  tx: Tx,
  order: { id: OrderId; cartId: CartId | null },
  isOrdered = false,
): Promise<boolean> {
  if (order.cartId === null) return false;
  const released = await tx
    .update(carts)
    .set({
      checkoutOrderId: null,
      ...(isOrdered ? { discountCodes: [] } : {}),
      version: sql`${carts.version} + 1`,
      updatedAt: sql`now()`,
    })
    .where(and(eq(carts.id, order.cartId), eq(carts.checkoutOrderId, order.id)))
    .returning({ id: carts.id });
  return released.length === 1;
}

/** Notes the currency of a cart's prices, before the cart moves to a market with another one. */
export async function keepPriceCurrency(tx: Tx, { id, currency }: Cart): Promise<void> {
  await tx
    .update(cartItems)
    .set({ priceCurrency: currency })
    .where(and(eq(cartItems.cartId, id), isNull(cartItems.priceCurrency)));
}

/** The carts among `ids` that are the viewer's own. A guest's cart is found by its token only. */
export async function findCarts(db: Db, viewer: Viewer, ids: readonly CartId[]): Promise<Cart[]> {
  if (viewer.kind !== "user") return [];
  return db
    .select()
    .from(carts)
    .where(and(isAnyOf(carts.id, [...ids]), eq(carts.userId, viewer.id), isLive));
}

/** The lines among `ids` of the viewer's own cart. */
export async function findCartItems(db: Db, viewer: Viewer, ids: readonly CartItemId[]): Promise<CartItem[]> {
  if (viewer.kind !== "user") return [];
  return db
    .select(cartItemColumns)
    .from(cartItems)
    .innerJoin(carts, eq(carts.id, cartItems.cartId))
    .where(and(isAnyOf(cartItems.id, [...ids]), eq(carts.userId, viewer.id), isLive));
}
