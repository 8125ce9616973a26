import { and, inArray, sql } from "drizzle-orm";
import { type DiscountId, orders } from "#drizzle/orders/tables.ts";
import type { OrderId } from "#platform/shop/ids.ts";
import { addressInput, idOrUndefined, notFoundError, type PostalAddress, parseInput } from "#platform/shop/input.ts";
import type { SignedIn } from "#platform/shop/viewer.ts";
import { giveBackUses, takeUses } from "../discount/discount-uses.ts";
import type { Services } from "../services.ts";
import { commitIf } from "../shared/commit-if.ts";
import { deadlineIn, retryOrTimeOut } from "../shared/deadline.ts";
import { checkoutError, type UserError } from "../shared/user-errors.ts";
import { awaitEdit } from "./edit-order.ts";
import { editedSums, replaceItems } from "./edited-items.ts";
import { changeableBy, changeOrder, findChangeable, type Order, orderMoney, readItems, scaledTotal } from "./order.ts";
import type { OrderPayload } from "./order-payload.ts";
import { replacePriceParts } from "./order-price.ts";
import { beforeShipping } from "./order-status.ts";
import { type EditPrice, editedLine, lostUseErrors, priceEdit, storedPrice } from "./price-edit.ts";
import { appendTimeline } from "./timeline.ts";
import { unchangedError } from "./version.ts";
import { paidForNothing, writeZeroTotal } from "./zero-total.ts";

/**
 * Changes the shipping address of an order that is not SHIPPED yet. While nothing is paid the order is priced anew, as an edit does; afterwards an
 * address that would change the total is ORDER_NOT_EDITABLE.
 *
 * @throws {ApiError} TIMEOUT if other changes of the order do not come to an end in time.
 */
export async function updateShippingAddress(
  services: Services,
  viewer: SignedIn,
  args: { orderId: string; address: unknown; expectedVersion?: number | null },
): Promise<OrderPayload> {
  const { db } = services;
  const parsed = parseInput(addressInput, args.address, ["address"]);
  if (!parsed.ok) return { userErrors: parsed.userErrors };
  const id = idOrUndefined<OrderId>(args.orderId);
  const deadline = deadlineIn();
  return retryOrTimeOut(deadline, async (): Promise<OrderPayload | undefined> => {
    const order = await findChangeable(db, viewer, id);
    if (order === undefined) return { userErrors: [notFoundError(["orderId"])] };
    if (order.edit !== null) {
      await awaitEdit(services, order.id, deadline);
      return undefined;
    }
    const unchanged = unchangedError(order, args.expectedVersion) ?? statusError(order);
    if (unchanged !== undefined) return { userErrors: [unchanged] };
    const price = await priceAt(services, order, parsed.value);
    if ("userErrors" in price) return { userErrors: price.userErrors };
    const written = await writeAddress(services, viewer, order, parsed.value, isUnpaid(order) ? price : undefined);
    if (written === undefined || !("lostIds" in written)) {
      return written === undefined ? undefined : { order: written, userErrors: [] };
    }
    const userErrors = lostUseErrors(price, written.lostIds);
    return userErrors.length > 0 ? { userErrors } : undefined;
  });
}

function statusError({ status }: Order): UserError | undefined {
  return beforeShipping.includes(status)
    ? undefined
    : notEditable("The shipping address can only be changed before the order is shipped.");
}

function notEditable(message: string): UserError {
  return checkoutError("ORDER_NOT_EDITABLE", message, ["orderId"]);
}

/** Nothing is paid, and no payment that may succeed is under way. */
function isUnpaid({ paymentStatus }: Order): boolean {
  return paymentStatus === "UNPAID" || paymentStatus === "FAILED";
}

/** What the order costs at the new address, or why it cannot be sent there. */
async function priceAt(
  services: Services,
  order: Order,
  address: PostalAddress,
): Promise<EditPrice | { userErrors: readonly UserError[] }> {
  const market = await services.products.findMarket(order.marketId);
  const lines = (await readItems(services.db, [order.id])).map(editedLine);
  const price = await priceEdit(services, order, lines, { address, countries: market?.countries ?? [] });
  if ("userErrors" in price || isUnpaid(order) || price.priced.sums.totalMinor === order.totalMinor) return price;
  return { userErrors: [notEditable("This address would change the total, which is paid or being paid.")] };
}

/** undefined if the order was changed since it was read. */
async function writeAddress(
  { db }: Services,
  viewer: SignedIn,
  order: Order,
  shippingAddress: PostalAddress,
  price: EditPrice | undefined,
): Promise<Order | { readonly lostIds: readonly DiscountId[] } | undefined> {
  const condition = and(
    changeableBy(viewer),
    inArray(orders.status, [...beforeShipping]),
    sql`${orders.version} = ${order.version} and ${orders.edit} is null
      and ${orders.paymentStatus} = ${order.paymentStatus}`,
  );
  return commitIf(
    db,
    async (tx) => {
      const stored = price === undefined ? undefined : storedPrice(price);
      const sums = price === undefined ? undefined : editedSums(price.lines, stored);
      const isPaid = sums?.totalMinor === 0n && order.status === "PENDING" && order.stockStatus === "RESERVED";
      const changed = await changeOrder(tx, order.id, condition, {
        shippingAddress,
        ...(sums === undefined || price === undefined
          ? {}
          : {
              ...sums,
              pricesIncludeTax: price.priced.pricesIncludeTax,
              totalScaled: scaledTotal(orderMoney(order, sums.totalMinor)),
            }),
        ...(isPaid ? { ...paidForNothing, sequence: sql`${orders.sequence} + 1` } : {}),
      });
      if (changed === undefined) return undefined;
      if (price !== undefined && stored !== undefined) {
        await replaceItems(tx, order, price.lines);
        await replacePriceParts(tx, order.id, stored);
        await giveBackUses(tx, order.id, price.givenBackIds);
        const lostIds = await takeUses(tx, order.id, price.buyer, price.taken);
        if (lostIds.length > 0) return { lostIds };
      }
      await appendTimeline(tx, order.id, [{ type: "ADDRESS_CHANGED", actorId: viewer.id }]);
      if (isPaid) await writeZeroTotal(tx, changed.order);
      return changed.order;
    },
    (result) => result !== undefined && !("lostIds" in result),
  );
}
