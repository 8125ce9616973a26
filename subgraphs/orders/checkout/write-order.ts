import { and, eq, isNull, sql } from "drizzle-orm";
import {
  carts,
  type DiscountId,
  orderItems,
  orders,
  type ShippingMethodId,
  type TransactionId,
} from "#drizzle/orders/tables.ts";
import { type BudgetSubjects, clientNetwork } from "#platform/budgets/subjects.ts";
import { crashPoint } from "#platform/database/crash-point.ts";
import { type Tx, violatedConstraint } from "#platform/database/database.ts";
import {
  type CartItemId,
  newId,
  type OrderId,
  type OrderItemId,
  type PaymentId,
  type UserId,
} from "#platform/shop/ids.ts";
import type { PostalAddress } from "#platform/shop/input.ts";
import type { Money } from "#platform/shop/money.ts";
import type { Viewer } from "#platform/shop/viewer.ts";
import type { Cart, CartItem } from "../cart/cart.ts";
import type { Market, OrderableVariant } from "../clients/products-client.ts";
import { takeUses } from "../discount/discount-uses.ts";
import { holdOrder } from "../order/holds.ts";
import { type Order, type OrderItem, orderMoney, scaledTotal } from "../order/order.ts";
import { drawOrderNumber } from "../order/order-number.ts";
import { type PricedOrder, pricedOrder, writePriceParts } from "../order/order-price.ts";
import { type NewOrder, workLeaseMs } from "../order/reserve-stock.ts";
import { appendTimeline } from "../order/timeline.ts";
import type { PaymentMethod } from "../payment/charge.ts";
import { type CountedAttempt, countAttempt } from "../payment/decline-budget.ts";
import type { Quote } from "../quote/quote.ts";
import { usesOf } from "../quote/quote-uses.ts";
import type { Services } from "../services.ts";
import { commitIf } from "../shared/commit-if.ts";
import type { Deadline } from "../shared/deadline.ts";
import { type IdempotencyKey, type KeyName, writeKey } from "../shared/idempotency.ts";
import type { VerifiedVatNumber } from "../tax/vat-number.ts";

/** A request to place an order, parsed; from a cart or from a list of items. */
export type PlaceOrderCommand = {
  readonly key: KeyName;
  readonly fingerprint: string;
  readonly viewer: Viewer;
  /** The buyer; null for a guest. */
  readonly userId: UserId | null;
  /** The client's address; empty if it is unknown. */
  readonly clientAddress: string;
  readonly email: string | undefined;
  readonly shippingAddress: PostalAddress | undefined;
  readonly billingAddress: PostalAddress | null;
  /** As it was entered. */
  readonly vatNumber: string | undefined;
  readonly shippingOptionId: ShippingMethodId | undefined;
  /** Undefined: the market's default. */
  readonly language: string | undefined;
  readonly expectedTotal: Money | undefined;
  readonly customerNote: string | null;
  readonly metadata: Record<string, unknown> | null;
  readonly method: PaymentMethod | undefined;
  readonly deadline: Deadline;
};

/** A line to be ordered, at the price that its variant has. */
export type OrderLine = {
  readonly variant: OrderableVariant;
  readonly quantity: number;
  readonly position: number;
  readonly cartItemId: CartItemId | null;
};

/** A cart with its lines. */
export type CartContent = { readonly cart: Cart; readonly items: readonly CartItem[] };

type OrderContent = {
  readonly cart: Cart | undefined;
  readonly linesFingerprint: string | null;
  readonly lines: readonly OrderLine[];
  readonly market: Market;
  /** Of the lines, in their order. */
  readonly quote: Quote;
  readonly email: string;
  /** Against whose limits the order counts. */
  readonly subjects: BudgetSubjects;
  /** The key under which the buyer's uses of discounts are counted. */
  readonly buyer: string;
  readonly address: PostalAddress;
  readonly vatNumber: VerifiedVatNumber | undefined;
};

/** An order that was written, with its key. */
export type WrittenOrder = NewOrder & {
  readonly key: IdempotencyKey;
  /** The attempt to pay it; undefined if it is not to be paid yet. */
  readonly counted: CountedAttempt | undefined;
};

/** The order was not written, because these discounts have no use left. */
export type LostUses = { readonly lostIds: readonly DiscountId[] };

/**
 * Writes the order and its key, and holds the cart's lines for it, all or nothing, before any other service is called. Returns undefined if
 * another request was faster: with the same key, with another checkout of the cart, or with a change of it.
 *
 * @returns the discounts without a use left, if that is why nothing was written.
 * @throws {ApiError} RATE_LIMITED if the buyer holds too much that is not paid, or after too many declined payments.
 */
export async function writeOrder(
  services: Services,
  command: PlaceOrderCommand,
  content: OrderContent,
): Promise<WrittenOrder | LostUses | undefined> {
  const { cart, linesFingerprint } = content;
  const id = newId<OrderId>();
  const itemIds = content.lines.map(() => newId<OrderItemId>());
  const priced = pricedOrder(content.quote, itemIds);
  const key: IdempotencyKey = {
    ...command.key,
    fingerprint: command.fingerprint,
    linesFingerprint,
    orderId: id,
    transactionId: command.method === undefined ? null : newId<TransactionId>(),
    resultId: null,
    outcome: null,
    createdAt: new Date(),
  };
  try {
    crashPoint("orders:place:before-write");
    const network = clientNetwork(command.clientAddress);
    const write = () =>
      commitIf(
        services.db,
        async (tx) => {
          // Statements that do not depend on each other are sent without waiting for each other.
          const [isHeld, order] = await Promise.all([
            cart === undefined || holdCart(tx, cart, id),
            insertOrder(tx, services, command, content, id, priced),
          ]);
          if (!isHeld) return undefined;
          const [isFirst, items] = await Promise.all([
            writeKey(tx, key),
            insertItems(tx, order, content.lines, itemIds, priced),
            writePriceParts(tx, id, priced),
            appendTimeline(tx, id, [{ type: "PLACED", toStatus: "PENDING", actorId: command.userId }]),
          ]);
          if (!isFirst) return undefined;
          // Late, because orders of the same network wait for its end.
          const { subjects, lines } = content;
          await holdOrder(tx, services.limits, { orderId: id, subjects, lines });
          const counted = command.method === undefined ? undefined : await countAttempt(services.limits, subjects, tx);
          const uses = usesOf(content.quote.discounts);
          const lostIds = await takeUses(tx, id, content.buyer, uses);
          if (uses.length > 0) crashPoint("orders:redeem:taken");
          return lostIds.length > 0 ? { lostIds } : { key, order, items, counted };
        },
        (result) => result !== undefined && !("lostIds" in result),
      );
    const written = await services.limits.turns(network, write);
    crashPoint("orders:place:after-write");
    return written;
  } catch (error) {
    // Two orders drew the same number; the next attempt draws another.
    if (violatedConstraint(error) === "orders_number") return undefined;
    throw error;
  }
}

async function insertOrder(
  tx: Tx,
  services: Services,
  command: PlaceOrderCommand,
  { cart, market, quote, email, address, vatNumber }: OrderContent,
  id: OrderId,
  { sums, pricesIncludeTax }: PricedOrder,
): Promise<Order> {
  const [order] = await tx
    .insert(orders)
    .values({
      id,
      number: drawOrderNumber(),
      userId: command.userId,
      byGuest: command.userId === null,
      cartId: cart?.id ?? null,
      email,
      currency: quote.currency,
      marketId: market.id,
      language: command.language ?? market.languages[0] ?? "en",
      ...sums,
      pricesIncludeTax,
      marketIncludesTax: market.pricesIncludeTax,
      totalScaled: scaledTotal(orderMoney(quote, sums.totalMinor)),
      billingAddress: command.billingAddress,
      vatNumber: vatNumber?.number ?? null,
      vatConsultation: vatNumber?.consultation ?? null,
      shippingMethodId: quote.shipping?.method.id ?? null,
      shippingMethod: quote.shipping?.method.name ?? null,
      settingsRevision: quote.settingsRevision,
      paymentId: newId<PaymentId>(),
      paymentProvider: command.method?.provider ?? services.providers.first.name,
      shippingAddress: address,
      customerNote: command.customerNote,
      metadata: command.metadata,
      expiresAt: sql`now() + ${holdMs(services, command)} * interval '1 millisecond'`,
      workDueAt: sql`now() + ${workLeaseMs} * interval '1 millisecond'`,
    })
    .returning();
  if (order === undefined) throw new Error("An order was not written.");
  return order;
}

/** A guest who does not pay at once is given less time until a payment begins. */
function holdMs({ orderTtlMs, limits }: Services, { userId, method }: PlaceOrderCommand): number {
  const isShort = userId === null && method === undefined && limits.guests !== undefined;
  return isShort ? Math.min(orderTtlMs, limits.guests.holdMs) : orderTtlMs;
}

function insertItems(
  tx: Tx,
  order: Order,
  lines: readonly OrderLine[],
  ids: readonly OrderItemId[],
  { items }: PricedOrder,
): Promise<OrderItem[]> {
  return tx
    .insert(orderItems)
    .values(
      lines.flatMap(({ variant, quantity, position, cartItemId }, index) => {
        const [id, price] = [ids[index], items[index]];
        if (id === undefined || price === undefined) throw new Error("A line has no price.");
        return {
          id,
          cartItemId,
          orderId: order.id,
          position,
          productId: variant.productId,
          variantId: variant.variantId,
          productName: variant.productName,
          variantName: variant.variantName,
          sku: variant.sku,
          productImageUrl: variant.imageUrl,
          currency: order.currency,
          marketPriceMinor: variant.unitPrice.minorUnits,
          quantity,
          ...price,
          taxClass: variant.taxClass,
          weightGrams: variant.weightGrams,
          categoryIds: [...variant.categoryIds],
          isReturnable: variant.isReturnable,
        };
      }),
    )
    .returning();
}

/** Holds the cart's lines for the order, unless the cart was changed, claimed or checked out since it was read. */
async function holdCart(tx: Tx, cart: Cart, orderId: OrderId): Promise<boolean> {
  const held = await tx
    .update(carts)
    .set({ checkoutOrderId: orderId })
    .where(
      and(
        eq(carts.id, cart.id),
        eq(carts.version, cart.version),
        isNull(carts.checkoutOrderId),
        isNull(carts.claimedBy),
      ),
    )
    .returning({ id: carts.id });
  return held.length === 1;
}
