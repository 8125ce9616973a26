import { sql } from "drizzle-orm";
import { inbox } from "#drizzle/products/tables.ts";
import type { Db } from "#platform/database/database.ts";
import type { AnyEvent } from "#platform/events/cloud-event.ts";
import { receiveEvents } from "#platform/events/events.ts";
import { newId, type OrderId, type UserId, type VariantId } from "#platform/shop/ids.ts";
import { parseMoney } from "#platform/shop/money.ts";
import type { SignedIn } from "#platform/shop/viewer.ts";
import type { EventType } from "#schema/events.ts";
import { createProduct } from "../catalogue/product-create.ts";
import { orderEventBatches } from "../events/lock-orders.ts";
import type { StockLine } from "../reservation/reservation.ts";
import { eventHandlers } from "../subgraph.ts";

/** A seller, for domain functions. */
export function sellerViewer(): SignedIn {
  return {
    kind: "user",
    id: newId<UserId>(),
    sessionId: newId(),
    role: "SELLER",
    scopes: new Set(["products:write"]),
  };
}

/** Creates a product of the viewer with a variant for each of the stocks. Returns the variants' ids in that order. */
export async function stockedVariants(db: Db, viewer: SignedIn, stocks: readonly number[]): Promise<VariantId[]> {
  const price = parseMoney("1.00", "USD");
  if (price === undefined) throw new Error("A dollar is an amount.");
  const [first, ...rest] = stocks.map((stock, index) => ({
    price,
    stock,
    options: [{ name: "Size", value: String(index) }],
  }));
  if (first === undefined) throw new Error("A product has a variant.");
  const made = await createProduct(db, viewer, {
    name: "Stocked",
    description: "",
    status: "ACTIVE",
    imageUrl: null,
    isReturnable: true,
    categories: [],
    tags: [],
    attributes: [],
    variants: [first, ...rest],
    fieldOf: (variant, name) => ["variants", variant, name],
  });
  if (!made.ok) throw new Error("The product was not created.");
  const rows = await db.execute<{ id: VariantId }>(
    sql`select id from variants where product_id = ${made.value}::uuid order by id`,
  );
  return rows.map(({ id }) => id);
}

/** An order event as the orders subgraph publishes it. */
export function orderEvent(
  type: "order.placed" | "order.confirmed" | "order.paid" | "order.cancelled",
  order: { id: OrderId; sequence: number; revision?: number; lines?: readonly StockLine[]; expiresAt?: Date },
): AnyEvent {
  const { id: orderId, sequence, revision = 1, lines = [], expiresAt = new Date(Date.now() + 30 * 60_000) } = order;
  const envelope = { id: newId(), subject: orderId, sequence, time: new Date() };
  const data = { orderId, revision, lines: [...lines] };
  switch (type) {
    case "order.placed":
      return { ...envelope, type, data: { ...data, expiresAt: expiresAt.toISOString() } };
    case "order.cancelled":
      return { ...envelope, type, data: { orderId, reason: "CUSTOMER" } };
    default:
      return { ...envelope, type, data };
  }
}

/** Delivers an event, as the subgraph does. */
export async function deliver(db: Db, event: AnyEvent): Promise<"applied" | "duplicate"> {
  return (await deliverTogether(db, [event])) === 1 ? "applied" : "duplicate";
}

/** Delivers events in one request, as the subgraph does. Returns how many were applied. */
export async function deliverTogether(db: Db, events: readonly AnyEvent[]): Promise<number> {
  const receiver = { db, inbox, handlers: eventHandlers, lock: orderEventBatches.lock };
  return (await receiveEvents(receiver, events)).length;
}

/** The events published about an order, in order. */
export async function publishedEvents(db: Db, orderId: OrderId): Promise<EventType[]> {
  const rows = await db.execute<{ topic: EventType }>(
    sql`select topic from outbox where subject = ${orderId} order by sequence`,
  );
  return rows.map(({ topic }) => topic);
}

/** Describes every inconsistency of stock and derived data; empty when there is none. */
export async function stockFaults(db: Db): Promise<string[]> {
  const rows = await db.execute<{ fault: string }>(sql`
    select 'level ' || l.variant_id || ' is not the sum of its movements' as fault
    from stock_levels l left join lateral (
      select coalesce(sum(on_hand_change), 0) as on_hand, coalesce(sum(reserved_change), 0) as reserved
      from stock_movements m where m.variant_id = l.variant_id) m on true
    where (l.on_hand, l.reserved) <> (m.on_hand, m.reserved)
    union all
    select 'level ' || l.variant_id || ' reserves ' || l.reserved || ' for orders that hold ' || coalesce(h.held, 0)
    from stock_levels l left join (
      select variant_id, sum(quantity) as held
      from reservation_lines join reservations using (order_id) where status = 'HELD' group by variant_id) h using (variant_id)
    where l.reserved <> coalesce(h.held, 0)
    union all
    select 'level ' || l.variant_id || ' is below zero' from stock_levels l where reserved < 0 or on_hand < reserved
    union all
    select 'order ' || order_id || ' is ' || status || ' and has lines' from reservations
    where status in ('RELEASED', 'FAILED') and exists (select from reservation_lines l where l.order_id = reservations.order_id)
    union all
    select 'order ' || order_id || ' has movements that do not make its lines' from (
      select order_id, variant_id, sum(on_hand_change) as on_hand, sum(reserved_change) as reserved
      from stock_movements where order_id is not null group by order_id, variant_id) m
      left join reservation_lines using (order_id, variant_id) left join reservations using (order_id)
    where (m.on_hand, m.reserved) <> (
      case when status = 'SOLD' then -coalesce(quantity, 0) else 0 end, case when status = 'HELD' then coalesce(quantity, 0) else 0 end)
    union all
    select 'product ' || p.id || ' counts ' || p.variants_in_stock || ' variants in stock' from products p
    where variants_in_stock <> (
      select count(*) from stock_levels l where l.product_id = p.id and on_sale and on_hand > reserved)
    union all
    select 'product ' || p.id || ' is not listed under its labels' from products p
    where array(select label_id from listing_index where product_id = p.id order by label_id) is distinct from array(
        select label_id from (
          select unnest(category_ids) union select unnest(label_ids) union select tag_label_id(tag) from unnest(tags) tag) s(label_id)
        where status = 'ACTIVE' order by label_id)
      or exists (select from listing_index s where s.product_id = p.id
        and (s.created_at, s.name, s.currency, s.price) <> (p.created_at, lower(p.name), p.currency, p.price_min))
    union all
    select 'product ' || p.id || ' is not in the search index as it is' from products p left join search_index s on s.product_id = p.id
    where (s.is_active, s.created_at, s.category_ids, s.tags, s.label_ids)
      is distinct from (p.status = 'ACTIVE', p.created_at, p.category_ids, p.tags, p.label_ids)
    union all
    select 'product ' || p.id || ' is not below the ancestors of its categories' from products p
    where category_ids is distinct from with_ancestors(chosen_category_ids)
    union all
    select 'product ' || p.id || ' does not have the labels of its options and attributes' from products p
    where label_ids <> array(
      select option_label_id(option ->> 'name', option ->> 'value') from variants, jsonb_array_elements(options) option
      where product_id = p.id and removed_at is null
      union select unnest(choice_ids) from product_attribute_values join attributes on attributes.id = attribute_id
      where product_id = p.id and is_filterable
      union select boolean_label_id(attribute_id, boolean) from product_attribute_values join attributes on attributes.id = attribute_id
      where product_id = p.id and is_filterable and boolean is not null
      order by 1)
    union all
    select 'category ' || c.slug || ' counts ' || c.product_count || ' products' from categories c
    where product_count <> (select count(*) from products p where status = 'ACTIVE' and c.id = any(p.category_ids))`);
  return rows.map(({ fault }) => fault);
}
