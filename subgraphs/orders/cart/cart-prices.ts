import DataLoader from "dataloader";
import { sql } from "drizzle-orm";
import { cartItems } from "#drizzle/orders/tables.ts";
import { type Db, withDeadline } from "#platform/database/database.ts";
import { ApiError } from "#platform/shop/api-error.ts";
import { unitsPerLineMax } from "#platform/shop/limits.ts";
import { type Money, moneyOutput } from "#platform/shop/money.ts";
import type { LineAvailability, ProductsClient } from "../clients/products-client.ts";
import type { Services } from "../services.ts";
import type { Cart, CartItem } from "./cart.ts";

/** Today's availability and price of cart lines; `unavailable` if the products subgraph does not respond. */
export type CartPrices = DataLoader<CartItem, LineAvailability | "unavailable", string>;

/** The gateway waits 5 s for a query. A cart with the last prices seen is better than none, so products gets half of that. */
const productsWaitMsMax = 2_500;

/** A loader that looks up all lines of a request at once, and stores the prices for times when products is unavailable. */
export function makeCartPrices({ db, products, log }: Services): CartPrices {
  return new DataLoader(
    async (items): Promise<(LineAvailability | "unavailable")[]> => {
      try {
        const lines = await withDeadline(findByMarket(products, items), productsWaitMsMax);
        await saveSeenPrices(db, items, lines);
        return lines;
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        log.warn({ err: error }, "The products subgraph is unavailable; a cart shows the last prices seen.");
        return items.map(() => "unavailable" as const);
      }
    },
    { cacheKeyFn: ({ id }) => id, maxBatchSize: 1_000 },
  );
}

/** The lines of a request are usually those of one cart. */
async function findByMarket(products: ProductsClient, items: readonly CartItem[]): Promise<LineAvailability[]> {
  const found = new Map<CartItem, LineAvailability>();
  for (const [marketId, ofMarket] of Map.groupBy(items, (item) => item.marketId)) {
    const lines = await products.findOrderable(ofMarket, marketId);
    for (const [index, item] of ofMarket.entries()) found.set(item, lines[index] ?? { outcome: "UNAVAILABLE" });
  }
  return items.map((item) => found.get(item) ?? { outcome: "UNAVAILABLE" });
}

async function saveSeenPrices(db: Db, items: readonly CartItem[], lines: readonly LineAvailability[]): Promise<void> {
  const changes = items.flatMap(({ id, productName, seenPriceMinor, currency, cartCurrency }, index) => {
    const line = lines[index];
    if (line?.outcome !== "ORDERABLE" || line.variant.unitPrice.currency !== cartCurrency) return [];
    const { variant } = line;
    const price = variant.unitPrice.minorUnits;
    return price === seenPriceMinor && variant.productName === productName && currency === cartCurrency
      ? []
      : [{ id, price: price.toString(), name: variant.productName }];
  });
  if (changes.length === 0) return;
  await db.execute(sql`
    update ${cartItems} set seen_price_minor = change.price, product_name = change.name, price_currency = null,
      noted_price_minor = case when price_currency is null then noted_price_minor else change.price end
    from json_to_recordset(${JSON.stringify(changes)}::json) as change(id uuid, price bigint, name text)
    where ${cartItems.id} = change.id`);
}

/** A line's price today, in its cart's currency; the last price seen if there is none today, in the currency that it had. */
export function unitPrice(item: CartItem, line: LineAvailability | "unavailable"): Money {
  const today = orderablePrice(line);
  const { currency, cartCurrency, seenPriceMinor } = item;
  return today?.currency === cartCurrency ? today : { minorUnits: seenPriceMinor, currency };
}

function orderablePrice(line: LineAvailability | "unavailable"): Money | undefined {
  return line !== "unavailable" && line.outcome === "ORDERABLE" ? line.variant.unitPrice : undefined;
}

/** The sum of a cart's lines, but for those that its market does not sell. */
export function subtotal(
  items: readonly CartItem[],
  lines: readonly (LineAvailability | "unavailable")[],
  cart: Cart,
): Money {
  const minorUnits = items.reduce((sum, item, index) => {
    const line = lines[index] ?? "unavailable";
    if (line !== "unavailable" && line.outcome === "NOT_IN_MARKET") return sum;
    const price = unitPrice(item, line);
    return price.currency === cart.currency ? sum + price.minorUnits * BigInt(item.quantity) : sum;
  }, 0n);
  return { minorUnits, currency: cart.currency };
}

/** An obstacle to the checkout, or a price that changed since the buyer last saw it. */
export type CartProblem =
  | { readonly __typename: "CartItemInsufficientStock"; readonly item: CartItem; readonly availableQuantity: number }
  | { readonly __typename: "CartItemUnavailable"; readonly item: CartItem }
  | {
      readonly __typename: "CartItemPriceChanged";
      readonly item: CartItem;
      readonly oldPrice: { amount: string; currencyCode: string };
      readonly newPrice: { amount: string; currencyCode: string };
    };

/** The problems of a cart, in the order of its lines. @throws {ApiError} SUBGRAPH_UNAVAILABLE if products is unavailable. */
export function cartProblems(
  items: readonly CartItem[],
  lines: readonly (LineAvailability | "unavailable")[],
): CartProblem[] {
  return items.flatMap((item, index): CartProblem[] => {
    const line = lines[index] ?? "unavailable";
    if (line === "unavailable")
      throw new ApiError("SUBGRAPH_UNAVAILABLE", "Prices and stock are temporarily unavailable.");
    const today = orderablePrice(line);
    if (line.outcome !== "ORDERABLE" || today?.currency !== item.cartCurrency) {
      return [{ __typename: "CartItemUnavailable", item }];
    }
    const available = line.variant.quantityAvailable;
    const short: CartProblem[] =
      available < item.quantity || item.isCapped
        ? [
            {
              __typename: "CartItemInsufficientStock",
              item,
              availableQuantity: Math.max(0, Math.min(available, unitsPerLineMax)),
            },
          ]
        : [];
    if (today.minorUnits === item.notedPriceMinor || item.currency !== item.cartCurrency) return short;
    const oldPrice = moneyOutput({ minorUnits: item.notedPriceMinor, currency: item.currency });
    return [...short, { __typename: "CartItemPriceChanged", item, oldPrice, newPrice: moneyOutput(today) }];
  });
}
