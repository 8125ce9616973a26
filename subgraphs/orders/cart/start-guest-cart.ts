import { getTableColumns, type SQL, sql } from "drizzle-orm";
import { cartItems, carts } from "#drizzle/orders/tables.ts";
import { builtOnce, readColumns } from "#platform/database/built-once.ts";
import { type Db, transaction } from "#platform/database/database.ts";
import { type CartId, type CartItemId, type MarketId, newId } from "#platform/shop/ids.ts";
import type { OrderableVariant } from "../clients/products-client.ts";
import type { Services } from "../services.ts";
import { currentRevision, databaseTime, type SettingsMoment } from "../settings/settings.ts";
import { type Cart, type CartItem, cartItemOf, expiry } from "./cart.ts";

/** A line to be added to a cart. */
export type AddedLine = {
  readonly variant: OrderableVariant;
  readonly marketId: MarketId;
  readonly quantity: number;
};

/** A cart with its only line. */
export type StartedCart = { readonly cart: Cart; readonly item: CartItem };

/**
 * Starts a guest's cart with its first line, in one statement that also counts it against the address.
 *
 * @throws {ApiError} RATE_LIMITED for too many new guest carts.
 */
export async function startGuestCart(
  { db, limits: { budgets } }: Services,
  line: AddedLine,
  clientAddress: string,
): Promise<StartedCart> {
  const subjects = { address: clientAddress };
  const counted = budgets.countWithin("guest_carts", subjects);
  const started = counted === undefined ? undefined : await insertCart(db, line, counted.statement);
  if (started !== undefined) {
    counted?.note();
    return started;
  }
  return transaction(db, async (tx) => {
    await budgets.spend("guest_carts", subjects, 1, { tx });
    const made = await insertCart(tx, line, undefined);
    if (made === undefined) throw new Error("A cart was not written.");
    return made;
  });
}

type Stored = typeof cartItems.$inferSelect;

const cartRow = readColumns<Cart>(getTableColumns(carts), getTableColumns(carts));
const itemRow = readColumns<Stored & SettingsMoment>(
  { ...getTableColumns(cartItems), revision: currentRevision, now: databaseTime },
  { ...getTableColumns(cartItems), revision: carts.version, now: carts.createdAt },
);

/** In the statement, the tables' names are those of the rows that it inserts. */
const inserted = builtOnce<"cartId" | "marketId" | "currency" | "itemId" | keyof Added>(sql`
  ${carts} as (
    insert into ${carts} (id, market_id, currency, expires_at)
    select ${sql.placeholder("cartId")}::uuid, ${sql.placeholder("marketId")}::uuid, ${sql.placeholder("currency")}::text, ${expiry} from counted
    returning *
  ),
  ${cartItems} as (
    insert into ${cartItems} (id, cart_id, product_id, variant_id, quantity, product_name, noted_price_minor, seen_price_minor)
    select ${sql.placeholder("itemId")}::uuid, id, ${sql.placeholder("productId")}::uuid, ${sql.placeholder("variantId")}::uuid,
      ${sql.placeholder("quantity")}::int, ${sql.placeholder("productName")}::text, price, price
    from ${carts}, (select ${sql.placeholder("price")}::bigint as price) as seen
    returning *
  )
  select ${itemRow.list}, (select to_json(cart) from (select ${cartRow.list} from ${carts}) as cart) as cart from ${cartItems}`);

type Added = Pick<Stored, "productId" | "variantId" | "quantity" | "productName"> & { readonly price: bigint };

/** @param counting inserts only if it returns a row. */
async function insertCart(
  db: Db,
  { variant, marketId, quantity }: AddedLine,
  counting: SQL = sql`select`,
): Promise<StartedCart | undefined> {
  const { unitPrice, productId, variantId, productName } = variant;
  const rows = await db.execute<{ cart: Record<string, unknown> }>(
    sql`with counted as (${counting}), ${inserted({
      cartId: newId<CartId>(),
      marketId,
      currency: unitPrice.currency,
      itemId: newId<CartItemId>(),
      productId,
      variantId,
      quantity,
      productName,
      price: unitPrice.minorUnits,
    })}`,
  );
  const [row] = rows;
  if (row === undefined) return undefined;
  const { cart: given, ...columns } = row;
  const cart = cartRow.read(given);
  const { revision, now, ...stored } = itemRow.read(columns);
  return { cart, item: cartItemOf(stored, cart, { revision, now }) };
}
