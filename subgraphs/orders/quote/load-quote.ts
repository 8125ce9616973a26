import type { DiscountId } from "#drizzle/orders/tables.ts";
import { findCandidates } from "../discount/discount-candidates.ts";
import type { Services } from "../services.ts";
import type { SettingsMoment } from "../settings/settings.ts";
import { priceQuote, type Quote, type QuoteRequest } from "./quote.ts";

/** What is to be priced, before settings and discounts are looked up. */
export type QuoteQuery = Pick<
  QuoteRequest,
  "market" | "currency" | "lines" | "destination" | "shippingOptionId" | "businessOf"
> & {
  readonly moment: SettingsMoment;
  /** True: by the settings of that moment. False: by those of now, of which `moment` says how recent they have to be. */
  readonly isPast?: boolean;
  readonly codes: readonly string[];
  readonly buyer: string | undefined;
  readonly heldIds?: ReadonlySet<DiscountId>;
  readonly withoutIds?: ReadonlySet<DiscountId>;
};

/** Looks up the settings and discounts, and prices the order by them. */
export async function loadQuote({ db, settings: reader, taxes }: Services, query: QuoteQuery): Promise<Quote> {
  const { moment, isPast = false, codes, buyer, heldIds, withoutIds, ...request } = query;
  const settings = await (isPast ? reader.past(moment) : reader.recent(moment));
  const discounts = await findCandidates(db, {
    settings,
    codes,
    buyer,
    ...(heldIds === undefined ? {} : { heldIds }),
    ...(withoutIds === undefined ? {} : { withoutIds }),
  });
  return priceQuote({ ...request, settings, now: moment.now, discounts }, taxes);
}
