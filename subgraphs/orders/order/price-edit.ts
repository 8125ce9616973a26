import { eq } from "drizzle-orm";
import { type DiscountId, discountRedemptions, type EditedLine, type EditedPrice } from "#drizzle/orders/tables.ts";
import type { Db } from "#platform/database/database.ts";
import type { OrderId } from "#platform/shop/ids.ts";
import type { PostalAddress } from "#platform/shop/input.ts";
import type { Market } from "../clients/products-client.ts";
import { buyerKey } from "../discount/discount-candidates.ts";
import type { DiscountUse } from "../discount/discount-uses.ts";
import { loadQuote } from "../quote/load-quote.ts";
import type { Quote, QuoteProblem } from "../quote/quote.ts";
import { usesOf } from "../quote/quote-uses.ts";
import type { Services } from "../services.ts";
import { checkoutError, discountError, type UserError } from "../shared/user-errors.ts";
import { parseVatNumber } from "../tax/vat-number.ts";
import type { Order, OrderItem } from "./order.ts";
import { type ItemPrice, type PricedOrder, pricedOrder } from "./order-price.ts";

/** What an edited order costs: its lines with their prices, its sums, and the uses of discounts that it takes and gives back. */
export type EditPrice = {
  readonly lines: readonly EditedLine[];
  readonly priced: PricedOrder;
  readonly taken: readonly DiscountUse[];
  readonly givenBackIds: readonly DiscountId[];
  readonly buyer: string;
  readonly quote: Quote;
};

/**
 * Prices an order anew, by the discounts, tax rates and shipping rates that held when it was placed, with its own codes, way of shipping and VAT
 * number. What has been used of the discounts' limits is judged by now.
 *
 * @param change a new address, and the countries that the order's market serves by now: it may not serve the new one.
 */
export async function priceEdit(
  services: Services,
  order: Order,
  lines: readonly EditedLine[],
  change: { readonly address: PostalAddress; readonly countries: readonly string[] } | undefined,
): Promise<EditPrice | { userErrors: readonly UserError[] }> {
  const redemptions = await readRedemptions(services.db, order.id);
  const held = redemptions.filter(({ releasedAt }) => releasedAt === null).map(({ discountId }) => discountId);
  const buyer = redemptions[0]?.buyer ?? buyerKey(services.tokenKey, order.email ?? order.id);
  const quote = await loadQuote(services, {
    moment: { revision: order.settingsRevision, now: order.createdAt },
    isPast: true,
    market: marketOf(order, change?.countries ?? []),
    currency: order.currency,
    lines: lines.map((line) => ({
      productId: line.productId,
      categoryIds: line.categoryIds ?? [],
      unitPrice: BigInt(line.marketPriceMinor ?? line.unitPriceMinor),
      quantity: line.quantity,
      taxClass: line.taxClass ?? "standard",
      weightGrams: line.weightGrams ?? null,
    })),
    destination: change?.address ?? order.shippingAddress,
    shippingOptionId: order.shippingMethodId ?? undefined,
    businessOf: order.vatNumber === null ? undefined : parseVatNumber(order.vatNumber)?.memberState,
    codes: redemptions.flatMap(({ code }) => code ?? []),
    buyer,
    heldIds: new Set(held),
  });
  const userErrors = [...problemErrors(quote.problem), ...usedUpErrors(quote)];
  if (userErrors.length > 0) return { userErrors };
  const priced = pricedOrder(
    quote,
    lines.map(({ id }) => id),
  );
  const uses = usesOf(quote.discounts);
  return {
    lines: lines.map((line, index) => ({ ...line, ...storedItemPrice(priced.items[index]) })),
    priced,
    taken: uses.filter(({ discountId }) => !held.includes(discountId)),
    givenBackIds: held.filter((id) => !uses.some(({ discountId }) => discountId === id)),
    buyer,
    quote,
  };
}

function readRedemptions(db: Db, orderId: OrderId) {
  return db.select().from(discountRedemptions).where(eq(discountRedemptions.orderId, orderId));
}

/** The order's market, as far as a price depends on it. Without countries it serves every address. */
function marketOf(order: Order, countries: readonly string[]): Market {
  const { marketId: id, currency, language, marketIncludesTax: pricesIncludeTax } = order;
  return { id, currency, countries, languages: [language], pricesIncludeTax };
}

function problemErrors(problem: QuoteProblem | undefined): UserError[] {
  switch (problem) {
    case undefined:
    // The order was placed without shipping, when the market had no prices for it.
    case "SHIPPING_OPTION_REQUIRED":
      return [];
    case "MARKET_UNAVAILABLE":
      return [checkoutError(problem, "The order's market does not deliver to that country.", ["address", "country"])];
    case "SHIPPING_UNAVAILABLE":
      return [checkoutError(problem, "The order's shipping method is not available after this change.")];
  }
}

/** A code that applies again takes a use, and without one left the edit is not made. */
function usedUpErrors({ discounts }: Quote): UserError[] {
  return discounts.flatMap(({ status, candidate: { code } }) =>
    code !== null && status === "USED_UP"
      ? [discountError("DISCOUNT_USED_UP", `The code ${code} is used up.`, code)]
      : [],
  );
}

/** The errors for codes of which no use is left; none for automatic discounts, without which the edit is priced again. */
export function lostUseErrors({ taken }: EditPrice, lostIds: readonly DiscountId[]): UserError[] {
  return taken.flatMap(({ discountId, code }) =>
    code !== null && lostIds.includes(discountId)
      ? [discountError("DISCOUNT_USED_UP", `The code ${code} is used up.`, code)]
      : [],
  );
}

function storedItemPrice(price: ItemPrice | undefined): Pick<Required<EditedLine>, keyof ItemPrice> {
  if (price === undefined) throw new Error("A line has no price.");
  return {
    ...price,
    unitPriceMinor: price.unitPriceMinor.toString(),
    discountMinor: price.discountMinor.toString(),
    taxMinor: price.taxMinor.toString(),
    totalMinor: price.totalMinor.toString(),
  };
}

/** The price as an edit stores it. */
export function storedPrice({ priced, taken, givenBackIds }: EditPrice): EditedPrice {
  const { sums } = priced;
  return {
    sums: {
      subtotalMinor: sums.subtotalMinor.toString(),
      discountMinor: sums.discountMinor.toString(),
      shippingMinor: sums.shippingMinor.toString(),
      shippingDiscountMinor: sums.shippingDiscountMinor.toString(),
      shippingTaxMinor: sums.shippingTaxMinor.toString(),
      taxMinor: sums.taxMinor.toString(),
      totalMinor: sums.totalMinor.toString(),
    },
    pricesIncludeTax: priced.pricesIncludeTax,
    taxes: priced.taxes,
    allocations: priced.allocations,
    takenIds: taken.map(({ discountId }) => discountId),
    givenBackIds,
  };
}

/** An order's line as edits have it. */
export function editedLine(item: OrderItem): EditedLine {
  return {
    id: item.id,
    position: item.position,
    productId: item.productId,
    variantId: item.variantId,
    productName: item.productName,
    variantName: item.variantName,
    sku: item.sku,
    productImageUrl: item.productImageUrl,
    unitPriceMinor: item.unitPriceMinor.toString(),
    marketPriceMinor: item.marketPriceMinor.toString(),
    quantity: item.quantity,
    taxClass: item.taxClass,
    weightGrams: item.weightGrams,
    categoryIds: item.categoryIds,
    isReturnable: item.isReturnable,
  };
}
