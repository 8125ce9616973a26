import type { DiscountId } from "#drizzle/orders/tables.ts";
import { notFoundError, type PostalAddress } from "#platform/shop/input.ts";
import type { Money } from "#platform/shop/money.ts";
import type { Market } from "../clients/products-client.ts";
import { countGuesses } from "../discount/code-guesses.ts";
import { buyerKey, codeKey } from "../discount/discount-candidates.ts";
import { orderMoney } from "../order/order.ts";
import { loadQuote, type QuoteQuery } from "../quote/load-quote.ts";
import type { Quote, QuoteProblem } from "../quote/quote.ts";
import type { Services } from "../services.ts";
import type { SettingsMoment } from "../settings/settings.ts";
import {
  checkoutError,
  currencyMismatchError,
  discountError,
  priceChangedError,
  type UserError,
} from "../shared/user-errors.ts";
import { type VerifiedVatNumber, verifyVatNumber } from "../tax/vat-number.ts";
import type { OrderLine, PlaceOrderCommand } from "./write-order.ts";

/** Lines to be ordered, with what their price depends on. */
export type PriceableLines = {
  readonly lines: readonly OrderLine[];
  readonly market: Market;
  /** The discount codes that were entered. */
  readonly codes: readonly string[];
  /** They were entered with the order, and not into a cart before. */
  readonly areCodesNew: boolean;
  /** How recent the settings have to be. */
  readonly moment: SettingsMoment;
};

/** Who buys, and where it is sent. */
type Recipient = { readonly email: string; readonly accountEmail: string | undefined; readonly address: PostalAddress };

/** What the lines cost, for whom uses of discounts are counted, and the VAT number that the price depends on. */
export type PricedLines = {
  readonly quote: Quote;
  readonly buyer: string;
  readonly vatNumber: VerifiedVatNumber | undefined;
};

/**
 * Prices the lines of an order that is about to be placed.
 *
 * @returns user errors if it cannot be placed at its price.
 * @throws {ApiError} RATE_LIMITED for too many unknown VAT numbers or codes from one address.
 */
export async function priceLines(
  services: Services,
  command: PlaceOrderCommand,
  { lines, market, codes, areCodesNew, moment }: PriceableLines,
  { email, accountEmail, address }: Recipient,
): Promise<PricedLines | { readonly userErrors: readonly UserError[] }> {
  const vatNumber =
    command.vatNumber === undefined
      ? undefined
      : await verifyVatNumber(services, command.vatNumber, command.clientAddress);
  const countsUses = codes.length > 0 || (await hasLimitedDiscounts(services, moment));
  const account =
    accountEmail ??
    (countsUses && command.userId !== null ? (await services.users.findBuyer(command.userId))?.email : undefined);
  const buyer = buyerKey(services.tokenKey, account ?? email);
  const [first] = lines;
  const query: QuoteQuery = {
    moment,
    market,
    currency: first?.variant.unitPrice.currency ?? market.currency,
    lines: lines.map(({ variant, quantity }) => ({ ...variant, unitPrice: variant.unitPrice.minorUnits, quantity })),
    destination: address,
    shippingOptionId: command.shippingOptionId,
    businessOf: vatNumber?.memberState,
    codes,
    buyer,
  };
  const makeQuote = async () => {
    const quote = await loadQuote(services, query);
    const known = new Set(quote.discounts.map(({ candidate: { code } }) => (code === null ? "" : codeKey(code))));
    const unknownCodes = codes.flatMap((code, index) => (known.has(codeKey(code)) ? [] : [index]));
    return { value: { quote, unknownCodes }, isGuess: unknownCodes.length > 0 };
  };
  const { quote, unknownCodes } =
    areCodesNew && codes.length > 0
      ? await countGuesses(services, command.clientAddress, codes.length, makeQuote)
      : (await makeQuote()).value;
  const unknown = unknownCodes.map((index) => notFoundError(["discountCodes", index], "There is no such code."));
  const userErrors = unknown.length > 0 ? unknown : quoteErrors(quote, command.expectedTotal);
  return userErrors.length > 0 ? { userErrors } : { quote, buyer, vatNumber };
}

/** A buyer's uses are those of the account, whose address is looked up only if uses are counted. */
async function hasLimitedDiscounts({ settings }: Services, moment: SettingsMoment): Promise<boolean> {
  const { automaticDiscounts } = await settings.recent(moment);
  return automaticDiscounts.some(
    ({ usageLimit, usageLimitPerBuyer }) => usageLimit !== null || usageLimitPerBuyer !== null,
  );
}

/** Why an order cannot be placed at its price: where it is sent, how it is shipped, a code, or the total that the buyer expects. */
function quoteErrors(quote: Quote, expected: Money | undefined): UserError[] {
  if (quote.problem !== undefined) return [problemError(quote.problem)];
  if (expected === undefined) return codeErrors(quote);
  const actual = orderMoney(quote, quote.price.total);
  if (expected.currency !== actual.currency) return [currencyMismatchError(["expectedTotal"])];
  return expected.minorUnits === actual.minorUnits ? [] : [priceChangedError(expected, actual)];
}

function problemError(problem: QuoteProblem): UserError {
  switch (problem) {
    case "MARKET_UNAVAILABLE":
      return checkoutError(problem, "This market does not deliver to that country.", ["shippingAddress", "country"]);
    case "SHIPPING_UNAVAILABLE":
      return checkoutError(problem, "This shipping method is not available for this address.", ["shippingOptionId"]);
    case "SHIPPING_OPTION_REQUIRED":
      return checkoutError(problem, "Choose a shipping method.", ["shippingOptionId"]);
  }
}

/** An order is not placed without a discount that its buyer counts on. */
function codeErrors({ discounts }: Quote): UserError[] {
  return discounts.flatMap(({ status, candidate: { code } }) => {
    if (code === null || status === "APPLIED") return [];
    return status === "USED_UP"
      ? [discountError("DISCOUNT_USED_UP", `The code ${code} is used up.`, code)]
      : [discountError("DISCOUNT_NOT_APPLICABLE", `The code ${code} does not apply to this order.`, code)];
  });
}

/** The errors for codes of which another order took the last use. */
export function lostCodeErrors({ discounts }: Quote, lostIds: readonly DiscountId[]): UserError[] {
  return discounts.flatMap(({ status, candidate: { discount, code } }) =>
    code !== null && status === "APPLIED" && lostIds.includes(discount.id)
      ? [discountError("DISCOUNT_USED_UP", `The code ${code} is used up.`, code)]
      : [],
  );
}
