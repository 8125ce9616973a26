import DataLoader from "dataloader";
import { sql } from "drizzle-orm";
import { cartItems } from "#drizzle/orders/tables.ts";
import { type Db, withDeadline } from "#platform/database/database.ts";
import { ApiError } from "#platform/shop/api-error.ts";
import { type Money, moneyOutput } from "#platform/shop/money.ts";
import type { CatalogueAnswer } from "../clients/products-client.ts";
import type { Services } from "../services.ts";
import type { Cart, CartItem } from "./cart.ts";

/** What the catalogue says of cart lines today; `away` when it does not answer. */
export type CartPrices = DataLoader<CartItem, CatalogueAnswer | "away", string>;

/** The gateway waits 5 s for a read: a catalogue that hangs must not take the cart, whose last prices are known, along with it. */
const catalogueWaitMsMax = 2_500;

/** One question for all the lines of a request. The prices seen are kept, for when the catalogue is away. */
export function makeCartPrices({ db, catalogue, log }: Services): CartPrices {
  return new DataLoader(
    async (items): Promise<(CatalogueAnswer | "away")[]> => {
      try {
        const answers = await withDeadline(catalogue.orderable(items), catalogueWaitMsMax);
        await keepSeen(db, items, answers);
        return answers;
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        log.warn({ err: error }, "The catalogue is away; a cart shows the last prices seen.");
        return items.map(() => "away" as const);
      }
    },
    { cacheKeyFn: ({ id }) => id, maxBatchSize: 1_000 },
  );
}

async function keepSeen(db: Db, items: readonly CartItem[], answers: readonly CatalogueAnswer[]): Promise<void> {
  const news = items.flatMap(({ id, productName, seenPriceMinor, currency }, index) => {
    const answer = answers[index];
    if (answer?.outcome !== "ORDERABLE" || answer.variant.unitPrice.currency !== currency) return [];
    const { variant } = answer;
    const price = variant.unitPrice.minorUnits;
    return price === seenPriceMinor && variant.productName === productName
      ? []
      : [{ id, price: price.toString(), name: variant.productName }];
  });
  if (news.length === 0) return;
  await db.execute(sql`
    update ${cartItems} set seen_price_minor = news.price, product_name = news.name
    from json_to_recordset(${JSON.stringify(news)}::json) as news(id uuid, price bigint, name text)
    where ${cartItems.id} = news.id`);
}

/** What a line costs today, in its cart's currency; the last price seen when the catalogue does not tell one. */
export function unitPrice(item: CartItem, answer: CatalogueAnswer | "away"): Money {
  const today = orderablePrice(answer);
  const { currency, seenPriceMinor } = item;
  return today?.currency === currency ? today : { minorUnits: seenPriceMinor, currency };
}

function orderablePrice(answer: CatalogueAnswer | "away"): Money | undefined {
  return answer !== "away" && answer.outcome === "ORDERABLE" ? answer.variant.unitPrice : undefined;
}

/** What a cart's lines cost together. */
export function subtotal(
  items: readonly CartItem[],
  answers: readonly (CatalogueAnswer | "away")[],
  cart: Cart,
): Money {
  const minorUnits = items.reduce(
    (sum, item, index) => sum + unitPrice(item, answers[index] ?? "away").minorUnits * BigInt(item.quantity),
    0n,
  );
  return { minorUnits, currency: cart.currency };
}

/** What stands in the way of a checkout, and prices that changed since the buyer took note of them. */
export type CartProblem =
  | { readonly __typename: "CartItemInsufficientStock"; readonly item: CartItem; readonly availableQuantity: number }
  | { readonly __typename: "CartItemUnavailable"; readonly item: CartItem }
  | {
      readonly __typename: "CartItemPriceChanged";
      readonly item: CartItem;
      readonly oldPrice: { amount: string; currencyCode: string };
      readonly newPrice: { amount: string; currencyCode: string };
    };

/** The problems of a cart. @throws {ApiError} SUBGRAPH_UNAVAILABLE while the catalogue is away. */
export function cartProblems(
  items: readonly CartItem[],
  answers: readonly (CatalogueAnswer | "away")[],
): CartProblem[] {
  return items.flatMap((item, index): CartProblem[] => {
    const answer = answers[index] ?? "away";
    if (answer === "away") throw new ApiError("SUBGRAPH_UNAVAILABLE", "The catalogue is away.");
    const today = orderablePrice(answer);
    if (answer.outcome !== "ORDERABLE" || today?.currency !== item.currency) {
      return [{ __typename: "CartItemUnavailable", item }];
    }
    const available = answer.variant.quantityAvailable;
    const short: CartProblem[] =
      available < item.quantity
        ? [{ __typename: "CartItemInsufficientStock", item, availableQuantity: Math.max(0, available) }]
        : [];
    if (today.minorUnits === item.notedPriceMinor) return short;
    const oldPrice = moneyOutput({ minorUnits: item.notedPriceMinor, currency: item.currency });
    return [...short, { __typename: "CartItemPriceChanged", item, oldPrice, newPrice: moneyOutput(today) }];
  });
}
