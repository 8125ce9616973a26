import { and, asc, eq, getTableColumns, type SQL, sql } from "drizzle-orm";
import { cartItems, carts, idempotencyKeys } from "#drizzle/orders/tables.ts";
import type { Db } from "#platform/database/database.ts";
import { cartItemOf } from "../cart/cart.ts";
import { currentRevision, databaseTime, type SettingsMoment } from "../settings/settings.ts";
import { type IdempotencyKey, type KeyName, named } from "../shared/idempotency.ts";
import type { CartContent } from "./write-order.ts";

/** What an order is placed from, as of one moment. */
export type CheckoutState = {
  /** The cart that is checked out, with its lines; undefined if there is none. */
  readonly content: CartContent | undefined;
  /** The key, if it was used before. */
  readonly key: IdempotencyKey | undefined;
  readonly moment: SettingsMoment;
};

/**
 * Reads the cart, its lines, the key and the settings' revision in one statement.
 *
 * @param own selects the cart; undefined if there can be none.
 */
export async function readCheckoutState(db: Db, name: KeyName, own: SQL | undefined): Promise<CheckoutState> {
  const rows = await db
    .select({
      cart: getTableColumns(carts),
      item: getTableColumns(cartItems),
      key: getTableColumns(idempotencyKeys),
      revision: currentRevision,
      now: databaseTime,
    })
    .from(sql`(values (1)) as request`)
    .leftJoin(carts, own ?? sql`false`)
    .leftJoin(cartItems, eq(cartItems.cartId, carts.id))
    .leftJoin(idempotencyKeys, and(named(name)))
    .orderBy(asc(cartItems.addedAt), asc(cartItems.id));
  const [first] = rows;
  if (first === undefined) throw new Error("The settings have no revision.");
  const { cart, key, revision, now } = first;
  const moment = { revision, now };
  const items = rows.flatMap(({ item }) => (item === null || cart === null ? [] : [cartItemOf(item, cart, moment)]));
  return { content: cart === null ? undefined : { cart, items }, key: key ?? undefined, moment };
}
