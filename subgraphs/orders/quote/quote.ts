import type { ShippingMethodId } from "#drizzle/orders/tables.ts";
import type { CategoryId, ProductId } from "#platform/shop/ids.ts";
import type { CurrencyCode } from "#platform/shop/money.ts";
import type { Market } from "../clients/products-client.ts";
import { type DiscountCandidate, discountRule, type NotApplicable } from "../discount/discount-conditions.ts";
import { allocate } from "../pricing/allocate.ts";
import { chooseDiscounts } from "../pricing/choose-discounts.ts";
import { type DiscountedOrder, discountOrder, priceTaxed } from "../pricing/price-order.ts";
import type { DiscountRule, LineToPrice, OrderPrice, OrderToPrice } from "../pricing/pricing-model.ts";
import { priceWithoutTax } from "../pricing/reverse-charge.ts";
import type { TaxAddress, TaxableSale, TaxCalculator } from "../pricing/tax-calculator.ts";
import type { Settings } from "../settings/settings.ts";
import { hasShippingRates, type ShippingOption, shippingOptions, shippingPrice } from "../shipping/shipping-options.ts";
import { type TaxRules, taxRules } from "../tax/tax-rules.ts";

/** A line whose share of the total is asked for. */
export type QuoteLine = {
  readonly productId: ProductId;
  readonly categoryIds: readonly CategoryId[];
  /** In the market's price mode. */
  readonly unitPrice: bigint;
  readonly quantity: number;
  readonly taxClass: string;
  readonly weightGrams: number | null;
};

/** Everything that a quote depends on; nothing else is looked up. */
export type QuoteRequest = {
  readonly settings: Settings;
  readonly now: Date;
  readonly market: Market;
  /** The currency of the lines: the market's, or in the default market that of products which are priced in another. */
  readonly currency: CurrencyCode;
  readonly lines: readonly QuoteLine[];
  /** Where the order is sent; undefined while that is unknown. */
  readonly destination: TaxAddress | undefined;
  readonly shippingOptionId: ShippingMethodId | undefined;
  /** The member state of the buyer's verified VAT number. */
  readonly businessOf: string | undefined;
  readonly discounts: readonly DiscountCandidate[];
};

/** Why an address or a choice of shipping cannot be served. */
export type QuoteProblem = "MARKET_UNAVAILABLE" | "SHIPPING_UNAVAILABLE" | "SHIPPING_OPTION_REQUIRED";

/** What came of each discount that was asked for. */
export type DiscountOutcome = {
  readonly candidate: DiscountCandidate;
  readonly status: "APPLIED" | "NOT_COMBINABLE" | NotApplicable;
  readonly amount: bigint;
};

/** A way of shipping and its price. */
export type PricedOption = {
  readonly option: ShippingOption;
  readonly price: bigint;
  readonly minDays: number | null;
  readonly maxDays: number | null;
};

/** What an order would cost. */
export type Quote = {
  readonly price: OrderPrice;
  readonly currency: CurrencyCode;
  /** The settings that it was made by. */
  readonly settingsRevision: number;
  /** Whether the shop has tax rates. */
  readonly isTaxed: boolean;
  /** By line: the unit price that was charged. Without tax for a reverse charge. */
  readonly unitPrices: readonly bigint[];
  /** The first obstacle to an order: the market does not sell to its destination, nothing is shipped there, or no way of shipping is chosen. */
  readonly problem: QuoteProblem | undefined;
  /** The chosen way of shipping. */
  readonly shipping: ShippingOption | undefined;
  /** The ways of shipping to the destination; none while that is unknown. */
  readonly options: readonly PricedOption[];
  readonly discounts: readonly DiscountOutcome[];
};

/** Prices an order: discounts, shipping and tax. The same request has the same price, if the calculator has the same tax. */
export async function priceQuote(request: QuoteRequest, taxes: TaxCalculator): Promise<Quote> {
  const { settings, market, destination, lines } = request;
  const options = destination === undefined ? [] : findOptions(request, destination);
  const chosen = options.find(({ method }) => method.id === request.shippingOptionId);
  const isPickup = chosen?.method.isPickup === true;
  const home = { country: settings.tax.homeCountry, region: settings.tax.homeRegion };
  const place = isPickup ? home : (destination ?? { ...home, ...firstCountry(market, home.country) });
  const rules = taxRules(settings, place, request.now, isPickup ? undefined : request.businessOf);
  const unitPrices = lines.map(({ unitPrice, taxClass }) => netOf(unitPrice, rules, market, taxClass));
  const net = lines.map((line, index) => ({ ...line, unitPrice: unitPrices[index] ?? line.unitPrice }));
  const priceOf = (option: ShippingOption, goods: bigint) => optionPrice(option, goods, request, rules);
  const judged = request.discounts.map((candidate) => ({
    candidate,
    rule: discountRule(candidate, { marketId: market.id, currency: request.currency, now: request.now, lines: net }),
  }));
  const order: OrderToPrice = {
    lines: net.map(
      ({ unitPrice, quantity, taxClass }): LineToPrice => ({ unitPrice, quantity, tax: rules.ruleOf(taxClass) }),
    ),
    shipping:
      chosen === undefined || lines.length === 0
        ? null
        : {
            price: (goods) => priceOf(chosen, goods)?.price ?? 0n,
            tax: chosen.method.taxClass === null ? "goods" : rules.ruleOf(chosen.method.taxClass),
          },
    discounts: oncePerDiscount(judged.flatMap(({ rule }) => (typeof rule === "string" ? [] : [rule]))),
    pricesIncludeTax: market.pricesIncludeTax && rules.containedRate === undefined,
  };
  const discounted = discountOrder({ ...order, discounts: chooseDiscounts(order) });
  const price = priceTaxed(discounted, await taxes.calculate(taxableSale(request, discounted, place)));
  const goods = price.subtotal - price.lines.reduce((sum, { discount }) => sum + discount, 0n);
  const priced = options.flatMap((option): PricedOption[] => {
    const found = priceOf(option, goods);
    return found === undefined ? [] : [{ option, ...found }];
  });
  return {
    price,
    currency: request.currency,
    settingsRevision: settings.revision,
    isTaxed: settings.taxRates.length > 0,
    unitPrices,
    problem: destination === undefined ? undefined : findProblem(request, destination, priced),
    shipping: priced.find(({ option }) => option === chosen)?.option,
    options: priced,
    discounts: judged.map(({ candidate, rule }) => outcomeOf(candidate, rule, price)),
  };
}

function taxableSale(
  { lines, currency, now }: QuoteRequest,
  { taxable }: DiscountedOrder,
  address: TaxAddress,
): TaxableSale {
  const sold = lines.flatMap(({ productId, taxClass, quantity }, index) => {
    const line = taxable.lines[index];
    return line === undefined ? [] : [{ ...line, productId, taxClass, quantity }];
  });
  return { ...taxable, lines: sold, currency, address, now };
}

/** Two codes of one discount count once. */
function oncePerDiscount(rules: readonly DiscountRule[]): DiscountRule[] {
  return rules.filter((rule, index) => rules.findIndex(({ id }) => id === rule.id) === index);
}

function outcomeOf(
  candidate: DiscountCandidate,
  rule: DiscountRule | NotApplicable,
  price: OrderPrice,
): DiscountOutcome {
  if (typeof rule === "string") return { candidate, status: rule, amount: 0n };
  const applied = price.discounts.find(({ discount }) => discount === rule);
  return applied === undefined
    ? { candidate, status: "NOT_COMBINABLE", amount: 0n }
    : { candidate, status: "APPLIED", amount: applied.amount };
}

function firstCountry({ countries }: Market, homeCountry: string): TaxAddress | undefined {
  const [country] = countries;
  return country === undefined || country === homeCountry ? undefined : { country, region: null };
}

function serves({ countries }: Market, { country }: TaxAddress): boolean {
  return countries.length === 0 || countries.includes(country);
}

function findOptions({ settings, market, currency, lines }: QuoteRequest, destination: TaxAddress): ShippingOption[] {
  if (!serves(market, destination)) return [];
  const grams = lines.reduce((sum, { weightGrams, quantity }) => sum + (weightGrams ?? 0) * quantity, 0);
  return shippingOptions(settings, { marketId: market.id, currency, country: destination.country, grams });
}

function findProblem(
  { settings, market, shippingOptionId }: QuoteRequest,
  destination: TaxAddress,
  options: readonly PricedOption[],
): QuoteProblem | undefined {
  if (!serves(market, destination)) return "MARKET_UNAVAILABLE";
  if (!hasShippingRates(settings, market.id)) return undefined;
  if (options.length === 0) return "SHIPPING_UNAVAILABLE";
  if (shippingOptionId === undefined) return "SHIPPING_OPTION_REQUIRED";
  return options.some(({ option }) => option.method.id === shippingOptionId) ? undefined : "SHIPPING_UNAVAILABLE";
}

/** A catalogue price as it is charged: for a reverse charge, without the tax that it contains. */
function netOf(price: bigint, { containedRate }: TaxRules, { pricesIncludeTax }: Market, taxClass: string): bigint {
  return containedRate === undefined || !pricesIncludeTax ? price : priceWithoutTax(price, containedRate(taxClass));
}

/** The price of a way of shipping; undefined if the order reaches none of its tiers. */
function optionPrice(
  { method, rateFor }: ShippingOption,
  goods: bigint,
  { lines, market }: QuoteRequest,
  rules: TaxRules,
): Omit<PricedOption, "option"> | undefined {
  const rate = rateFor(goods);
  if (rate === undefined) return undefined;
  const { minDays, maxDays } = rate;
  const price = shippingPrice(rate, goods);
  if (rules.containedRate === undefined || !market.pricesIncludeTax) return { price, minDays, maxDays };
  if (method.taxClass !== null) return { price: netOf(price, rules, market, method.taxClass), minDays, maxDays };
  return { price: netLikeGoods(price, lines, rules.containedRate), minDays, maxDays };
}

/** Shipping that is taxed like the goods contains the tax of each of their rates, in proportion to their list amounts. */
function netLikeGoods(price: bigint, lines: readonly QuoteLine[], containedRate: (taxClass: string) => bigint): bigint {
  const weights = new Map<bigint, bigint>();
  for (const { unitPrice, quantity, taxClass } of lines) {
    const rate = containedRate(taxClass);
    weights.set(rate, (weights.get(rate) ?? 0n) + unitPrice * BigInt(quantity));
  }
  const rates = [...weights.keys()];
  const amounts = [...weights.values()];
  if (amounts.every((amount) => amount === 0n)) {
    return priceWithoutTax(
      price,
      rates.reduce((highest, rate) => (rate > highest ? rate : highest), 0n),
    );
  }
  return allocate(price, amounts).reduce((sum, part, index) => sum + priceWithoutTax(part, rates[index] ?? 0n), 0n);
}
