import { eq, sql } from "drizzle-orm";
import { z } from "zod";
import { cartItems, carts } from "#drizzle/orders/tables.ts";
import type { Tx } from "#platform/database/database.ts";
import { type CartId, type MarketId, newId } from "#platform/shop/ids.ts";
import { idOrUndefined, notFoundError, parseInput } from "#platform/shop/input.ts";
import type { Viewer } from "#platform/shop/viewer.ts";
import type { LineAvailability, Market } from "../clients/products-client.ts";
import type { Services } from "../services.ts";
import { commitIf } from "../shared/commit-if.ts";
import { deadlineIn, retryOrTimeOut } from "../shared/deadline.ts";
import { unknownCartError } from "../shared/user-errors.ts";
import {
  type Cart,
  type CartItem,
  type CartPayload,
  cartOf,
  cartPayload,
  expiry,
  findCart,
  keepPriceCurrency,
  readCartItems,
  touched,
} from "./cart.ts";

const marketInput = z.object({ cartToken: z.string().nullish(), market: z.string() });

/**
 * Moves the viewer's cart to a market: its lines have that market's prices from now on, and those that are not sold there stay with their last price.
 * Without a cart one is started, empty. @throws {ApiError} RATE_LIMITED for too many new guest carts.
 */
export async function setCartMarket(
  services: Services,
  viewer: Viewer,
  input: unknown,
  clientAddress: string,
): Promise<CartPayload> {
  const { db, products, tokenKey } = services;
  const parsed = parseInput(marketInput, input);
  if (!parsed.ok) return { userErrors: parsed.userErrors };
  const { cartToken } = parsed.value;
  const id = idOrUndefined<MarketId>(parsed.value.market);
  const market = id === undefined ? undefined : await products.findMarket(id);
  if (market === undefined) return { userErrors: [notFoundError(["market"])] };
  const own = cartOf(viewer, tokenKey, cartToken);
  if (own === undefined && cartToken != null) return { userErrors: [unknownCartError] };
  return retryOrTimeOut(deadlineIn(), async () => {
    const cart = await findCart(db, viewer, tokenKey, cartToken);
    if (cart === undefined) {
      if (viewer.kind !== "user" && cartToken != null) return { userErrors: [unknownCartError] };
      return startCart(services, viewer, market, clientAddress);
    }
    const items = await readCartItems(db, [cart.id]);
    const lines = items.length === 0 ? [] : await products.findOrderable(items, market.id);
    const moved = await commitIf(
      db,
      (tx) => moveCart(tx, cart, market, items, lines),
      (result) => result !== undefined,
    );
    return moved === undefined ? undefined : cartPayload(tokenKey, moved);
  });
}

async function startCart(
  { db, limits, tokenKey }: Services,
  viewer: Viewer,
  market: Market,
  clientAddress: string,
): Promise<CartPayload | undefined> {
  const userId = viewer.kind === "user" ? viewer.id : null;
  if (userId === null) await limits.budgets.spend("guest_carts", { address: clientAddress }, 1);
  const [cart] = await db
    .insert(carts)
    .values({ id: newId<CartId>(), userId, marketId: market.id, currency: market.currency, expiresAt: expiry })
    .onConflictDoNothing()
    .returning();
  return cart === undefined ? undefined : cartPayload(tokenKey, cart);
}

/** undefined if the cart was changed since it was read. */
async function moveCart(
  tx: Tx,
  cart: Cart,
  market: Market,
  items: readonly CartItem[],
  lines: readonly LineAvailability[],
): Promise<Cart | undefined> {
  const [moved] = await tx
    .update(carts)
    .set({ ...touched, marketId: market.id, currency: market.currency })
    .where(sql`${carts.id} = ${cart.id} and ${carts.version} = ${cart.version}`)
    .returning();
  if (moved === undefined) return undefined;
  if (cart.currency !== market.currency) await keepPriceCurrency(tx, cart);
  const prices = items.flatMap(({ id }, index) => {
    const line = lines[index];
    if (line?.outcome !== "ORDERABLE" || line.variant.unitPrice.currency !== market.currency) return [];
    return [{ id, price: line.variant.unitPrice.minorUnits.toString() }];
  });
  if (prices.length > 0) {
    await tx.execute(sql`
      update ${cartItems} set seen_price_minor = price, noted_price_minor = price, price_currency = null
      from json_to_recordset(${JSON.stringify(prices)}::json) as today(id uuid, price bigint)
      where ${eq(cartItems.id, sql`today.id`)}`);
  }
  return moved;
}
