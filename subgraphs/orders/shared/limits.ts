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
/** How long one request may take, waiting for other services included: less than the gateway waits. */
export const requestMsMax = 7_000;
/** How long a consumer may withdraw after the last delivery (Directive 2011/83/EU, Article 9). */
export const withdrawalDays = 14;
