import DataLoader from "dataloader";
import type { ShippingMethodId } from "#drizzle/orders/tables.ts";
import { ApiError } from "#platform/shop/api-error.ts";
import type { CartId, CartItemId } from "#platform/shop/ids.ts";
import { defaultMarketId } from "#platform/shop/market.ts";
import type { LineAvailability, Market } from "../clients/products-client.ts";
import type { TaxAddress } from "../pricing/tax-calculator.ts";
import { loadQuote } from "../quote/load-quote.ts";
import type { Quote } from "../quote/quote.ts";
import type { Services } from "../services.ts";
import { type Cart, type CartItem, settingsMoment } from "./cart.ts";
import type { CartPrices } from "./cart-prices.ts";

/** What a cart would cost. */
export type CartQuote = {
  readonly quote: Quote;
  /** The lines that it is about, in its order: those that can be ordered. */
  readonly itemIds: readonly CartItemId[];
};

/** What a cart's price depends on besides its lines. */
export type CartFacts = Pick<Cart, "marketId" | "currency" | "discountCodes">;

/** What the buyer has chosen so far. */
export type CartChoices = {
  readonly destination?: TaxAddress | undefined;
  readonly shippingOptionId?: ShippingMethodId | undefined;
  readonly businessOf?: string | undefined;
};

/**
 * Prices a cart as checkoutComplete would now.
 *
 * @throws {ApiError} SUBGRAPH_UNAVAILABLE if products is unavailable.
 */
export async function quoteCart(
  services: Services,
  cart: CartFacts,
  items: readonly CartItem[],
  lines: readonly (LineAvailability | "unavailable")[],
  choices: CartChoices = {},
): Promise<CartQuote> {
  if (lines.includes("unavailable")) {
    throw new ApiError("SUBGRAPH_UNAVAILABLE", "Prices and stock are temporarily unavailable.");
  }
  const orderable = items.flatMap((item, index) => {
    const line = lines[index];
    if (line === undefined || line === "unavailable" || line.outcome !== "ORDERABLE") return [];
    return line.variant.unitPrice.currency === cart.currency ? [{ item, ...line }] : [];
  });
  const market = orderable[0]?.market ?? (await findMarket(services, cart));
  const [first] = items;
  const quote = await loadQuote(services, {
    moment: first === undefined ? await services.settings.moment() : settingsMoment(first),
    market,
    currency: cart.currency,
    lines: orderable.map(({ item, variant }) => ({
      ...variant,
      unitPrice: variant.unitPrice.minorUnits,
      quantity: item.quantity,
    })),
    destination: choices.destination,
    shippingOptionId: choices.shippingOptionId,
    businessOf: choices.businessOf,
    codes: cart.discountCodes,
    buyer: undefined,
  });
  return { quote, itemIds: orderable.map(({ item }) => item.id) };
}

/** What carts would cost, as far as nothing is chosen. */
export type CartQuotes = DataLoader<CartFacts & { readonly id: CartId }, CartQuote, string>;

/** A loader of them, so that the fields of one request are about one quote. */
export function makeCartQuotes(
  services: Services,
  cartItems: DataLoader<CartId, readonly CartItem[]>,
  prices: CartPrices,
): CartQuotes {
  return new DataLoader(
    (carts) =>
      Promise.all(
        carts.map(async (cart) => {
          const items = await cartItems.load(cart.id);
          const lines = await Promise.all(items.map((item) => prices.load(item)));
          return quoteCart(services, cart, items, lines).catch((error: Error) => error);
        }),
      ),
    { cacheKeyFn: ({ id, marketId, discountCodes }) => [id, marketId, ...discountCodes].join(" ") },
  );
}

/** The market of a cart without lines that can be ordered. */
async function findMarket({ products }: Services, { marketId, currency }: CartFacts): Promise<Market> {
  const market = await products.findMarket(marketId);
  return market ?? { id: defaultMarketId, currency, countries: [], languages: [], pricesIncludeTax: false };
}
