/** Notes by buyers and staff. */
export const noteCharactersMax = 2_000;
export const trackingNumberCharactersMax = 100;
/** The name of a carrier. */
export const carrierCharactersMax = 100;
/** A provider's token for a payment method. */
export const paymentTokenCharactersMax = 500;
/** The reference of a payment that was made outside the shop. */
export const referenceCharactersMax = 200;
/** A refund's reason. */
export const reasonCharactersMax = 500;
/** The text in a search for orders: as long as an email address can be. */
export const searchCharactersMax = 254;
/** Shorter parts of an email address cannot use the trigram index. */
export const searchEmailCharactersMin = 3;
/** How many declined charges cancel an order. */
export const declinesPerOrderMax = 10;
/** How long a cart is kept after its last change. */
export const cartKeptDays = 30;
/** How long a guest's cart is kept once it is empty. */
export const emptyCartKeptHours = 6;
/** How long idempotency keys are kept: longer than the 24 hours that are promised. */
export const keysKeptDays = 7;
/** Names of tax rates, shipping methods and discounts. */
export const settingNameCharactersMax = 100;
export const taxRatesPerCountryMax = 200;
/** Prices of one shipping method. */
export const shippingRatesMax = 500;
export const shippingDaysMax = 365;
/** Amounts of shipping rates, discounts and thresholds are below this many whole units of their currency. */
export const settingAmountWholeUnitsMax = 1_000_000_000_000n;
/** Codes that are added to a discount at once. */
export const codesPerCallMax = 1_000;
/** Products, categories, markets or amounts of one discount. */
export const discountIdsMax = 1_000;
export const discountPriorityMax = 1_000_000;
/** Units that a buy-X-get-Y counts. */
export const unitsOfDiscountMax = 1_000;
export const usageLimitMax = 1_000_000_000;
/** Codes of one cart or order. */
export const codesPerOrderMax = 5;
export const discountCodeCharactersMax = 50;
export const vatNumberCharactersMax = 20;
/** How long the response of a register about a VAT number holds. */
export const vatChecksKeptHours = 24;
/** How long one request may take, waiting for other services included: less than the gateway waits. */
export const requestMsMax = 7_000;
/** How long the address of a document's PDF is valid. */
export const pdfUrlSeconds = 900;
/** How long a consumer may withdraw after the last delivery (Directive 2011/83/EU, Article 9). */
export const withdrawalDays = 14;
