import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { Cart as CartModel, CartItem as CartItemModel, CartPayload as CartPayloadModel, CartProblem as CartProblemModel, DiscountPayload as DiscountPayloadModel, DiscountCode as DiscountCodeModel, DiscountCodeConnection as DiscountCodeConnectionModel, DiscountConnection as DiscountConnectionModel, ShipmentPayload as ShipmentPayloadModel, Shipment as ShipmentModel, ShipmentLine as ShipmentLineModel, Invoice as InvoiceModel, InvoiceConnection as InvoiceConnectionModel, Order as OrderModel, Payment as PaymentModel, OrderItem as OrderItemModel, OrderConnection as OrderConnectionModel, OrderPayload as OrderPayloadModel, OrderTotals as OrderTotalsModel, OrderEvent as OrderEventModel, OrderEventConnection as OrderEventConnectionModel, PaymentPayload as PaymentPayloadModel, PaymentTransaction as PaymentTransactionModel, Refund as RefundModel, RefundLine as RefundLineModel, ReturnPayload as ReturnPayloadModel, Return as ReturnModel, ReturnConnection as ReturnConnectionModel, ReturnLine as ReturnLineModel, Discount as DiscountModel, ShippingMethod as ShippingMethodModel, ShippingRate as ShippingRateModel, TaxRate as TaxRateModel, UserError as UserErrorModel, ShippingMethodPayload as ShippingMethodPayloadModel, TaxRatesPayload as TaxRatesPayloadModel, TaxSettingsPayload as TaxSettingsPayloadModel } from '../../subgraphs/orders/models.ts';
import type { Context } from '../../subgraphs/orders/context.ts';
export type Maybe<T> = T | null | undefined;
export type InputMaybe<T> = T | null;
export type Omit<T, K extends keyof T> = Pick<T, Exclude<keyof T, K>>;
export type RequireFields<T, K extends keyof T> = Omit<T, K> & { [P in K]-?: NonNullable<T[P]> };
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /** An ISO 3166-1 alpha-2 country code, such as "US". */
  CountryCode: { input: string; output: string; }
  /** An ISO 4217 currency code, such as "USD". The currency determines how many decimals an amount has. */
  CurrencyCode: { input: string; output: string; }
  /** An RFC 3339 timestamp in UTC with milliseconds, such as "2026-11-30T09:30:00.000Z". */
  DateTime: { input: string; output: Date; }
  /** An exact decimal number as a string, such as "79.99". */
  Decimal: { input: string; output: string; }
  /** An email address. Case is ignored when addresses are compared. */
  EmailAddress: { input: string; output: string; }
  /** A JSON object, at most 4 KiB. */
  JSONObject: { input: Record<string, unknown>; output: Record<string, unknown>; }
  /** A BCP 47 language tag, such as "de" or "pt-BR". */
  LanguageCode: { input: string; output: string; }
  /** An absolute http or https URL. */
  URL: { input: string; output: string; }
  _FieldSet: { input: string; output: string; }
};

/** A postal address. Orders keep a copy of it. */
export type Address = {
  __typename?: 'Address';
  /** City or town. */
  city?: Maybe<Scalars['String']['output']>;
  /** The recipient's company. */
  company?: Maybe<Scalars['String']['output']>;
  /** Country. */
  country: Scalars['CountryCode']['output'];
  /** Street and number. */
  line1: Scalars['String']['output'];
  /** Apartment, building or similar. */
  line2?: Maybe<Scalars['String']['output']>;
  /** The recipient's name. */
  name?: Maybe<Scalars['String']['output']>;
  /** Phone number for the carrier. */
  phone?: Maybe<Scalars['String']['output']>;
  /** Postal code. */
  postalCode?: Maybe<Scalars['String']['output']>;
  /** State, province or region. */
  region?: Maybe<Scalars['String']['output']>;
};

/** A postal address. */
export type AddressInput = {
  /** City or town. */
  city?: InputMaybe<Scalars['String']['input']>;
  /** The recipient's company. */
  company?: InputMaybe<Scalars['String']['input']>;
  /** Country. */
  country: Scalars['CountryCode']['input'];
  /** Street and number. */
  line1: Scalars['String']['input'];
  /** Apartment, building or similar. */
  line2?: InputMaybe<Scalars['String']['input']>;
  /** The recipient's name. */
  name?: InputMaybe<Scalars['String']['input']>;
  /** Phone number for the carrier. */
  phone?: InputMaybe<Scalars['String']['input']>;
  /** Postal code. */
  postalCode?: InputMaybe<Scalars['String']['input']>;
  /** State, province or region. */
  region?: InputMaybe<Scalars['String']['input']>;
};

/** Buy some units and get others cheaper. */
export type BuyXGetY = {
  __typename?: 'BuyXGetY';
  /** Units to buy. */
  buyQuantity: Scalars['Int']['output'];
  /** Units that are reduced then: the cheapest ones. */
  getQuantity: Scalars['Int']['output'];
  /** By how many percent they are reduced. */
  percentage: Scalars['Decimal']['output'];
};

/** Buy some units and get others cheaper. */
export type BuyXGetYInput = {
  /** Units to buy, from 1 to 1,000. */
  buyQuantity: Scalars['Int']['input'];
  /** Units that are reduced then, from 1 to 1,000. */
  getQuantity: Scalars['Int']['input'];
  /** By how many percent they are reduced, from 0 to 100. */
  percentage: Scalars['Decimal']['input'];
};

/** A shopping cart. A signed-in user has one; a guest's cart is found by its secret token. */
export type Cart = {
  __typename?: 'Cart';
  /** When it was created. */
  createdAt: Scalars['DateTime']['output'];
  /** The currency of all lines. The first line sets it. */
  currencyCode: Scalars['CurrencyCode']['output'];
  /**
   * The discount codes that were entered, at most 5, and what comes of each, as in `totals` without arguments. Null with an error while prices cannot be
   * read.
   */
  discountCodes?: Maybe<Array<CartDiscountCode>>;
  /** When the cart is deleted unless it is changed before. */
  expiresAt: Scalars['DateTime']['output'];
  /** Globally unique id. */
  id: Scalars['ID']['output'];
  /** The lines, in the order in which they were added; at most 100. */
  items: Array<CartItem>;
  /** Where the cart shops. */
  market?: Maybe<Market>;
  /** Obstacles to the checkout, and prices that changed. Null with an error if the catalogue is unavailable. */
  problems?: Maybe<Array<CartProblem>>;
  /** The ways of getting the cart to an address, at today's prices. Null with an error while prices cannot be read. */
  shippingOptions?: Maybe<Array<ShippingOption>>;
  /** The sum of the lines at today's prices, or at the last prices seen if the catalogue is unavailable. */
  subtotal: Money;
  /** The number of units over all lines. */
  totalQuantity: Scalars['Int']['output'];
  /**
   * What checkoutComplete would charge now. Without an address tax is estimated for the market's first country; without an option shipping is zero.
   * Items that cannot be ordered are left out. Null with an error while prices cannot be read.
   */
  totals?: Maybe<OrderTotals>;
  /** When it was last changed. */
  updatedAt: Scalars['DateTime']['output'];
  /** The user whose cart it is; null for a guest's. */
  user?: Maybe<User>;
  /** Increases with each change. */
  version: Scalars['Int']['output'];
};


/** A shopping cart. A signed-in user has one; a guest's cart is found by its secret token. */
export type CartShippingOptionsArgs = {
  address: AddressInput;
};


/** A shopping cart. A signed-in user has one; a guest's cart is found by its secret token. */
export type CartTotalsArgs = {
  shippingAddress?: InputMaybe<AddressInput>;
  shippingOptionId?: InputMaybe<Scalars['ID']['input']>;
  vatNumber?: InputMaybe<Scalars['String']['input']>;
};

/** A discount code that was entered into a cart. */
export type CartDiscountCode = {
  __typename?: 'CartDiscountCode';
  /** What it takes off. */
  amount: Money;
  /** The code, as the shop spells it. */
  code: Scalars['String']['output'];
  /** What comes of it. */
  status: DiscountCodeStatus;
};

/** A discount code of a cart. */
export type CartDiscountCodeInput = {
  /** The guest cart's token. Ignored for signed-in viewers. */
  cartToken?: InputMaybe<Scalars['String']['input']>;
  /** The code. Case does not matter. */
  code: Scalars['String']['input'];
};

/** A line of a cart: one variant and its quantity. */
export type CartItem = {
  __typename?: 'CartItem';
  /** When the line was added. */
  addedAt: Scalars['DateTime']['output'];
  /** What discounts take off the line, as in the cart's `totals` without arguments. Null with an error while prices cannot be read. */
  discounts?: Maybe<Array<DiscountAllocation>>;
  /** Globally unique id. */
  id: Scalars['ID']['output'];
  /** The product; null if it no longer exists. */
  product?: Maybe<Product>;
  /** The product's name when it was last seen. */
  productName: Scalars['String']['output'];
  /** The number of units, from 1 to 1,000. */
  quantity: Scalars['Int']['output'];
  /** `unitPrice` times `quantity`. */
  subtotal: Money;
  /** Today's price of one unit, or the last price seen if there is none today. */
  unitPrice: Money;
  /** The variant; null if it no longer exists. */
  variant?: Maybe<ProductVariant>;
};

/** An item to add to a cart. */
export type CartItemAddInput = {
  /** The guest cart's token. Ignored for signed-in viewers. */
  cartToken?: InputMaybe<Scalars['String']['input']>;
  /** Where a new cart shops; defaults to the default market. Ignored for an existing cart. */
  market?: InputMaybe<Scalars['ID']['input']>;
  /** Id of the product. */
  productId: Scalars['ID']['input'];
  /** How many units to add, from 1 to 1,000. */
  quantity: Scalars['Int']['input'];
  /** Id of the variant. Optional if the product has a default variant. */
  variantId?: InputMaybe<Scalars['ID']['input']>;
};

/** Fewer units are available than the line has. */
export type CartItemInsufficientStock = {
  __typename?: 'CartItemInsufficientStock';
  /** How many units are available. */
  availableQuantity: Scalars['Int']['output'];
  /** The line. */
  item: CartItem;
};

/** The price has changed since the buyer last changed the line. Not an obstacle; cartItemUpdate accepts the new price. */
export type CartItemPriceChanged = {
  __typename?: 'CartItemPriceChanged';
  /** The line. */
  item: CartItem;
  /** Today's price of one unit. */
  newPrice: Money;
  /** The price of one unit that the buyer saw. */
  oldPrice: Money;
};

/** A line to remove. */
export type CartItemRemoveInput = {
  /** The guest cart's token. Ignored for signed-in viewers. */
  cartToken?: InputMaybe<Scalars['String']['input']>;
  /** Id of the line. */
  itemId: Scalars['ID']['input'];
};

/** The line's variant is no longer on sale in the cart's currency. */
export type CartItemUnavailable = {
  __typename?: 'CartItemUnavailable';
  /** The line. */
  item: CartItem;
};

/** A new quantity of a line. */
export type CartItemUpdateInput = {
  /** The guest cart's token. Ignored for signed-in viewers. */
  cartToken?: InputMaybe<Scalars['String']['input']>;
  /** Id of the line. */
  itemId: Scalars['ID']['input'];
  /** The number of units, up to 1,000; 0 removes the line. */
  quantity: Scalars['Int']['input'];
};

/** A market for a cart. */
export type CartMarketSetInput = {
  /** The guest cart's token. Ignored for signed-in viewers. */
  cartToken?: InputMaybe<Scalars['String']['input']>;
  /** Id of the market. */
  market: Scalars['ID']['input'];
};

/** Which lines a user's cart has after a guest's cart is claimed. */
export type CartMergeStrategy =
  /** Adds the guest's quantities to the user's. */
  | 'MERGE'
  /** Keeps only the user's lines. */
  | 'USE_EXISTING'
  /** Keeps only the guest's lines. */
  | 'USE_GUEST';

/** The result of changing a cart. */
export type CartPayload = {
  __typename?: 'CartPayload';
  /** The cart as it is now; null if there are user errors. */
  cart?: Maybe<Cart>;
  /** The secret token of a guest's cart. Keep it: nothing else opens the cart. */
  cartToken?: Maybe<Scalars['String']['output']>;
  /** What the caller can act on; empty if all went well. */
  userErrors: Array<UserError>;
};

/** An obstacle to the checkout of a cart, or a price that changed. */
export type CartProblem = CartItemInsufficientStock | CartItemPriceChanged | CartItemUnavailable;

/** A checkout. The same key returns the same order and the same errors, with the order as it is by then, however often it is sent. */
export type CheckoutCompleteInput = {
  /** Where the invoice goes. Defaults to the shipping address. */
  billingAddress?: InputMaybe<AddressInput>;
  /** The guest cart's token. Ignored for signed-in viewers. */
  cartToken?: InputMaybe<Scalars['String']['input']>;
  /** The buyer's note, up to 2,000 characters. */
  customerNote?: InputMaybe<Scalars['String']['input']>;
  /** Where emails about the order are sent. Required for guests; defaults to the account's address. */
  email?: InputMaybe<Scalars['EmailAddress']['input']>;
  /** The total that the buyer saw. If it differs from today's, nothing is ordered and the error is PRICE_CHANGED. */
  expectedTotal?: InputMaybe<MoneyInput>;
  /** A unique text of at most 200 characters, with which the request can be repeated safely. */
  idempotencyKey: Scalars['String']['input'];
  /** Language of the order's names, emails and documents; defaults to the market's first language. */
  language?: InputMaybe<Scalars['LanguageCode']['input']>;
  /** Pays at once. Without it, paymentProcess does so before `expiresAt`. */
  payment?: InputMaybe<PaymentMethodInput>;
  /** Where the order is sent. Defaults to the user's default address; required for guests. */
  shippingAddress?: InputMaybe<AddressInput>;
  /** One of the cart's `shippingOptions`. Required in markets with shipping rates. */
  shippingOptionId?: InputMaybe<Scalars['ID']['input']>;
  /** A business buyer's VAT number. When it cannot be verified, tax is charged. */
  vatNumber?: InputMaybe<Scalars['String']['input']>;
};

/** A problem with a cart, a checkout or an order that has no fields of its own; `code` says which. */
export type CheckoutError = UserError & {
  __typename?: 'CheckoutError';
  /** The error's code. */
  code: UserErrorCode;
  /** The path in `input` that the error is about; null when it is about none in particular. */
  field?: Maybe<Array<Scalars['String']['output']>>;
  /** A sentence for people. */
  message: Scalars['String']['output'];
};

/**
 * A price reduction. Without codes it applies by itself. Line discounts come first, then order discounts, then shipping; within each, lower `priority`
 * first. Either every discount that `combines` applies, or a single one that does not, whichever leaves the buyer the lower total.
 */
export type Discount = {
  __typename?: 'Discount';
  /** The amounts that it takes off, one per currency; null if it takes off something else. */
  amounts?: Maybe<Array<Money>>;
  /** Counts units over all matching lines; only with target LINES. */
  buyXGetY?: Maybe<BuyXGetY>;
  /** Ids of categories; products in categories below them match too. */
  categoryIds?: Maybe<Array<Scalars['ID']['output']>>;
  /** Its codes, in the order of the alphabet. */
  codes?: Maybe<DiscountCodeConnection>;
  /** Whether it applies together with others. */
  combines: Scalars['Boolean']['output'];
  /** Until when it applies. */
  endsAt?: Maybe<Scalars['DateTime']['output']>;
  /** Globally unique id. */
  id: Scalars['ID']['output'];
  /** Whether it applies at all. */
  isActive: Scalars['Boolean']['output'];
  /** Where it applies; empty for all markets. */
  markets?: Maybe<Array<Market>>;
  /** What the matching lines have to come to before discounts, by currency; null for no condition. */
  minSubtotals?: Maybe<Array<Money>>;
  /** Name, which buyers see. */
  name: Scalars['String']['output'];
  /** The percentage that it takes off; null if it takes off something else. */
  percentage?: Maybe<Scalars['Decimal']['output']>;
  /** Lower goes first among discounts of one target. */
  priority: Scalars['Int']['output'];
  /** A line matches if its product is one of these, or is in one of `categoryIds`; all lines match if both are empty. */
  productIds?: Maybe<Array<Scalars['ID']['output']>>;
  /** From when on it applies. */
  startsAt?: Maybe<Scalars['DateTime']['output']>;
  /** What it takes something off. */
  target: DiscountTarget;
  /** Orders that use it and were not cancelled unpaid. */
  usageCount: Scalars['Int']['output'];
  /** How many orders may use it; null for no limit. */
  usageLimit?: Maybe<Scalars['Int']['output']>;
  /** How many orders of one buyer may use it; null for no limit. */
  usageLimitPerBuyer?: Maybe<Scalars['Int']['output']>;
  /** Counts the changes. For `expectedVersion`. */
  version: Scalars['Int']['output'];
};


/**
 * A price reduction. Without codes it applies by itself. Line discounts come first, then order discounts, then shipping; within each, lower `priority`
 * first. Either every discount that `combines` applies, or a single one that does not, whichever leaves the buyer the lower total.
 */
export type DiscountCodesArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};

/** What a discount takes off: an order's total, or its part of one line. */
export type DiscountAllocation = {
  __typename?: 'DiscountAllocation';
  /** The amount. */
  amount: Money;
  /** The code that was entered; null for an automatic discount. */
  code?: Maybe<Scalars['String']['output']>;
  /** Name of the discount. */
  name: Scalars['String']['output'];
};

/** A code of a discount. */
export type DiscountCode = {
  __typename?: 'DiscountCode';
  /** The code, as it was entered by staff. */
  code: Scalars['String']['output'];
};

/** A page of codes. */
export type DiscountCodeConnection = {
  __typename?: 'DiscountCodeConnection';
  /** The rows with their cursors. */
  edges: Array<DiscountCodeEdge>;
  /** The rows. */
  nodes: Array<DiscountCode>;
  /** Where the page is in the list. */
  pageInfo: PageInfo;
  /** The number of codes. */
  totalCount: Scalars['Int']['output'];
};

/** A code with its cursor. */
export type DiscountCodeEdge = {
  __typename?: 'DiscountCodeEdge';
  /** The row's cursor, for `after`. */
  cursor: Scalars['String']['output'];
  /** The row. */
  node: DiscountCode;
};

/** What comes of a discount code in a cart. */
export type DiscountCodeStatus =
  /** It takes its amount off. */
  | 'APPLIED'
  /** Not yet valid, or no longer. */
  | 'INACTIVE'
  /** The cart does not meet its conditions. */
  | 'NOT_APPLICABLE'
  /** Another discount is better for the buyer and does not combine with it. */
  | 'NOT_COMBINABLE'
  /** No use is left, for this buyer or at all. */
  | 'USED_UP';

/** Codes for a discount. */
export type DiscountCodesAddInput = {
  /** At most 1,000 codes. Case does not matter. */
  codes: Array<Scalars['String']['input']>;
  /** Id of the discount. */
  discountId: Scalars['ID']['input'];
};

/** A page of discounts. */
export type DiscountConnection = {
  __typename?: 'DiscountConnection';
  /** The rows with their cursors. */
  edges: Array<DiscountEdge>;
  /** The rows. */
  nodes: Array<Discount>;
  /** Where the page is in the list. */
  pageInfo: PageInfo;
  /** The number of discounts. */
  totalCount: Scalars['Int']['output'];
};

/** A discount with its cursor. */
export type DiscountEdge = {
  __typename?: 'DiscountEdge';
  /** The row's cursor, for `after` and `before`. */
  cursor: Scalars['String']['output'];
  /** The row. */
  node: Discount;
};

/** A discount that the order cannot have. */
export type DiscountError = UserError & {
  __typename?: 'DiscountError';
  /** The error's code. */
  code: UserErrorCode;
  /** The code that was entered; null for an automatic discount. */
  discountCode?: Maybe<Scalars['String']['output']>;
  /** The path in `input` that the error is about; null when it is about none in particular. */
  field?: Maybe<Array<Scalars['String']['output']>>;
  /** A sentence for people. */
  message: Scalars['String']['output'];
};

/** A new discount. Exactly one of `percentage`, `amounts` and `buyXGetY`; for SHIPPING a `percentage` of 100 is free shipping. */
export type DiscountInput = {
  /** Amounts greater than 0, one per currency; in the price mode of the market. */
  amounts?: InputMaybe<Array<MoneyInput>>;
  /** Only with target LINES. */
  buyXGetY?: InputMaybe<BuyXGetYInput>;
  /** Ids of categories, at most 1,000; products in categories below them match too. */
  categoryIds?: InputMaybe<Array<Scalars['ID']['input']>>;
  /** At most 1,000 a call; discountCodesAdd adds more. Case does not matter. 1 to 50 characters without spaces. */
  codes?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Whether it applies together with others. */
  combines: Scalars['Boolean']['input'];
  /** Until when it applies. */
  endsAt?: InputMaybe<Scalars['DateTime']['input']>;
  /** Ids of the markets where it applies; all of them when left out or empty. */
  markets?: InputMaybe<Array<Scalars['ID']['input']>>;
  /** The least that the matching lines must come to before discounts. If set, the discount applies only in these currencies. */
  minSubtotals?: InputMaybe<Array<MoneyInput>>;
  /** 1 to 100 characters, one line. Buyers see it. */
  name: Scalars['String']['input'];
  /** Percent from 0 to 100, up to 4 decimals. */
  percentage?: InputMaybe<Scalars['Decimal']['input']>;
  /** Lower goes first among discounts of one target; from -1,000,000 to 1,000,000. */
  priority: Scalars['Int']['input'];
  /** Ids of products, at most 1,000. */
  productIds?: InputMaybe<Array<Scalars['ID']['input']>>;
  /** From when on it applies. */
  startsAt?: InputMaybe<Scalars['DateTime']['input']>;
  /** What it takes something off. */
  target: DiscountTarget;
  /** How many orders may use it, at least 1. */
  usageLimit?: InputMaybe<Scalars['Int']['input']>;
  /** How many orders of one buyer may use it, at least 1. */
  usageLimitPerBuyer?: InputMaybe<Scalars['Int']['input']>;
};

/** The result of changing a discount. */
export type DiscountPayload = {
  __typename?: 'DiscountPayload';
  /** The discount; null when there are user errors. */
  discount?: Maybe<Discount>;
  /** What the caller can act on; empty if all went well. */
  userErrors: Array<UserError>;
};

/** What a discount takes something off. */
export type DiscountTarget =
  /** Each matching line by itself; an amount is per unit. */
  | 'LINES'
  /** One amount over all matching lines, shared out over them. */
  | 'ORDER'
  /** The shipping price. */
  | 'SHIPPING';

/** Changes of a discount. Left out: stays. Null: cleared, where the field may be empty. */
export type DiscountUpdateInput = {
  /** Until when it applies. */
  endsAt?: InputMaybe<Scalars['DateTime']['input']>;
  /** Fails with EDIT_CONFLICT unless the discount still has this version. */
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  /** Id of the discount. */
  id: Scalars['ID']['input'];
  /** Whether it applies at all. */
  isActive?: InputMaybe<Scalars['Boolean']['input']>;
  /** New name. */
  name?: InputMaybe<Scalars['String']['input']>;
  /** From when on it applies. */
  startsAt?: InputMaybe<Scalars['DateTime']['input']>;
  /** How many orders may use it; not less than those that do. */
  usageLimit?: InputMaybe<Scalars['Int']['input']>;
  /** How many orders of one buyer may use it. Must not be lower than the uses so far. */
  usageLimitPerBuyer?: InputMaybe<Scalars['Int']['input']>;
};

/** The object has changed since the caller read it: `expectedVersion` is no longer its version. */
export type EditConflictError = UserError & {
  __typename?: 'EditConflictError';
  /** EDIT_CONFLICT. */
  code: UserErrorCode;
  /** The version that the object has now. */
  currentVersion: Scalars['Int']['output'];
  /** The path in `input` of `expectedVersion`. */
  field?: Maybe<Array<Scalars['String']['output']>>;
  /** A sentence for people. */
  message: Scalars['String']['output'];
};

/** The idempotency key was already used with a different input. */
export type IdempotencyKeyReusedError = UserError & {
  __typename?: 'IdempotencyKeyReusedError';
  /** IDEMPOTENCY_KEY_REUSED. */
  code: UserErrorCode;
  /** The path in `input` of the key. */
  field?: Maybe<Array<Scalars['String']['output']>>;
  /** A sentence for people. */
  message: Scalars['String']['output'];
};

/** Fewer units of a variant are available than requested. */
export type InsufficientStockError = UserError & {
  __typename?: 'InsufficientStockError';
  /** How many units were available. */
  availableQuantity: Scalars['Int']['output'];
  /** The error's code. */
  code: UserErrorCode;
  /** The path in `input` that the error is about; null when it is about none in particular. */
  field?: Maybe<Array<Scalars['String']['output']>>;
  /** A sentence for people. */
  message: Scalars['String']['output'];
  /** The product. */
  product?: Maybe<Product>;
  /** How many units were requested. */
  requestedQuantity: Scalars['Int']['output'];
  /** The variant that is short. */
  variant?: Maybe<ProductVariant>;
};

/** The order cannot move from its status to the requested one. */
export type InvalidStatusTransitionError = UserError & {
  __typename?: 'InvalidStatusTransitionError';
  /** The statuses to which the viewer may move the order. */
  allowed: Array<OrderStatus>;
  /** The error's code. */
  code: UserErrorCode;
  /** The path in `input` that the error is about; null when it is about none in particular. */
  field?: Maybe<Array<Scalars['String']['output']>>;
  /** The order's status. */
  from: OrderStatus;
  /** A sentence for people. */
  message: Scalars['String']['output'];
  /** The requested status. */
  to: OrderStatus;
};

/** A tax document. It never changes once issued, and numbers of a series have no gaps. */
export type Invoice = {
  __typename?: 'Invoice';
  /** The invoice that a credit note corrects; null for an invoice. */
  corrects?: Maybe<Invoice>;
  /** Globally unique id. */
  id: Scalars['ID']['output'];
  /** When it was issued. */
  issuedAt: Scalars['DateTime']['output'];
  /** Invoice or credit note; both share a series of numbers. */
  kind: InvoiceKind;
  /** Such as "2026-000123". */
  number: Scalars['String']['output'];
  /** The order that it is of. */
  order: Order;
  /** Signed address of the PDF, valid for 15 minutes. */
  pdfUrl: Scalars['URL']['output'];
  /** What it says in sums. They never change. */
  totals: OrderTotals;
};

/** A page of documents. */
export type InvoiceConnection = {
  __typename?: 'InvoiceConnection';
  /** The rows with their cursors. */
  edges: Array<InvoiceEdge>;
  /** The rows. */
  nodes: Array<Invoice>;
  /** Where the page is in the list. */
  pageInfo: PageInfo;
  /** The number of documents that match the filter. */
  totalCount: Scalars['Int']['output'];
};

/** A document with its cursor. */
export type InvoiceEdge = {
  __typename?: 'InvoiceEdge';
  /** The row's cursor, for `after`. */
  cursor: Scalars['String']['output'];
  /** The row. */
  node: Invoice;
};

/** What a tax document is. */
export type InvoiceKind =
  /** What was given back. Its amounts are positive. */
  | 'CREDIT_NOTE'
  /** What the buyer bought. */
  | 'INVOICE';

/**
 * A group of countries that share a currency and a way of showing prices. `currencyCode` and `pricesIncludeTax` cannot change after creation;
 * create another market instead.
 */
export type Market = {
  __typename?: 'Market';
  /** Globally unique id. */
  id: Scalars['ID']['output'];
};

/** An amount of money in one currency. */
export type Money = {
  __typename?: 'Money';
  /** The exact amount, with the decimals of its currency. */
  amount: Scalars['Decimal']['output'];
  /** The currency of the amount. */
  currencyCode: Scalars['CurrencyCode']['output'];
};

/** An amount of money in one currency. */
export type MoneyInput = {
  /** The exact amount. More decimals than the currency has are an error. */
  amount: Scalars['Decimal']['input'];
  /** The currency of the amount. */
  currencyCode: Scalars['CurrencyCode']['input'];
};

/** Mutations of the graph. Each names the permission that it requires. */
export type Mutation = {
  __typename?: 'Mutation';
  /** Moves a guest's cart to the viewer, who must be signed in and have its token. Can be repeated. */
  cartClaim?: Maybe<CartPayload>;
  /** Removes all lines. Requires the viewer's own cart or the guest cart's token. */
  cartClear?: Maybe<CartPayload>;
  /**
   * Adds a discount code to the viewer's own cart, or the guest cart of the token. An unknown code is NOT_FOUND; a known one is added and its `status` says
   * whether it applies. At most 5.
   */
  cartDiscountCodeAdd?: Maybe<CartPayload>;
  /** Removes a discount code from the viewer's own cart, or from the guest cart of the token. */
  cartDiscountCodeRemove?: Maybe<CartPayload>;
  /**
   * Adds units of a variant to the cart of the signed-in viewer, or to a guest's cart by its token. Open to everyone. Without a token a guest
   * gets a new cart and its token. A signed-in viewer's `cartToken` is ignored; see cartClaim. Units of a variant that is in the cart are added
   * to its line. Stock is checked by `problems` and at checkout.
   */
  cartItemAdd?: Maybe<CartPayload>;
  /** Removes a line. Requires the viewer's own cart or the guest cart's token. */
  cartItemRemove?: Maybe<CartPayload>;
  /** Sets the quantity of a line; 0 removes it. Requires the viewer's own cart or the guest cart's token. */
  cartItemUpdate?: Maybe<CartPayload>;
  /**
   * Moves the viewer's own cart, or the guest cart of the token, to a market. Prices and discounts are recalculated; items not sold there stay in the cart
   * and are named in `problems`. Without a cart one is started.
   */
  cartMarketSet?: Maybe<CartPayload>;
  /**
   * Turns a cart into an order, all or nothing: either every line is reserved, or none is, the cart keeps its lines and `order` is null.
   * Requires the viewer's own cart or the guest cart's token. Once the lines are reserved, `order` is set whatever the result of the payment,
   * whose PaymentError is in `userErrors`; try again with paymentProcess. A payment without a result yet has paymentStatus PENDING and no error,
   * and is completed without further requests. Can be repeated with the same key.
   */
  checkoutComplete?: Maybe<OrderPayload>;
  /** Adds codes to a discount. One that applied by itself needs a code from then on. Requires `discounts:write`. */
  discountCodesAdd?: Maybe<DiscountPayload>;
  /** Makes a discount, with codes or automatic. Requires `discounts:write`. */
  discountCreate?: Maybe<DiscountPayload>;
  /** Changes a discount. What it takes off cannot change; make another one instead. Requires `discounts:write`. */
  discountUpdate?: Maybe<DiscountPayload>;
  /**
   * Cancels an order and refunds what was paid. Its buyer, or a guest with the order's token, can do this until the first parcel is shipped. Holders of
   * `orders:write` can also cancel an order that is SHIPPED in full, until it is DELIVERED. An order that is shipped in part cannot be cancelled.
   */
  orderCancel?: Maybe<OrderPayload>;
  /** Makes a guest's order the viewer's, who must be signed in and have its token. Can be repeated. */
  orderClaim?: Maybe<OrderPayload>;
  /** Places an order for a list of items, without a cart. The viewer must be signed in and becomes its buyer. Otherwise like checkoutComplete. */
  orderCreate?: Maybe<OrderPayload>;
  /**
   * Adds units to a PENDING order at today's price, and reserves them. The viewer must be signed in and be its buyer, or hold `orders:write`.
   * Not possible while a payment is in progress.
   */
  orderItemAdd?: Maybe<OrderPayload>;
  /**
   * Removes a line from a PENDING order, and its reservation. The viewer must be signed in and be its buyer, or hold `orders:write`. The last
   * line cannot be removed: cancel the order instead.
   */
  orderItemRemove?: Maybe<OrderPayload>;
  /**
   * Changes the quantity of a line of a PENDING order, and its reservation. The viewer must be signed in and be its buyer, or hold
   * `orders:write`. Not possible while a payment is in progress.
   */
  orderItemUpdate?: Maybe<OrderPayload>;
  /** Adds a note to an order's timeline. Requires `orders:write`. */
  orderNoteAdd?: Maybe<OrderPayload>;
  /** Changes where an order is sent, until it is SHIPPED. The viewer must be signed in and be its buyer, or hold `orders:write`. */
  orderShippingAddressUpdate?: Maybe<OrderPayload>;
  /** Moves an order to its next status. Requires `orders:write`. */
  orderStatusUpdate?: Maybe<OrderPayload>;
  /**
   * Charges an order's payment. The viewer must be its buyer, a guest with the order's token, or a holder of `payments:write`. While an attempt
   * is in progress another one is PAYMENT_IN_PROGRESS; ten declined attempts cancel the order. Can be repeated with the same key.
   */
  paymentProcess?: Maybe<PaymentPayload>;
  /** Records a payment made outside the shop, such as cash on delivery. Requires `payments:write`. */
  paymentRecord?: Maybe<PaymentPayload>;
  /**
   * Refunds part or all of a payment at its provider. Units of lines that were not shipped yet are cancelled first, go back to stock and stay
   * cancelled even if the provider declines the refund. Requires `payments:write`.
   */
  refundCreate?: Maybe<PaymentPayload>;
  /**
   * Books money that was given back elsewhere: in the provider's dashboard or in cash. No provider is called. Can be repeated with the same key.
   * Requires `payments:write`.
   */
  refundRecord?: Maybe<PaymentPayload>;
  /**
   * Asks to send goods back, or withdraws from the contract. Open to everyone: a signed-in buyer gives `orderId`, a guest `guestOrderToken`, or
   * `orderNumber` with `email`, which always returns `receivedAt` and nothing else; what comes of it is e-mailed. A withdrawal cancels and refunds at
   * once what was not shipped yet, the shipping with it if the whole order goes. Can be repeated with the same key.
   */
  returnRequest?: Maybe<ReturnPayload>;
  /** Moves a return on. Requires `orders:write`. */
  returnUpdate?: Maybe<ReturnPayload>;
  /**
   * Ships units of an order in a parcel. The first one moves a PAID or PROCESSING order to PROCESSING, the last one to SHIPPED. Can be repeated with
   * the same key. Requires `orders:write`.
   */
  shipmentCreate?: Maybe<ShipmentPayload>;
  /** Changes what is known of a parcel. When all of them are delivered, the order is DELIVERED. Requires `orders:write`. */
  shipmentUpdate?: Maybe<ShipmentPayload>;
  /** Adds a shipping method, or replaces one. Requires `settings:write`. */
  shippingMethodSet?: Maybe<ShippingMethodPayload>;
  /** Replaces all tax rates of a country. Requires `settings:write`. */
  taxRatesSet?: Maybe<TaxRatesPayload>;
  /** Changes how the shop is taxed. Requires `settings:write`. */
  taxSettingsUpdate?: Maybe<TaxSettingsPayload>;
};


/** Mutations of the graph. Each names the permission that it requires. */
export type MutationCartClaimArgs = {
  cartToken: Scalars['String']['input'];
  strategy: CartMergeStrategy;
};


/** Mutations of the graph. Each names the permission that it requires. */
export type MutationCartClearArgs = {
  cartToken?: InputMaybe<Scalars['String']['input']>;
};


/** Mutations of the graph. Each names the permission that it requires. */
export type MutationCartDiscountCodeAddArgs = {
  input: CartDiscountCodeInput;
};


/** Mutations of the graph. Each names the permission that it requires. */
export type MutationCartDiscountCodeRemoveArgs = {
  input: CartDiscountCodeInput;
};


/** Mutations of the graph. Each names the permission that it requires. */
export type MutationCartItemAddArgs = {
  input: CartItemAddInput;
};


/** Mutations of the graph. Each names the permission that it requires. */
export type MutationCartItemRemoveArgs = {
  input: CartItemRemoveInput;
};


/** Mutations of the graph. Each names the permission that it requires. */
export type MutationCartItemUpdateArgs = {
  input: CartItemUpdateInput;
};


/** Mutations of the graph. Each names the permission that it requires. */
export type MutationCartMarketSetArgs = {
  input: CartMarketSetInput;
};


/** Mutations of the graph. Each names the permission that it requires. */
export type MutationCheckoutCompleteArgs = {
  input: CheckoutCompleteInput;
};


/** Mutations of the graph. Each names the permission that it requires. */
export type MutationDiscountCodesAddArgs = {
  input: DiscountCodesAddInput;
};


/** Mutations of the graph. Each names the permission that it requires. */
export type MutationDiscountCreateArgs = {
  input: DiscountInput;
};


/** Mutations of the graph. Each names the permission that it requires. */
export type MutationDiscountUpdateArgs = {
  input: DiscountUpdateInput;
};


/** Mutations of the graph. Each names the permission that it requires. */
export type MutationOrderCancelArgs = {
  input: OrderCancelInput;
};


/** Mutations of the graph. Each names the permission that it requires. */
export type MutationOrderClaimArgs = {
  guestOrderToken: Scalars['String']['input'];
};


/** Mutations of the graph. Each names the permission that it requires. */
export type MutationOrderCreateArgs = {
  input: OrderCreateInput;
};


/** Mutations of the graph. Each names the permission that it requires. */
export type MutationOrderItemAddArgs = {
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  input: OrderItemInput;
  orderId: Scalars['ID']['input'];
};


/** Mutations of the graph. Each names the permission that it requires. */
export type MutationOrderItemRemoveArgs = {
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  itemId: Scalars['ID']['input'];
  orderId: Scalars['ID']['input'];
};


/** Mutations of the graph. Each names the permission that it requires. */
export type MutationOrderItemUpdateArgs = {
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  itemId: Scalars['ID']['input'];
  orderId: Scalars['ID']['input'];
  quantity: Scalars['Int']['input'];
};


/** Mutations of the graph. Each names the permission that it requires. */
export type MutationOrderNoteAddArgs = {
  note: Scalars['String']['input'];
  orderId: Scalars['ID']['input'];
  visibleToBuyer: Scalars['Boolean']['input'];
};


/** Mutations of the graph. Each names the permission that it requires. */
export type MutationOrderShippingAddressUpdateArgs = {
  address: AddressInput;
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  orderId: Scalars['ID']['input'];
};


/** Mutations of the graph. Each names the permission that it requires. */
export type MutationOrderStatusUpdateArgs = {
  input: OrderStatusUpdateInput;
};


/** Mutations of the graph. Each names the permission that it requires. */
export type MutationPaymentProcessArgs = {
  input: PaymentProcessInput;
};


/** Mutations of the graph. Each names the permission that it requires. */
export type MutationPaymentRecordArgs = {
  input: PaymentRecordInput;
};


/** Mutations of the graph. Each names the permission that it requires. */
export type MutationRefundCreateArgs = {
  input: RefundCreateInput;
};


/** Mutations of the graph. Each names the permission that it requires. */
export type MutationRefundRecordArgs = {
  input: RefundRecordInput;
};


/** Mutations of the graph. Each names the permission that it requires. */
export type MutationReturnRequestArgs = {
  input: ReturnRequestInput;
};


/** Mutations of the graph. Each names the permission that it requires. */
export type MutationReturnUpdateArgs = {
  input: ReturnUpdateInput;
};


/** Mutations of the graph. Each names the permission that it requires. */
export type MutationShipmentCreateArgs = {
  input: ShipmentCreateInput;
};


/** Mutations of the graph. Each names the permission that it requires. */
export type MutationShipmentUpdateArgs = {
  input: ShipmentUpdateInput;
};


/** Mutations of the graph. Each names the permission that it requires. */
export type MutationShippingMethodSetArgs = {
  input: ShippingMethodSetInput;
};


/** Mutations of the graph. Each names the permission that it requires. */
export type MutationTaxRatesSetArgs = {
  input: TaxRatesSetInput;
};


/** Mutations of the graph. Each names the permission that it requires. */
export type MutationTaxSettingsUpdateArgs = {
  input: TaxSettingsInput;
};

/** The object does not exist, or the viewer may not see it. */
export type NotFoundError = UserError & {
  __typename?: 'NotFoundError';
  /** NOT_FOUND. */
  code: UserErrorCode;
  /** The path in `input` of the id or token. */
  field?: Maybe<Array<Scalars['String']['output']>>;
  /** A sentence for people. */
  message: Scalars['String']['output'];
};

/** An order. Visible to its buyer and to holders of `orders:read`; a guest's order also by its secret token. */
export type Order = {
  __typename?: 'Order';
  /** What was paid. */
  amountPaid: Money;
  /** What was refunded. */
  amountRefunded: Money;
  /** The statuses to which the viewer may move the order. */
  availableTransitions: Array<OrderStatus>;
  /** Where the invoice goes; null if that is the shipping address. */
  billingAddress?: Maybe<Address>;
  /** Whether a withdrawal would be accepted now. */
  canWithdraw: Scalars['Boolean']['output'];
  /** Why the order was cancelled; null if it was not. */
  cancelReason?: Maybe<OrderCancelReason>;
  /** When the order was placed. */
  createdAt: Scalars['DateTime']['output'];
  /** The buyer's note. */
  customerNote?: Maybe<Scalars['String']['output']>;
  /** Where emails about the order are sent; null once the account is deleted. */
  email?: Maybe<Scalars['EmailAddress']['output']>;
  /** What happened to the order, oldest first. Entries for staff are visible to holders of `orders:read` or `orders:write` only. */
  events: OrderEventConnection;
  /** An order that is still PENDING at this time is cancelled; null once it cannot expire. */
  expiresAt?: Maybe<Scalars['DateTime']['output']>;
  /** Globally unique id. */
  id: Scalars['ID']['output'];
  /** Its invoice and credit notes, in the order of their numbers. */
  invoices: Array<Invoice>;
  /** The line with that id; null if the order has none. */
  item?: Maybe<OrderItem>;
  /** The lines, at most 100. */
  items: Array<OrderItem>;
  /** The language of its names, emails and documents. */
  language: Scalars['LanguageCode']['output'];
  /** Where the order was placed. */
  market?: Maybe<Market>;
  /** What the client stored with the order at orderCreate. */
  metadata?: Maybe<Scalars['JSONObject']['output']>;
  /** The number that people use, such as "A7K2-93QX". */
  number: Scalars['String']['output'];
  /** The order's payment. */
  payment?: Maybe<Payment>;
  /** Where its payment stands. */
  paymentStatus: PaymentStatus;
  /** Money given back, oldest first. */
  refunds: Array<Refund>;
  /** Goods that come back, oldest first. */
  returns: Array<Return>;
  /** The parcels that it left in, oldest first. */
  shipments: Array<Shipment>;
  /** Where the order is sent. */
  shippingAddress: Address;
  /** Name of the way of shipping when the order was placed; null if none was chosen. */
  shippingMethod?: Maybe<Scalars['String']['output']>;
  /** Where the order is in its life. */
  status: OrderStatus;
  /** Where its stock is. */
  stockStatus: StockStatus;
  /** The sum of the lines. */
  subtotal: Money;
  /** The amount to be paid. */
  total: Money;
  /** What it costs, and what that is made of. */
  totals: OrderTotals;
  /** The carrier's tracking number of the last parcel. */
  trackingNumber?: Maybe<Scalars['String']['output']>;
  /** The carrier's tracking page of the last parcel. */
  trackingUrl?: Maybe<Scalars['URL']['output']>;
  /** When it was last changed. */
  updatedAt: Scalars['DateTime']['output'];
  /** The buyer; null for a guest's order and once the account is deleted. */
  user?: Maybe<User>;
  /** The buyer's VAT number, if it was checked and found valid. */
  vatNumber?: Maybe<Scalars['String']['output']>;
  /** Increases with each decision about the order and each payment, but not with changes of its stock. For `expectedVersion`. */
  version: Scalars['Int']['output'];
  /** Until when the buyer may withdraw: 14 days after the last delivery; null until then, and for orders without the right of withdrawal. */
  withdrawableUntil?: Maybe<Scalars['DateTime']['output']>;
};


/** An order. Visible to its buyer and to holders of `orders:read`; a guest's order also by its secret token. */
export type OrderEventsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


/** An order. Visible to its buyer and to holders of `orders:read`; a guest's order also by its secret token. */
export type OrderItemArgs = {
  id: Scalars['ID']['input'];
};

/** A cancellation. */
export type OrderCancelInput = {
  /** The version that the caller read. If it is not the current one, nothing is changed and the error is EDIT_CONFLICT. */
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  /** The order's token, for guests. */
  guestOrderToken?: InputMaybe<Scalars['String']['input']>;
  /** A note for the timeline, up to 2,000 characters. */
  note?: InputMaybe<Scalars['String']['input']>;
  /** Id of the order. */
  orderId: Scalars['ID']['input'];
};

/** Why an order was cancelled. */
export type OrderCancelReason =
  /** By its buyer. */
  | 'CUSTOMER'
  /** Not paid by `expiresAt`. */
  | 'EXPIRED'
  /** The stock was no longer available; what was paid is refunded. */
  | 'OUT_OF_STOCK'
  /** Ten payments were declined. */
  | 'PAYMENT_FAILED'
  /** By staff. */
  | 'STAFF';

/** A page of orders. */
export type OrderConnection = {
  __typename?: 'OrderConnection';
  /** The rows with their cursors. */
  edges: Array<OrderEdge>;
  /** The rows. */
  nodes: Array<Order>;
  /** Where the page is in the list. */
  pageInfo: PageInfo;
  /** The number of orders that match the filter. */
  totalCount: Scalars['Int']['output'];
};

/** An order without a cart. The same key returns the same order and the same errors. */
export type OrderCreateInput = {
  /** Where the invoice goes. Defaults to the shipping address. */
  billingAddress?: InputMaybe<AddressInput>;
  /** The buyer's note, up to 2,000 characters. */
  customerNote?: InputMaybe<Scalars['String']['input']>;
  /** Discount codes, at most 5. One that does not apply is an error, unless `expectedTotal` is given. */
  discountCodes?: InputMaybe<Array<Scalars['String']['input']>>;
  /** The total that the buyer saw. If it differs from today's, nothing is ordered and the error is PRICE_CHANGED. */
  expectedTotal?: InputMaybe<MoneyInput>;
  /** A unique text of at most 200 characters, with which the request can be repeated safely. */
  idempotencyKey: Scalars['String']['input'];
  /** What to order, from 1 to 100 lines. Lines of the same variant are merged. */
  items: Array<OrderItemInput>;
  /** Language of the order's names, emails and documents; defaults to the market's first language. */
  language?: InputMaybe<Scalars['LanguageCode']['input']>;
  /** Where it is placed; defaults to the default market. */
  market?: InputMaybe<Scalars['ID']['input']>;
  /** Data of the client to be stored with the order. */
  metadata?: InputMaybe<Scalars['JSONObject']['input']>;
  /** Pays at once. Without it, paymentProcess does so before `expiresAt`. */
  payment?: InputMaybe<PaymentMethodInput>;
  /** Where the order is sent. Defaults to the user's default address; required for guests. */
  shippingAddress?: InputMaybe<AddressInput>;
  /** The id of a shipping method. Required in markets with shipping rates. */
  shippingOptionId?: InputMaybe<Scalars['ID']['input']>;
  /** A business buyer's VAT number. When it cannot be verified, tax is charged. */
  vatNumber?: InputMaybe<Scalars['String']['input']>;
};

/** An order with its cursor. */
export type OrderEdge = {
  __typename?: 'OrderEdge';
  /** The row's cursor, for `after` and `before`. */
  cursor: Scalars['String']['output'];
  /** The row. */
  node: Order;
};

/** An entry of an order's timeline. Entries are never changed or removed. */
export type OrderEvent = {
  __typename?: 'OrderEvent';
  /** Who did it; null for the system, for guests, and once the account is deleted. */
  actor?: Maybe<User>;
  /** When it happened. */
  createdAt: Scalars['DateTime']['output'];
  /** The status before; null unless the status changed. */
  fromStatus?: Maybe<OrderStatus>;
  /** Globally unique id. */
  id: Scalars['ID']['output'];
  /** Further details, as text. */
  message?: Maybe<Scalars['String']['output']>;
  /** The status afterwards; null unless the status changed. */
  toStatus?: Maybe<OrderStatus>;
  /** What happened. */
  type: OrderEventType;
};

/** A page of a timeline. */
export type OrderEventConnection = {
  __typename?: 'OrderEventConnection';
  /** The rows with their cursors. */
  edges: Array<OrderEventEdge>;
  /** The rows. */
  nodes: Array<OrderEvent>;
  /** Where the page is in the list. */
  pageInfo: PageInfo;
  /** The number of entries that the viewer can see. */
  totalCount: Scalars['Int']['output'];
};

/** An entry of a timeline with its cursor. */
export type OrderEventEdge = {
  __typename?: 'OrderEventEdge';
  /** The row's cursor, for `after` and `before`. */
  cursor: Scalars['String']['output'];
  /** The row. */
  node: OrderEvent;
};

/** What happened to an order. */
export type OrderEventType =
  /** Its shipping address was changed. */
  | 'ADDRESS_CHANGED'
  /** It was cancelled. */
  | 'CANCELLED'
  /** The buyer's bank disputed the payment, or decided a dispute. */
  | 'DISPUTED'
  /** It was not paid in time and was cancelled. */
  | 'EXPIRED'
  /** An invoice or a credit note was e-mailed to the buyer. */
  | 'INVOICE_ISSUED'
  /** Its lines were changed. */
  | 'ITEMS_CHANGED'
  /** A note by staff or by the system. */
  | 'NOTE'
  /** A payment was declined or voided. */
  | 'PAYMENT_FAILED'
  /** It was paid. */
  | 'PAYMENT_SUCCEEDED'
  /** The order was placed. */
  | 'PLACED'
  /** Money was refunded. */
  | 'REFUNDED'
  /** A return was approved, declined, received or closed. */
  | 'RETURN_CHANGED'
  /** The buyer asked to send goods back, or withdrew. */
  | 'RETURN_REQUESTED'
  /** A parcel left. */
  | 'SHIPMENT_CREATED'
  /** A parcel arrived. */
  | 'SHIPMENT_DELIVERED'
  /** It moved from `fromStatus` to `toStatus`. */
  | 'STATUS_CHANGED'
  /** Its stock was released. */
  | 'STOCK_RELEASED'
  /** Its stock was reserved. */
  | 'STOCK_RESERVED'
  /** Its stock was sold. */
  | 'STOCK_SOLD'
  /** Units that had not been shipped were cancelled. */
  | 'UNITS_CANCELLED';

/** Conditions that the listed orders meet. All that are given must hold. */
export type OrderFilter = {
  /** Only orders placed at this time or later. */
  createdFrom?: InputMaybe<Scalars['DateTime']['input']>;
  /** Only orders placed before this time. */
  createdTo?: InputMaybe<Scalars['DateTime']['input']>;
  /** Only orders in one of these payment statuses. */
  paymentStatus?: InputMaybe<Array<PaymentStatus>>;
  /** Only orders whose number begins with the text or whose email address contains it. */
  search?: InputMaybe<Scalars['String']['input']>;
  /** Only orders in one of these statuses. */
  status?: InputMaybe<Array<OrderStatus>>;
  /** Only the orders of this user. */
  userId?: InputMaybe<Scalars['ID']['input']>;
};

/** A line of an order. All fields but `product` and `variant` are as they were when the line was ordered. */
export type OrderItem = {
  __typename?: 'OrderItem';
  /** Will not be shipped any more: refunded or withdrawn before it left. */
  cancelledQuantity: Scalars['Int']['output'];
  /** What discounts take off the line. */
  discounts: Array<DiscountAllocation>;
  /** Globally unique id. */
  id: Scalars['ID']['output'];
  /** The product as it is today; null if it no longer exists. */
  product?: Maybe<Product>;
  /** URL of the product's picture; null when it had none. */
  productImageUrl?: Maybe<Scalars['URL']['output']>;
  /** The product's name. */
  productName: Scalars['String']['output'];
  /** The number of units. */
  quantity: Scalars['Int']['output'];
  /** What was given back for the line, or is being given back, tax included. */
  refundedAmount: Money;
  /** Units that were refunded or are being refunded. */
  refundedQuantity: Scalars['Int']['output'];
  /** Units that came back or are to come back. */
  returnedQuantity: Scalars['Int']['output'];
  /** Units that were shipped. */
  shippedQuantity: Scalars['Int']['output'];
  /** The variant's SKU. */
  sku: Scalars['String']['output'];
  /** `unitPrice` times `quantity`. */
  subtotal: Money;
  /** Tax on the line, after discounts. */
  tax: Money;
  /** The tax rate in percent, such as "19". */
  taxRate: Scalars['Decimal']['output'];
  /** What the buyer pays for the line, tax included. */
  total: Money;
  /** The price of one unit. */
  unitPrice: Money;
  /** The variant as it is today; null if it no longer exists. */
  variant?: Maybe<ProductVariant>;
  /** The variant's name, such as "M / Blue". */
  variantName: Scalars['String']['output'];
};

/** An item to order. */
export type OrderItemInput = {
  /** Id of the product. */
  productId: Scalars['ID']['input'];
  /** How many units to order, from 1 to 1,000. */
  quantity: Scalars['Int']['input'];
  /** Id of the variant. Optional if the product has a default variant. */
  variantId?: InputMaybe<Scalars['ID']['input']>;
};

/** Units of one line of an order. */
export type OrderLineInput = {
  /** Id of the line. */
  itemId: Scalars['ID']['input'];
  /** How many units, from 1 to 1,000. */
  quantity: Scalars['Int']['input'];
};

/** The result of placing or changing an order. */
export type OrderPayload = {
  __typename?: 'OrderPayload';
  /** The secret token of a guest's order, when it is placed. */
  guestOrderToken?: Maybe<Scalars['String']['output']>;
  /** Where to send the buyer, with PAYMENT_ACTION_REQUIRED. */
  nextActionUrl?: Maybe<Scalars['URL']['output']>;
  /** The order as it is now. */
  order?: Maybe<Order>;
  /** What the caller can act on; empty if all went well. */
  userErrors: Array<UserError>;
};

/** The order of a list of orders. */
export type OrderSort = {
  /** Ascending or descending. */
  direction: SortDirection;
  /** What to sort by. */
  key: OrderSortKey;
};

/** What a list of orders is sorted by. */
export type OrderSortKey =
  /** Time of placement. */
  | 'CREATED_AT'
  /** Total, in units of each order's currency. */
  | 'TOTAL';

/** Where an order is in its life. */
export type OrderStatus =
  /** Cancelled before delivery. Stock is released and what was paid is refunded. */
  | 'CANCELLED'
  /** Received by the buyer. */
  | 'DELIVERED'
  /** Paid in full; stock is sold. */
  | 'PAID'
  /** Placed. Stock is reserved until `expiresAt`, and the order can be paid. */
  | 'PENDING'
  /** Being packed. Holders of `orders:write` can move a PENDING order here, to be paid on delivery for example. */
  | 'PROCESSING'
  /** Handed to the carrier. */
  | 'SHIPPED';

/** A move of an order to another status. */
export type OrderStatusUpdateInput = {
  /** The version that the caller read. If it is not the current one, nothing is changed and the error is EDIT_CONFLICT. */
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  /** A note for the timeline, up to 2,000 characters. */
  note?: InputMaybe<Scalars['String']['input']>;
  /** Id of the order. */
  orderId: Scalars['ID']['input'];
  /** The new status. */
  status: OrderStatus;
  /** The carrier's tracking number, up to 100 characters. */
  trackingNumber?: InputMaybe<Scalars['String']['input']>;
  /** The carrier's tracking page. With SHIPPED, made from the shipping method's `trackingUrlTemplate` when left out. */
  trackingUrl?: InputMaybe<Scalars['URL']['input']>;
};

/**
 * total = subtotal − discount + shipping, plus `tax` when prices are without tax. Exact to the minor unit, and so is every line: the lines' and the
 * shipping's shares add up to each sum.
 */
export type OrderTotals = {
  __typename?: 'OrderTotals';
  /** All discounts, on lines and on shipping. */
  discount: Money;
  /** One entry per discount, over lines and shipping; they add up to `discount`. */
  discounts: Array<DiscountAllocation>;
  /** Whether the other amounts contain the tax. */
  pricesIncludeTax: Scalars['Boolean']['output'];
  /** The shipping price before discounts. */
  shipping: Money;
  /** Unit price times quantity over all lines. */
  subtotal: Money;
  /** Contained in `total` when prices include tax, added to it otherwise. */
  tax: Money;
  /** One entry per rate and treatment; they add up to `tax`. Empty in a shop without tax rates. */
  taxes: Array<TaxTotal>;
  /** What is to be paid. */
  total: Money;
};

/** Whether a list goes on before or after this page, and where. */
export type PageInfo = {
  __typename?: 'PageInfo';
  /** The cursor of the last row, for `after`; null for an empty page. */
  endCursor?: Maybe<Scalars['String']['output']>;
  /** Whether there are more rows after this page. */
  hasNextPage: Scalars['Boolean']['output'];
  /** Whether there are more rows before this page. */
  hasPreviousPage: Scalars['Boolean']['output'];
  /** The cursor of the first row, for `before`; null for an empty page. */
  startCursor?: Maybe<Scalars['String']['output']>;
};

/** The payment of an order. Visible to those who can see the order. */
export type Payment = {
  __typename?: 'Payment';
  /** The amount to be paid: the order's total, less units that were withdrawn before anything was paid. */
  amount: Money;
  /** What was refunded. */
  amountRefunded: Money;
  /** When it was created. */
  createdAt: Scalars['DateTime']['output'];
  /** Globally unique id. */
  id: Scalars['ID']['output'];
  /** The order that is paid. */
  order: Order;
  /** The provider of the last charge, such as "stripe"; "recorded" for a payment made outside the shop. */
  provider: Scalars['String']['output'];
  /** Where the payment stands. */
  status: PaymentStatus;
  /** All charges, refunds and disputes, oldest first. */
  transactions: Array<PaymentTransaction>;
  /** When it was last changed. */
  updatedAt: Scalars['DateTime']['output'];
};

/** A payment or refund that did not succeed, or that is not possible. */
export type PaymentError = UserError & {
  __typename?: 'PaymentError';
  /** The error's code. */
  code: UserErrorCode;
  /** The provider's reason, such as "insufficient_funds". */
  declineCode?: Maybe<Scalars['String']['output']>;
  /** The path in `input` that the error is about; null when it is about none in particular. */
  field?: Maybe<Array<Scalars['String']['output']>>;
  /** A sentence for people. */
  message: Scalars['String']['output'];
};

/**
 * A token from the payment provider's own form. The built-in "test" provider has tok_ok, tok_declined, tok_insufficient_funds,
 * tok_action_required, tok_slow (responds after 3 s) and tok_timeout (charges, but the response is lost).
 */
export type PaymentMethodInput = {
  /** The payment provider, such as "stripe". Defaults to the shop's first one. */
  provider?: InputMaybe<Scalars['String']['input']>;
  /** Where the provider sends the buyer after PAYMENT_ACTION_REQUIRED. */
  returnUrl?: InputMaybe<Scalars['URL']['input']>;
  /** The provider's token, never card data. */
  token: Scalars['String']['input'];
};

/** The result of changing a payment. */
export type PaymentPayload = {
  __typename?: 'PaymentPayload';
  /** Where to send the buyer, with PAYMENT_ACTION_REQUIRED. */
  nextActionUrl?: Maybe<Scalars['URL']['output']>;
  /** The payment as it is now. */
  payment?: Maybe<Payment>;
  /** What the caller can act on; empty if all went well. */
  userErrors: Array<UserError>;
};

/** A payment of an order. */
export type PaymentProcessInput = {
  /** Must be the payment's amount. */
  amount: MoneyInput;
  /** The order's token, for guests. */
  guestOrderToken?: InputMaybe<Scalars['String']['input']>;
  /** A unique text of at most 200 characters, with which the request can be repeated safely. */
  idempotencyKey: Scalars['String']['input'];
  /** What to pay with. */
  method: PaymentMethodInput;
  /** Id of the payment. */
  paymentId: Scalars['ID']['input'];
};

/** A payment made outside the shop. */
export type PaymentRecordInput = {
  /** Must be the payment's amount. */
  amount: MoneyInput;
  /** A unique text of at most 200 characters, with which the request can be repeated safely. */
  idempotencyKey: Scalars['String']['input'];
  /** Id of the payment. */
  paymentId: Scalars['ID']['input'];
  /** The reference of the payment, such as a receipt number. */
  reference: Scalars['String']['input'];
};

/** Where an order's payment stands. */
export type PaymentStatus =
  /** The order was cancelled before it was paid. */
  | 'CANCELLED'
  /** The last attempt was declined; another can be made. */
  | 'FAILED'
  /** Paid in full. */
  | 'PAID'
  /** A part of what was paid was refunded. */
  | 'PARTIALLY_REFUNDED'
  /** A payment is in progress; its final result is not known yet. */
  | 'PENDING'
  /** All that was paid was refunded. */
  | 'REFUNDED'
  /** No payment was attempted. */
  | 'UNPAID';

/** A charge, a refund or a dispute. */
export type PaymentTransaction = {
  __typename?: 'PaymentTransaction';
  /** The amount that moves. */
  amount: Money;
  /** When it was created. */
  createdAt: Scalars['DateTime']['output'];
  /** The provider's reason for declining, such as "insufficient_funds". */
  declineCode?: Maybe<Scalars['String']['output']>;
  /** Globally unique id. */
  id: Scalars['ID']['output'];
  /** The provider's id of the transaction. */
  providerReference?: Maybe<Scalars['String']['output']>;
  /** Why money was refunded. */
  reason?: Maybe<Scalars['String']['output']>;
  /** The result. */
  status: PaymentTransactionStatus;
  /** Charge, refund or dispute. */
  type: PaymentTransactionType;
};

/** The result of a transaction. */
export type PaymentTransactionStatus =
  /** Declined or voided, or a dispute that the shop won; no money moved. */
  | 'FAILED'
  /** The final result is not known yet. */
  | 'PENDING'
  /** The money moved. */
  | 'SUCCEEDED';

/** The direction of a transaction. */
export type PaymentTransactionType =
  /** An attempt to take money from the buyer. */
  | 'CHARGE'
  /** Money that the buyer's bank took back, or holds. */
  | 'DISPUTE'
  /** Money returned to the buyer. */
  | 'REFUND';

/** The total differs from `expectedTotal`. */
export type PriceChangedError = UserError & {
  __typename?: 'PriceChangedError';
  /** The total at today's prices. */
  actualTotal: Money;
  /** The error's code. */
  code: UserErrorCode;
  /** The total in the input. */
  expectedTotal: Money;
  /** The path in `input` that the error is about; null when it is about none in particular. */
  field?: Maybe<Array<Scalars['String']['output']>>;
  /** A sentence for people. */
  message: Scalars['String']['output'];
};

/** Something that the shop sells, in one or several variants. */
export type Product = {
  __typename?: 'Product';
  /** Globally unique id. */
  id: Scalars['ID']['output'];
};

/** What a buyer buys: one size and colour of a product. */
export type ProductVariant = {
  __typename?: 'ProductVariant';
  /** Globally unique id. */
  id: Scalars['ID']['output'];
};

/** Queries of the graph. Each names the permission that it requires, if any. */
export type Query = {
  __typename?: 'Query';
  /** The viewer's cart, or a guest's cart by its token; null until something is added. Open to everyone. */
  cart?: Maybe<Cart>;
  /** The discount with that id or code; null if there is none. Requires `discounts:write`. */
  discount?: Maybe<Discount>;
  /** All discounts, newest first. Requires `discounts:write`. */
  discounts?: Maybe<DiscountConnection>;
  /** A guest's order by its token, until a user claims it. Open to everyone who has the token. */
  guestOrder?: Maybe<Order>;
  /** Lists all invoices and credit notes, oldest first. Requires `orders:read`. */
  invoices?: Maybe<InvoiceConnection>;
  /**
   * An order by its id or number. Requires a signed-in viewer: its buyer, or a holder of `orders:read`. null for all others, as if it did not
   * exist.
   */
  order?: Maybe<Order>;
  /** Lists all orders, newest first by default. Requires `orders:read`. */
  orders?: Maybe<OrderConnection>;
  /** A payment by its id or its order. Requires a signed-in viewer: the order's buyer, or a holder of `orders:read`. */
  payment?: Maybe<Payment>;
  /** Lists all returns, oldest first. Requires `orders:read`. */
  returns?: Maybe<ReturnConnection>;
  /** All shipping methods, oldest first. Requires `settings:write`. */
  shippingMethods?: Maybe<Array<ShippingMethod>>;
  /** Tax rates by country, region, class and time; those that have ended too. Requires `settings:write`. */
  taxRates?: Maybe<Array<TaxRate>>;
  /** How the shop is taxed. Requires `settings:write`. */
  taxSettings?: Maybe<TaxSettings>;
};


/** Queries of the graph. Each names the permission that it requires, if any. */
export type QueryCartArgs = {
  token?: InputMaybe<Scalars['String']['input']>;
};


/** Queries of the graph. Each names the permission that it requires, if any. */
export type QueryDiscountArgs = {
  code?: InputMaybe<Scalars['String']['input']>;
  id?: InputMaybe<Scalars['ID']['input']>;
};


/** Queries of the graph. Each names the permission that it requires, if any. */
export type QueryDiscountsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
};


/** Queries of the graph. Each names the permission that it requires, if any. */
export type QueryGuestOrderArgs = {
  token: Scalars['String']['input'];
};


/** Queries of the graph. Each names the permission that it requires, if any. */
export type QueryInvoicesArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  issuedFrom?: InputMaybe<Scalars['DateTime']['input']>;
  issuedTo?: InputMaybe<Scalars['DateTime']['input']>;
  kind?: InputMaybe<InvoiceKind>;
};


/** Queries of the graph. Each names the permission that it requires, if any. */
export type QueryOrderArgs = {
  id?: InputMaybe<Scalars['ID']['input']>;
  number?: InputMaybe<Scalars['String']['input']>;
};


/** Queries of the graph. Each names the permission that it requires, if any. */
export type QueryOrdersArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<OrderFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  sort?: InputMaybe<OrderSort>;
};


/** Queries of the graph. Each names the permission that it requires, if any. */
export type QueryPaymentArgs = {
  id?: InputMaybe<Scalars['ID']['input']>;
  orderId?: InputMaybe<Scalars['ID']['input']>;
};


/** Queries of the graph. Each names the permission that it requires, if any. */
export type QueryReturnsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  status?: InputMaybe<Array<ReturnStatus>>;
};


/** Queries of the graph. Each names the permission that it requires, if any. */
export type QueryTaxRatesArgs = {
  country?: InputMaybe<Scalars['CountryCode']['input']>;
};

/** Money given back. `amount` includes `tax`. */
export type Refund = {
  __typename?: 'Refund';
  /** What is given back. */
  amount: Money;
  /** When it was created. */
  createdAt: Scalars['DateTime']['output'];
  /** Globally unique id; that of its transaction. */
  id: Scalars['ID']['output'];
  /** What is given back for units of lines. Empty for goodwill. */
  lines: Array<RefundLine>;
  /** Why. */
  reason?: Maybe<Scalars['String']['output']>;
  /** The part that refunds shipping. */
  shipping: Money;
  /** Whether the money moved. */
  status: PaymentTransactionStatus;
  /** The tax in it. */
  tax: Money;
};

/**
 * A refund of a payment. `lines` and `shipping` give back what was paid for them; `amount` with them gives back less. `amount` alone, or nothing, is
 * goodwill.
 */
export type RefundCreateInput = {
  /** How much to refund. Defaults to what was paid for `lines` and `shipping`, and without these to the remaining amount. */
  amount?: InputMaybe<MoneyInput>;
  /** A unique text of at most 200 characters, with which the request can be repeated safely. */
  idempotencyKey: Scalars['String']['input'];
  /** Units to refund at what was paid for them. */
  lines?: InputMaybe<Array<OrderLineInput>>;
  /** Id of the payment. */
  paymentId: Scalars['ID']['input'];
  /** Why, up to 500 characters. The buyer can see it. */
  reason?: InputMaybe<Scalars['String']['input']>;
  /**
   * The RECEIVED return to refund, which this closes. `lines` limits the refund to some of its units, and the return is closed all the same. To give back
   * less for all of them, use `amount`.
   */
  returnId?: InputMaybe<Scalars['ID']['input']>;
  /** Refund the shipping price as well. */
  shipping?: InputMaybe<Scalars['Boolean']['input']>;
};

/** What a refund gives back for units of one line. */
export type RefundLine = {
  __typename?: 'RefundLine';
  /** What is given back for them, tax included. */
  amount: Money;
  /** The line of the order. */
  item: OrderItem;
  /** How many of its units are refunded. */
  quantity: Scalars['Int']['output'];
  /** The tax in it. */
  tax: Money;
};

/** Money that was given back elsewhere: in the provider's dashboard or in cash. */
export type RefundRecordInput = {
  /** How much was given back; with `lines` and `shipping` at most what was paid for them. */
  amount: MoneyInput;
  /** A unique text of at most 200 characters, with which the request can be repeated safely. */
  idempotencyKey: Scalars['String']['input'];
  /** The units that it was for. */
  lines?: InputMaybe<Array<OrderLineInput>>;
  /** Id of the payment. */
  paymentId: Scalars['ID']['input'];
  /** The reference of the payment, such as a receipt number. */
  reference: Scalars['String']['input'];
  /** Whether it was for shipping as well. */
  shipping?: InputMaybe<Scalars['Boolean']['input']>;
};

/**
 * Goods that come back. A withdrawal (`isWithdrawal`) is the consumer's legal right in the European Union (Directive 2011/83/EU, Article 11a): it needs
 * no reason and no approval, and its receipt is confirmed by e-mail.
 */
export type Return = {
  __typename?: 'Return';
  /** Globally unique id. */
  id: Scalars['ID']['output'];
  /** Whether the buyer withdrew from the contract. */
  isWithdrawal: Scalars['Boolean']['output'];
  /** What comes back; once it is RECEIVED, what came. */
  lines: Array<ReturnLine>;
  /** The order that it is of. */
  order: Order;
  /** Why, in the buyer's words. */
  reason?: Maybe<Scalars['String']['output']>;
  /** Its refund; null until there is one. */
  refund?: Maybe<Refund>;
  /** When the request arrived. */
  requestedAt: Scalars['DateTime']['output'];
  /** Where it stands. */
  status: ReturnStatus;
  /** Increases with each change. For `expectedVersion`. */
  version: Scalars['Int']['output'];
};

/** A page of returns. */
export type ReturnConnection = {
  __typename?: 'ReturnConnection';
  /** The rows with their cursors. */
  edges: Array<ReturnEdge>;
  /** The rows. */
  nodes: Array<Return>;
  /** Where the page is in the list. */
  pageInfo: PageInfo;
  /** The number of returns that match the filter. */
  totalCount: Scalars['Int']['output'];
};

/** A return with its cursor. */
export type ReturnEdge = {
  __typename?: 'ReturnEdge';
  /** The row's cursor, for `after`. */
  cursor: Scalars['String']['output'];
  /** The row. */
  node: Return;
};

/** Units of one line that come back. */
export type ReturnLine = {
  __typename?: 'ReturnLine';
  /** The line of the order. */
  item: OrderItem;
  /** How many of its units. */
  quantity: Scalars['Int']['output'];
  /** How many of these went back on sale. */
  restockedQuantity: Scalars['Int']['output'];
};

/** The result of asking for a return or moving one on. */
export type ReturnPayload = {
  __typename?: 'ReturnPayload';
  /** When the request arrived; the confirmation e-mail says the same. */
  receivedAt?: Maybe<Scalars['DateTime']['output']>;
  /** The return as it is now. Null for a guest who is not signed in, and where nothing has to be sent back. */
  return?: Maybe<Return>;
  /** What the caller can act on; empty if all went well. */
  userErrors: Array<UserError>;
};

/** A signed-in buyer gives `orderId`; a guest gives `guestOrderToken`, or `orderNumber` with `email`, which always returns `receivedAt` and nothing else. */
export type ReturnRequestInput = {
  /** The order's email address, with `orderNumber`. */
  email?: InputMaybe<Scalars['EmailAddress']['input']>;
  /** The order's token, for guests. */
  guestOrderToken?: InputMaybe<Scalars['String']['input']>;
  /** A unique text of at most 200 characters, with which the request can be repeated safely. */
  idempotencyKey: Scalars['String']['input'];
  /** Whether the buyer withdraws from the contract, which needs no reason and no approval. */
  isWithdrawal: Scalars['Boolean']['input'];
  /** What comes back. Defaults to everything that can be returned; not allowed with `orderNumber`. */
  lines?: InputMaybe<Array<OrderLineInput>>;
  /** Id of the viewer's own order. */
  orderId?: InputMaybe<Scalars['ID']['input']>;
  /** The order's number, with or without its dash. */
  orderNumber?: InputMaybe<Scalars['String']['input']>;
  /** Why, up to 500 characters. */
  reason?: InputMaybe<Scalars['String']['input']>;
};

/** Where a return stands. */
export type ReturnStatus =
  /** The buyer may send the goods. */
  | 'APPROVED'
  /** Refunded, or closed without a refund. */
  | 'CLOSED'
  /** The goods stay with the buyer. */
  | 'DECLINED'
  /** The goods are here. */
  | 'RECEIVED'
  /** The buyer asked for it. */
  | 'REQUESTED';

/** A move of a return to another status. What is left out stays. */
export type ReturnUpdateInput = {
  /** The version that the caller read. If it is not the current one, nothing is changed and the error is EDIT_CONFLICT. */
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  /** Id of the return. */
  id: Scalars['ID']['input'];
  /** With RECEIVED: what came, 0 included; all of it when left out. */
  lines?: InputMaybe<Array<OrderLineInput>>;
  /** A note for staff, up to 2,000 characters. */
  note?: InputMaybe<Scalars['String']['input']>;
  /** With RECEIVED: what goes back on sale; nothing when left out. */
  restock?: InputMaybe<Array<OrderLineInput>>;
  /**
   * The new status. REQUESTED goes to APPROVED or DECLINED, APPROVED to RECEIVED, a withdrawal from REQUESTED to RECEIVED, and RECEIVED to CLOSED,
   * which its refund does as well.
   */
  status: ReturnStatus;
};

/** One parcel. An order may leave in several. */
export type Shipment = {
  __typename?: 'Shipment';
  /** The carrier's name. */
  carrier?: Maybe<Scalars['String']['output']>;
  /** When it arrived; null until that is known. */
  deliveredAt?: Maybe<Scalars['DateTime']['output']>;
  /** Globally unique id. */
  id: Scalars['ID']['output'];
  /** What is in it, in the order of the order's lines. */
  lines: Array<ShipmentLine>;
  /** When it left. */
  shippedAt: Scalars['DateTime']['output'];
  /** The carrier's tracking number. */
  trackingNumber?: Maybe<Scalars['String']['output']>;
  /** The carrier's tracking page: the one given, or else the shipping method's `trackingUrlTemplate` with the tracking number. */
  trackingUrl?: Maybe<Scalars['URL']['output']>;
};

/** A parcel that leaves. */
export type ShipmentCreateInput = {
  /** The carrier's name, up to 100 characters. */
  carrier?: InputMaybe<Scalars['String']['input']>;
  /** A unique text of at most 200 characters, with which the request can be repeated safely. */
  idempotencyKey: Scalars['String']['input'];
  /** What is in the parcel. All that is not shipped yet when left out. */
  lines?: InputMaybe<Array<OrderLineInput>>;
  /** Id of the order. */
  orderId: Scalars['ID']['input'];
  /** The carrier's tracking number, up to 100 characters. */
  trackingNumber?: InputMaybe<Scalars['String']['input']>;
  /** The carrier's tracking page. Made from the shipping method's `trackingUrlTemplate` and the tracking number when left out. */
  trackingUrl?: InputMaybe<Scalars['URL']['input']>;
};

/** Units of one line in a parcel. */
export type ShipmentLine = {
  __typename?: 'ShipmentLine';
  /** The line of the order. */
  item: OrderItem;
  /** How many of its units are in the parcel. */
  quantity: Scalars['Int']['output'];
};

/** The result of shipping. */
export type ShipmentPayload = {
  __typename?: 'ShipmentPayload';
  /** Its order as it is now. */
  order?: Maybe<Order>;
  /** The parcel as it is now. */
  shipment?: Maybe<Shipment>;
  /** What the caller can act on; empty if all went well. */
  userErrors: Array<UserError>;
};

/** What is known of a parcel. What is left out stays; null clears it. */
export type ShipmentUpdateInput = {
  /** The carrier's name, up to 100 characters. */
  carrier?: InputMaybe<Scalars['String']['input']>;
  /** When it arrived: not before it was shipped, and not in the future. */
  deliveredAt?: InputMaybe<Scalars['DateTime']['input']>;
  /** Id of the shipment. */
  id: Scalars['ID']['input'];
  /** The carrier's tracking number, up to 100 characters. */
  trackingNumber?: InputMaybe<Scalars['String']['input']>;
  /** The carrier's tracking page. One that was made from the shipping method's `trackingUrlTemplate` follows the tracking number. */
  trackingUrl?: InputMaybe<Scalars['URL']['input']>;
};

/** A way of shipping, with its prices in all markets. */
export type ShippingMethod = {
  __typename?: 'ShippingMethod';
  /** Globally unique id; also that of the carts' ShippingOption. */
  id: Scalars['ID']['output'];
  /** Whether it is offered. */
  isActive: Scalars['Boolean']['output'];
  /** Whether the buyer picks the goods up. */
  isPickup: Scalars['Boolean']['output'];
  /** Name, such as "Standard". */
  name: Scalars['String']['output'];
  /** Its prices. */
  rates: Array<ShippingRate>;
  /** A tax class, or null: taxed like the goods it ships, in proportion to their value. */
  taxClass?: Maybe<Scalars['String']['output']>;
  /** Address of the carrier's tracking page; `{trackingNumber}` is replaced. */
  trackingUrlTemplate?: Maybe<Scalars['String']['output']>;
  /** Counts the changes. For `expectedVersion`. */
  version: Scalars['Int']['output'];
};

/** The result of setting a shipping method. */
export type ShippingMethodPayload = {
  __typename?: 'ShippingMethodPayload';
  /** The method; null when there are user errors. */
  shippingMethod?: Maybe<ShippingMethod>;
  /** What the caller can act on; empty if all went well. */
  userErrors: Array<UserError>;
};

/** A way of shipping. With `id` it replaces that method as a whole. */
export type ShippingMethodSetInput = {
  /** Fails with EDIT_CONFLICT unless the method still has this version. */
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  /** Id of the method to replace; a new one when left out. */
  id?: InputMaybe<Scalars['ID']['input']>;
  /** Whether it is offered. */
  isActive: Scalars['Boolean']['input'];
  /** Whether the buyer picks the goods up. Its rates are matched with the home country. */
  isPickup: Scalars['Boolean']['input'];
  /** 1 to 100 characters, one line. */
  name: Scalars['String']['input'];
  /** All of its prices, at most 500. */
  rates: Array<ShippingRateInput>;
  /** A tax class; taxed like the goods when left out. */
  taxClass?: InputMaybe<Scalars['String']['input']>;
  /** Address of the carrier's tracking page, in which `{trackingNumber}` is replaced. */
  trackingUrlTemplate?: InputMaybe<Scalars['String']['input']>;
};

/** A way of getting the cart to an address, at today's price. */
export type ShippingOption = {
  __typename?: 'ShippingOption';
  /** Give it to checkoutComplete as `shippingOptionId`. */
  id: Scalars['ID']['output'];
  /** Whether the buyer picks the goods up. */
  isPickup: Scalars['Boolean']['output'];
  /** The most days that it takes; null when it is not known. */
  maxDays?: Maybe<Scalars['Int']['output']>;
  /** The fewest days that it takes; null when it is not known. */
  minDays?: Maybe<Scalars['Int']['output']>;
  /** Name, such as "Standard". */
  name: Scalars['String']['output'];
  /** Includes tax when the market's prices do. */
  price: Money;
};

/** One price of a method in one market. A rate for the destination country overrides rates without countries. Among tiers, the one with the highest `from` that is reached applies. */
export type ShippingRate = {
  __typename?: 'ShippingRate';
  /** What `from` counts. */
  basis: ShippingRateBasis;
  /** Empty: all countries of the market. */
  countries: Array<Scalars['CountryCode']['output']>;
  /** Free from this total after discounts on. */
  freeFrom?: Maybe<Money>;
  /** An amount in the market's currency, such as "50.00", or grams; 0 for FLAT. */
  from: Scalars['Decimal']['output'];
  /** The market. */
  market?: Maybe<Market>;
  /** The most days that it takes. */
  maxDays?: Maybe<Scalars['Int']['output']>;
  /** The fewest days that it takes. */
  minDays?: Maybe<Scalars['Int']['output']>;
  /** The price. Includes tax when the market's prices do. */
  price: Money;
};

/** What the price of shipping depends on. */
export type ShippingRateBasis =
  /** Nothing. */
  | 'FLAT'
  /** The lines' total after discounts. */
  | 'ORDER_VALUE'
  /** The weight of the lines. */
  | 'WEIGHT_GRAMS';

/** A price of a shipping method in a market. */
export type ShippingRateInput = {
  /** What `from` counts. A method has one basis for each market and country. */
  basis: ShippingRateBasis;
  /** Countries of the market; all of them when left out or empty. */
  countries?: InputMaybe<Array<Scalars['CountryCode']['input']>>;
  /** Free from this total after discounts on, in the market's currency. */
  freeFrom?: InputMaybe<MoneyInput>;
  /** An amount in the market's currency, such as "50.00", or grams; 0 for FLAT. */
  from: Scalars['Decimal']['input'];
  /** Id of the market. */
  market: Scalars['ID']['input'];
  /** The most days that it takes, up to 365. */
  maxDays?: InputMaybe<Scalars['Int']['input']>;
  /** The fewest days that it takes, up to 365. */
  minDays?: InputMaybe<Scalars['Int']['input']>;
  /** The price, in the market's currency; 0 is free. */
  price: MoneyInput;
};

/** The direction of a sort. */
export type SortDirection =
  /** Smallest, earliest or first in the alphabet first. */
  | 'ASC'
  /** Largest, latest or last in the alphabet first. */
  | 'DESC';

/** Where an order's stock is. */
export type StockStatus =
  /** It is not known yet whether the stock is reserved. Changes without further requests. */
  | 'PENDING'
  /** Available to others again. */
  | 'RELEASED'
  /** Reserved for the order. */
  | 'RESERVED'
  /** Sold to the order. */
  | 'SOLD';

/** The rate of a tax class in a country or region, for a time. */
export type TaxRate = {
  __typename?: 'TaxRate';
  /** The country. */
  country: Scalars['CountryCode']['output'];
  /** Such as "VAT 19%". */
  name: Scalars['String']['output'];
  /** Percent, such as "19" or "8.625". */
  rate: Scalars['Decimal']['output'];
  /** State or province; null for the whole country. A region's rate replaces the country's. */
  region?: Maybe<Scalars['String']['output']>;
  /** The tax class, such as "standard" or "reduced". */
  taxClass: Scalars['String']['output'];
  /** From when on it holds. */
  validFrom: Scalars['DateTime']['output'];
  /** Until when it holds; null for no end. */
  validUntil?: Maybe<Scalars['DateTime']['output']>;
};

/** A rate of a tax class. */
export type TaxRateInput = {
  /** 1 to 100 characters, such as "VAT 19%". */
  name: Scalars['String']['input'];
  /** Percent from 0 to 100, up to 4 decimals. */
  rate: Scalars['Decimal']['input'];
  /** State or province: the part of ISO 3166-2 after the country. The whole country when left out. */
  region?: InputMaybe<Scalars['String']['input']>;
  /** The tax class. Classes without a rate take that of "standard". */
  taxClass: Scalars['String']['input'];
  /** From when on it holds; defaults to now. */
  validFrom?: InputMaybe<Scalars['DateTime']['input']>;
  /** Until when it holds; defaults to no end. */
  validUntil?: InputMaybe<Scalars['DateTime']['input']>;
};

/** The result of setting tax rates. */
export type TaxRatesPayload = {
  __typename?: 'TaxRatesPayload';
  /** The country's rates; null when there are user errors. */
  taxRates?: Maybe<Array<TaxRate>>;
  /** What the caller can act on; empty if all went well. */
  userErrors: Array<UserError>;
};

/** Replaces all rates of the country. */
export type TaxRatesSetInput = {
  /** The country. */
  country: Scalars['CountryCode']['input'];
  /** All of its rates, at most 200. Two of one region and class must not overlap. */
  rates: Array<TaxRateInput>;
};

/** How the shop is taxed. */
export type TaxSettings = {
  __typename?: 'TaxSettings';
  /** Where the shop is established, and where goods are picked up. */
  homeCountry: Scalars['CountryCode']['output'];
  /** State or province of it; null if that does not matter. */
  homeRegion?: Maybe<Scalars['String']['output']>;
  /** What destinations without rates of their own are charged. */
  unregistered: UnregisteredTax;
  /** Counts the changes. For `expectedVersion`. */
  version: Scalars['Int']['output'];
};

/** New tax settings. */
export type TaxSettingsInput = {
  /** Fails with EDIT_CONFLICT unless the settings still have this version. */
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  /** Where the shop is established. */
  homeCountry: Scalars['CountryCode']['input'];
  /** State or province of it: the part of ISO 3166-2 after the country. */
  homeRegion?: InputMaybe<Scalars['String']['input']>;
  /** What destinations without rates of their own are charged. */
  unregistered: UnregisteredTax;
};

/** The result of changing the tax settings. */
export type TaxSettingsPayload = {
  __typename?: 'TaxSettingsPayload';
  /** The settings; null when there are user errors. */
  taxSettings?: Maybe<TaxSettings>;
  /** What the caller can act on; empty if all went well. */
  userErrors: Array<UserError>;
};

/** The tax at one rate. */
export type TaxTotal = {
  __typename?: 'TaxTotal';
  /** Such as "VAT 19%". */
  name: Scalars['String']['output'];
  /** Percent, such as "19" or "8.625". */
  rate: Scalars['Decimal']['output'];
  /** The tax on it. */
  tax: Money;
  /** The amount the rate applies to, without tax. */
  taxable: Money;
  /** Why the rate applies. */
  treatment: TaxTreatment;
};

/** Why an amount is taxed as it is. */
export type TaxTreatment =
  /** Delivered outside the shop's tax territory. */
  | 'EXPORT'
  /** The shop is not registered for tax there. */
  | 'NOT_COLLECTED'
  /** The business customer accounts for the tax; the invoice says so. */
  | 'REVERSE_CHARGE'
  /** Taxed at the rate. */
  | 'STANDARD';

/** What a destination without rates of its own is charged inside the shop's tax territory (for an EU member the European Union). Outside it: EXPORT. */
export type UnregisteredTax =
  /** The home country's rates. */
  | 'HOME_RATES'
  /** No tax: treatment NOT_COLLECTED. */
  | 'NO_TAX';

/** A person with an account. Guarded fields are readable by the user and by holders of users:read; for others they are null with an error. */
export type User = {
  __typename?: 'User';
  /** The user's cart; null if the user has none. Requires a signed-in viewer, who must be the user; for others it is null with a FORBIDDEN error. */
  cart?: Maybe<Cart>;
  /** Id of the user, a UUID. */
  id: Scalars['ID']['output'];
  /**
   * The user's orders, newest first by default. Requires a signed-in viewer: the user, or a holder of `orders:read`; for others it is null with
   * a FORBIDDEN error.
   */
  orders?: Maybe<OrderConnection>;
};


/** A person with an account. Guarded fields are readable by the user and by holders of users:read; for others they are null with an error. */
export type UserOrdersArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<OrderFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  sort?: InputMaybe<OrderSort>;
};

/**
 * A failure that the caller can act on. A payload can carry several. Programs should rely on `code`; `message` is for people and may change.
 * All other failures (not signed in, not allowed, too many requests, an internal error) are top-level errors with `extensions.code`.
 */
export type UserError = {
  /** What went wrong. Stable. */
  code: UserErrorCode;
  /** The path in `input` that the error is about, such as ["items", "0", "quantity"]; null when it is about none in particular. */
  field?: Maybe<Array<Scalars['String']['output']>>;
  /** A sentence for people, written to be shown next to a form field. */
  message: Scalars['String']['output'];
};

/** Why a mutation could not do what was asked. */
export type UserErrorCode =
  /** The value must be unique and is taken. */
  | 'ALREADY_EXISTS'
  /** The cart has no items, or does not exist yet. */
  | 'CART_EMPTY'
  /** The items or the amount are in another currency than the cart or order. */
  | 'CURRENCY_MISMATCH'
  /** A discount code does not apply to the order. */
  | 'DISCOUNT_NOT_APPLICABLE'
  /** No use of the discount is left, for this buyer or at all. */
  | 'DISCOUNT_USED_UP'
  /** The object has changed since it was read: `expectedVersion` is not its current version. */
  | 'EDIT_CONFLICT'
  /** Guests must enter an email address. */
  | 'EMAIL_REQUIRED'
  /** The idempotency key was already used with a different input. */
  | 'IDEMPOTENCY_KEY_REUSED'
  /** Fewer units are available than requested. */
  | 'INSUFFICIENT_STOCK'
  /** The order cannot move from its status to that one. */
  | 'INVALID_STATUS_TRANSITION'
  /** The market does not deliver to that country, or the product is not sold in the market. */
  | 'MARKET_UNAVAILABLE'
  /** The object does not exist, or the viewer may not see it. */
  | 'NOT_FOUND'
  /** The order can no longer be changed in this way. */
  | 'ORDER_NOT_EDITABLE'
  /** The order cannot be paid in its status. */
  | 'ORDER_NOT_PAYABLE'
  /** The buyer must confirm the payment at `nextActionUrl`. */
  | 'PAYMENT_ACTION_REQUIRED'
  /** The order is already paid. */
  | 'PAYMENT_ALREADY_PROCESSED'
  /** The amount is not the payment's amount. */
  | 'PAYMENT_AMOUNT_MISMATCH'
  /** The provider declined the payment or refund. */
  | 'PAYMENT_DECLINED'
  /** Another payment of the order is in progress. */
  | 'PAYMENT_IN_PROGRESS'
  /** The total differs from `expectedTotal`. Show the new total and ask again. */
  | 'PRICE_CHANGED'
  /** The product or variant is not on sale, or not in this currency. */
  | 'PRODUCT_UNAVAILABLE'
  /** More units than are left of the line. */
  | 'QUANTITY_EXCEEDED'
  /** The amount is greater than what remains to be refunded. */
  | 'REFUND_EXCEEDS_PAID'
  /** The return is not possible, or not in its status. */
  | 'RETURN_NOT_POSSIBLE'
  /** There is no shipping address in the input and no default address. */
  | 'SHIPPING_ADDRESS_REQUIRED'
  /** The market has prices for shipping; choose one of the cart's `shippingOptions`. */
  | 'SHIPPING_OPTION_REQUIRED'
  /** No way of shipping serves the address, or the chosen one does not. */
  | 'SHIPPING_UNAVAILABLE'
  /** A value of the input is not valid; `field` names it. */
  | 'VALIDATION_FAILED'
  /** The product has several variants; choose one. */
  | 'VARIANT_REQUIRED';

/** A value of the input is not valid, or is taken; `field` names it. */
export type ValidationError = UserError & {
  __typename?: 'ValidationError';
  /** VALIDATION_FAILED, or ALREADY_EXISTS for a value that is taken. */
  code: UserErrorCode;
  /** The path in `input` of the value. */
  field?: Maybe<Array<Scalars['String']['output']>>;
  /** A sentence for people. */
  message: Scalars['String']['output'];
};



export type ResolverTypeWrapper<T> = Promise<T> | T;

export type ReferenceResolver<TResult, TReference, TContext> = (
      reference: TReference,
      context: TContext,
      info: GraphQLResolveInfo
    ) => Promise<TResult> | TResult;

      type ScalarCheck<T, S> = S extends true ? T : NullableCheck<T, S>;
      type NullableCheck<T, S> = Maybe<T> extends T ? Maybe<ListCheck<NonNullable<T>, S>> : ListCheck<T, S>;
      type ListCheck<T, S> = T extends (infer U)[] ? NullableCheck<U, S>[] : GraphQLRecursivePick<T, S>;
      export type GraphQLRecursivePick<T, S> = { [K in keyof T & keyof S]: ScalarCheck<T[K], S[K]> };
    
export type Resolver<TResult, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = ResolverFn<TResult, TParent, TContext, TArgs>;

export type ResolverFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => Promise<TResult> | TResult;

export type SubscriptionSubscribeFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => AsyncIterable<TResult> | Promise<AsyncIterable<TResult>>;

export type SubscriptionResolveFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

export interface SubscriptionSubscriberObject<TResult, TKey extends string, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<{ [key in TKey]: TResult }, TParent, TContext, TArgs>;
  resolve?: SubscriptionResolveFn<TResult, { [key in TKey]: TResult }, TContext, TArgs>;
}

export interface SubscriptionResolverObject<TResult, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<any, TParent, TContext, TArgs>;
  resolve: SubscriptionResolveFn<TResult, any, TContext, TArgs>;
}

export type SubscriptionObject<TResult, TKey extends string, TParent, TContext, TArgs> =
  | SubscriptionSubscriberObject<TResult, TKey, TParent, TContext, TArgs>
  | SubscriptionResolverObject<TResult, TParent, TContext, TArgs>;

export type SubscriptionResolver<TResult, TKey extends string, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> =
  | ((...args: any[]) => SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>)
  | SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>;

export type TypeResolveFn<TTypes, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (
  parent: TParent,
  context: TContext,
  info: GraphQLResolveInfo
) => Maybe<TTypes> | Promise<Maybe<TTypes>>;

export type IsTypeOfResolverFn<T = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (obj: T, context: TContext, info: GraphQLResolveInfo) => boolean | Promise<boolean>;

export type NextResolverFn<T> = () => Promise<T>;

export type DirectiveResolverFn<TResult = Record<PropertyKey, never>, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = (
  next: NextResolverFn<TResult>,
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

/** Mapping of federation types */
export type FederationTypes = {
  Cart: Cart;
  CartItem: CartItem;
  Order: Order;
  OrderItem: OrderItem;
  Payment: Payment;
  User: User;
};

/** Mapping of federation reference types */
export type FederationReferenceTypes = {
  Cart:
    ( { __typename: 'Cart' }
    & GraphQLRecursivePick<FederationTypes['Cart'], {"id":true}> );
  CartItem:
    ( { __typename: 'CartItem' }
    & GraphQLRecursivePick<FederationTypes['CartItem'], {"id":true}> );
  Order:
    ( { __typename: 'Order' }
    & ( GraphQLRecursivePick<FederationTypes['Order'], {"id":true}>
        | GraphQLRecursivePick<FederationTypes['Order'], {"number":true}> ) );
  OrderItem:
    ( { __typename: 'OrderItem' }
    & GraphQLRecursivePick<FederationTypes['OrderItem'], {"id":true}> );
  Payment:
    ( { __typename: 'Payment' }
    & GraphQLRecursivePick<FederationTypes['Payment'], {"id":true}> );
  User:
    ( { __typename: 'User' }
    & GraphQLRecursivePick<FederationTypes['User'], {"id":true}> );
};



/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  Address: ResolverTypeWrapper<Address>;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  AddressInput: AddressInput;
  BuyXGetY: ResolverTypeWrapper<BuyXGetY>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  BuyXGetYInput: BuyXGetYInput;
  Cart: ResolverTypeWrapper<CartModel>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  CartDiscountCode: ResolverTypeWrapper<CartDiscountCode>;
  CartDiscountCodeInput: CartDiscountCodeInput;
  CartItem: ResolverTypeWrapper<CartItemModel>;
  CartItemAddInput: CartItemAddInput;
  CartItemInsufficientStock: ResolverTypeWrapper<Omit<CartItemInsufficientStock, 'item'> & { item: ResolversTypes['CartItem'] }>;
  CartItemPriceChanged: ResolverTypeWrapper<Omit<CartItemPriceChanged, 'item'> & { item: ResolversTypes['CartItem'] }>;
  CartItemRemoveInput: CartItemRemoveInput;
  CartItemUnavailable: ResolverTypeWrapper<Omit<CartItemUnavailable, 'item'> & { item: ResolversTypes['CartItem'] }>;
  CartItemUpdateInput: CartItemUpdateInput;
  CartMarketSetInput: CartMarketSetInput;
  CartMergeStrategy: CartMergeStrategy;
  CartPayload: ResolverTypeWrapper<CartPayloadModel>;
  CartProblem: ResolverTypeWrapper<CartProblemModel>;
  CheckoutCompleteInput: CheckoutCompleteInput;
  CheckoutError: ResolverTypeWrapper<CheckoutError>;
  CountryCode: ResolverTypeWrapper<Scalars['CountryCode']['output']>;
  CurrencyCode: ResolverTypeWrapper<Scalars['CurrencyCode']['output']>;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  Decimal: ResolverTypeWrapper<Scalars['Decimal']['output']>;
  Discount: ResolverTypeWrapper<DiscountModel>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  DiscountAllocation: ResolverTypeWrapper<DiscountAllocation>;
  DiscountCode: ResolverTypeWrapper<DiscountCodeModel>;
  DiscountCodeConnection: ResolverTypeWrapper<DiscountCodeConnectionModel>;
  DiscountCodeEdge: ResolverTypeWrapper<Omit<DiscountCodeEdge, 'node'> & { node: ResolversTypes['DiscountCode'] }>;
  DiscountCodeStatus: DiscountCodeStatus;
  DiscountCodesAddInput: DiscountCodesAddInput;
  DiscountConnection: ResolverTypeWrapper<DiscountConnectionModel>;
  DiscountEdge: ResolverTypeWrapper<Omit<DiscountEdge, 'node'> & { node: ResolversTypes['Discount'] }>;
  DiscountError: ResolverTypeWrapper<DiscountError>;
  DiscountInput: DiscountInput;
  DiscountPayload: ResolverTypeWrapper<DiscountPayloadModel>;
  DiscountTarget: DiscountTarget;
  DiscountUpdateInput: DiscountUpdateInput;
  EditConflictError: ResolverTypeWrapper<EditConflictError>;
  EmailAddress: ResolverTypeWrapper<Scalars['EmailAddress']['output']>;
  IdempotencyKeyReusedError: ResolverTypeWrapper<IdempotencyKeyReusedError>;
  InsufficientStockError: ResolverTypeWrapper<InsufficientStockError>;
  InvalidStatusTransitionError: ResolverTypeWrapper<InvalidStatusTransitionError>;
  Invoice: ResolverTypeWrapper<InvoiceModel>;
  InvoiceConnection: ResolverTypeWrapper<InvoiceConnectionModel>;
  InvoiceEdge: ResolverTypeWrapper<Omit<InvoiceEdge, 'node'> & { node: ResolversTypes['Invoice'] }>;
  InvoiceKind: InvoiceKind;
  JSONObject: ResolverTypeWrapper<Scalars['JSONObject']['output']>;
  LanguageCode: ResolverTypeWrapper<Scalars['LanguageCode']['output']>;
  Market: ResolverTypeWrapper<Market>;
  Money: ResolverTypeWrapper<Money>;
  MoneyInput: MoneyInput;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  NotFoundError: ResolverTypeWrapper<NotFoundError>;
  Order: ResolverTypeWrapper<OrderModel>;
  OrderCancelInput: OrderCancelInput;
  OrderCancelReason: OrderCancelReason;
  OrderConnection: ResolverTypeWrapper<OrderConnectionModel>;
  OrderCreateInput: OrderCreateInput;
  OrderEdge: ResolverTypeWrapper<Omit<OrderEdge, 'node'> & { node: ResolversTypes['Order'] }>;
  OrderEvent: ResolverTypeWrapper<OrderEventModel>;
  OrderEventConnection: ResolverTypeWrapper<OrderEventConnectionModel>;
  OrderEventEdge: ResolverTypeWrapper<Omit<OrderEventEdge, 'node'> & { node: ResolversTypes['OrderEvent'] }>;
  OrderEventType: OrderEventType;
  OrderFilter: OrderFilter;
  OrderItem: ResolverTypeWrapper<OrderItemModel>;
  OrderItemInput: OrderItemInput;
  OrderLineInput: OrderLineInput;
  OrderPayload: ResolverTypeWrapper<OrderPayloadModel>;
  OrderSort: OrderSort;
  OrderSortKey: OrderSortKey;
  OrderStatus: OrderStatus;
  OrderStatusUpdateInput: OrderStatusUpdateInput;
  OrderTotals: ResolverTypeWrapper<OrderTotalsModel>;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  Payment: ResolverTypeWrapper<PaymentModel>;
  PaymentError: ResolverTypeWrapper<PaymentError>;
  PaymentMethodInput: PaymentMethodInput;
  PaymentPayload: ResolverTypeWrapper<PaymentPayloadModel>;
  PaymentProcessInput: PaymentProcessInput;
  PaymentRecordInput: PaymentRecordInput;
  PaymentStatus: PaymentStatus;
  PaymentTransaction: ResolverTypeWrapper<PaymentTransactionModel>;
  PaymentTransactionStatus: PaymentTransactionStatus;
  PaymentTransactionType: PaymentTransactionType;
  PriceChangedError: ResolverTypeWrapper<PriceChangedError>;
  Product: ResolverTypeWrapper<Product>;
  ProductVariant: ResolverTypeWrapper<ProductVariant>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Refund: ResolverTypeWrapper<RefundModel>;
  RefundCreateInput: RefundCreateInput;
  RefundLine: ResolverTypeWrapper<RefundLineModel>;
  RefundRecordInput: RefundRecordInput;
  Return: ResolverTypeWrapper<ReturnModel>;
  ReturnConnection: ResolverTypeWrapper<ReturnConnectionModel>;
  ReturnEdge: ResolverTypeWrapper<Omit<ReturnEdge, 'node'> & { node: ResolversTypes['Return'] }>;
  ReturnLine: ResolverTypeWrapper<ReturnLineModel>;
  ReturnPayload: ResolverTypeWrapper<ReturnPayloadModel>;
  ReturnRequestInput: ReturnRequestInput;
  ReturnStatus: ReturnStatus;
  ReturnUpdateInput: ReturnUpdateInput;
  Shipment: ResolverTypeWrapper<ShipmentModel>;
  ShipmentCreateInput: ShipmentCreateInput;
  ShipmentLine: ResolverTypeWrapper<ShipmentLineModel>;
  ShipmentPayload: ResolverTypeWrapper<ShipmentPayloadModel>;
  ShipmentUpdateInput: ShipmentUpdateInput;
  ShippingMethod: ResolverTypeWrapper<ShippingMethodModel>;
  ShippingMethodPayload: ResolverTypeWrapper<ShippingMethodPayloadModel>;
  ShippingMethodSetInput: ShippingMethodSetInput;
  ShippingOption: ResolverTypeWrapper<ShippingOption>;
  ShippingRate: ResolverTypeWrapper<ShippingRateModel>;
  ShippingRateBasis: ShippingRateBasis;
  ShippingRateInput: ShippingRateInput;
  SortDirection: SortDirection;
  StockStatus: StockStatus;
  TaxRate: ResolverTypeWrapper<TaxRateModel>;
  TaxRateInput: TaxRateInput;
  TaxRatesPayload: ResolverTypeWrapper<TaxRatesPayloadModel>;
  TaxRatesSetInput: TaxRatesSetInput;
  TaxSettings: ResolverTypeWrapper<TaxSettings>;
  TaxSettingsInput: TaxSettingsInput;
  TaxSettingsPayload: ResolverTypeWrapper<TaxSettingsPayloadModel>;
  TaxTotal: ResolverTypeWrapper<TaxTotal>;
  TaxTreatment: TaxTreatment;
  URL: ResolverTypeWrapper<Scalars['URL']['output']>;
  UnregisteredTax: UnregisteredTax;
  User: ResolverTypeWrapper<Omit<User, 'cart' | 'orders'> & { cart?: Maybe<ResolversTypes['Cart']>, orders?: Maybe<ResolversTypes['OrderConnection']> }>;
  UserError: ResolverTypeWrapper<UserErrorModel>;
  UserErrorCode: UserErrorCode;
  ValidationError: ResolverTypeWrapper<ValidationError>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  Address: Address;
  String: Scalars['String']['output'];
  AddressInput: AddressInput;
  BuyXGetY: BuyXGetY;
  Int: Scalars['Int']['output'];
  BuyXGetYInput: BuyXGetYInput;
  Cart: CartModel;
  ID: Scalars['ID']['output'];
  CartDiscountCode: CartDiscountCode;
  CartDiscountCodeInput: CartDiscountCodeInput;
  CartItem: CartItemModel;
  CartItemAddInput: CartItemAddInput;
  CartItemInsufficientStock: Omit<CartItemInsufficientStock, 'item'> & { item: ResolversParentTypes['CartItem'] };
  CartItemPriceChanged: Omit<CartItemPriceChanged, 'item'> & { item: ResolversParentTypes['CartItem'] };
  CartItemRemoveInput: CartItemRemoveInput;
  CartItemUnavailable: Omit<CartItemUnavailable, 'item'> & { item: ResolversParentTypes['CartItem'] };
  CartItemUpdateInput: CartItemUpdateInput;
  CartMarketSetInput: CartMarketSetInput;
  CartPayload: CartPayloadModel;
  CartProblem: CartProblemModel;
  CheckoutCompleteInput: CheckoutCompleteInput;
  CheckoutError: CheckoutError;
  CountryCode: Scalars['CountryCode']['output'];
  CurrencyCode: Scalars['CurrencyCode']['output'];
  DateTime: Scalars['DateTime']['output'];
  Decimal: Scalars['Decimal']['output'];
  Discount: DiscountModel;
  Boolean: Scalars['Boolean']['output'];
  DiscountAllocation: DiscountAllocation;
  DiscountCode: DiscountCodeModel;
  DiscountCodeConnection: DiscountCodeConnectionModel;
  DiscountCodeEdge: Omit<DiscountCodeEdge, 'node'> & { node: ResolversParentTypes['DiscountCode'] };
  DiscountCodesAddInput: DiscountCodesAddInput;
  DiscountConnection: DiscountConnectionModel;
  DiscountEdge: Omit<DiscountEdge, 'node'> & { node: ResolversParentTypes['Discount'] };
  DiscountError: DiscountError;
  DiscountInput: DiscountInput;
  DiscountPayload: DiscountPayloadModel;
  DiscountUpdateInput: DiscountUpdateInput;
  EditConflictError: EditConflictError;
  EmailAddress: Scalars['EmailAddress']['output'];
  IdempotencyKeyReusedError: IdempotencyKeyReusedError;
  InsufficientStockError: InsufficientStockError;
  InvalidStatusTransitionError: InvalidStatusTransitionError;
  Invoice: InvoiceModel;
  InvoiceConnection: InvoiceConnectionModel;
  InvoiceEdge: Omit<InvoiceEdge, 'node'> & { node: ResolversParentTypes['Invoice'] };
  JSONObject: Scalars['JSONObject']['output'];
  LanguageCode: Scalars['LanguageCode']['output'];
  Market: Market;
  Money: Money;
  MoneyInput: MoneyInput;
  Mutation: Record<PropertyKey, never>;
  NotFoundError: NotFoundError;
  Order: OrderModel;
  OrderCancelInput: OrderCancelInput;
  OrderConnection: OrderConnectionModel;
  OrderCreateInput: OrderCreateInput;
  OrderEdge: Omit<OrderEdge, 'node'> & { node: ResolversParentTypes['Order'] };
  OrderEvent: OrderEventModel;
  OrderEventConnection: OrderEventConnectionModel;
  OrderEventEdge: Omit<OrderEventEdge, 'node'> & { node: ResolversParentTypes['OrderEvent'] };
  OrderFilter: OrderFilter;
  OrderItem: OrderItemModel;
  OrderItemInput: OrderItemInput;
  OrderLineInput: OrderLineInput;
  OrderPayload: OrderPayloadModel;
  OrderSort: OrderSort;
  OrderStatusUpdateInput: OrderStatusUpdateInput;
  OrderTotals: OrderTotalsModel;
  PageInfo: PageInfo;
  Payment: PaymentModel;
  PaymentError: PaymentError;
  PaymentMethodInput: PaymentMethodInput;
  PaymentPayload: PaymentPayloadModel;
  PaymentProcessInput: PaymentProcessInput;
  PaymentRecordInput: PaymentRecordInput;
  PaymentTransaction: PaymentTransactionModel;
  PriceChangedError: PriceChangedError;
  Product: Product;
  ProductVariant: ProductVariant;
  Query: Record<PropertyKey, never>;
  Refund: RefundModel;
  RefundCreateInput: RefundCreateInput;
  RefundLine: RefundLineModel;
  RefundRecordInput: RefundRecordInput;
  Return: ReturnModel;
  ReturnConnection: ReturnConnectionModel;
  ReturnEdge: Omit<ReturnEdge, 'node'> & { node: ResolversParentTypes['Return'] };
  ReturnLine: ReturnLineModel;
  ReturnPayload: ReturnPayloadModel;
  ReturnRequestInput: ReturnRequestInput;
  ReturnUpdateInput: ReturnUpdateInput;
  Shipment: ShipmentModel;
  ShipmentCreateInput: ShipmentCreateInput;
  ShipmentLine: ShipmentLineModel;
  ShipmentPayload: ShipmentPayloadModel;
  ShipmentUpdateInput: ShipmentUpdateInput;
  ShippingMethod: ShippingMethodModel;
  ShippingMethodPayload: ShippingMethodPayloadModel;
  ShippingMethodSetInput: ShippingMethodSetInput;
  ShippingOption: ShippingOption;
  ShippingRate: ShippingRateModel;
  ShippingRateInput: ShippingRateInput;
  TaxRate: TaxRateModel;
  TaxRateInput: TaxRateInput;
  TaxRatesPayload: TaxRatesPayloadModel;
  TaxRatesSetInput: TaxRatesSetInput;
  TaxSettings: TaxSettings;
  TaxSettingsInput: TaxSettingsInput;
  TaxSettingsPayload: TaxSettingsPayloadModel;
  TaxTotal: TaxTotal;
  URL: Scalars['URL']['output'];
  User: Omit<User, 'cart' | 'orders'> & { cart?: Maybe<ResolversParentTypes['Cart']>, orders?: Maybe<ResolversParentTypes['OrderConnection']> };
  UserError: UserErrorModel;
  ValidationError: ValidationError;
};

export type AddressResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Address'] = ResolversParentTypes['Address']> = {
  city?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  company?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  country?: Resolver<ResolversTypes['CountryCode'], ParentType, ContextType>;
  line1?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  line2?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  name?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  phone?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  postalCode?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  region?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type BuyXGetYResolvers<ContextType = Context, ParentType extends ResolversParentTypes['BuyXGetY'] = ResolversParentTypes['BuyXGetY']> = {
  buyQuantity?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  getQuantity?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  percentage?: Resolver<ResolversTypes['Decimal'], ParentType, ContextType>;
};

export type CartResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Cart'] = ResolversParentTypes['Cart'], FederationReferenceType extends FederationReferenceTypes['Cart'] = FederationReferenceTypes['Cart']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Cart']>, FederationReferenceType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  currencyCode?: Resolver<ResolversTypes['CurrencyCode'], ParentType, ContextType>;
  discountCodes?: Resolver<Maybe<Array<ResolversTypes['CartDiscountCode']>>, ParentType, ContextType>;
  expiresAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  items?: Resolver<Array<ResolversTypes['CartItem']>, ParentType, ContextType>;
  market?: Resolver<Maybe<ResolversTypes['Market']>, ParentType, ContextType>;
  problems?: Resolver<Maybe<Array<ResolversTypes['CartProblem']>>, ParentType, ContextType>;
  shippingOptions?: Resolver<Maybe<Array<ResolversTypes['ShippingOption']>>, ParentType, ContextType, RequireFields<CartShippingOptionsArgs, 'address'>>;
  subtotal?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  totalQuantity?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  totals?: Resolver<Maybe<ResolversTypes['OrderTotals']>, ParentType, ContextType, Partial<CartTotalsArgs>>;
  updatedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  user?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  version?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type CartDiscountCodeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CartDiscountCode'] = ResolversParentTypes['CartDiscountCode']> = {
  amount?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  code?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['DiscountCodeStatus'], ParentType, ContextType>;
};

export type CartItemResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CartItem'] = ResolversParentTypes['CartItem'], FederationReferenceType extends FederationReferenceTypes['CartItem'] = FederationReferenceTypes['CartItem']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['CartItem']>, FederationReferenceType, ContextType>;
  addedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  discounts?: Resolver<Maybe<Array<ResolversTypes['DiscountAllocation']>>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  product?: Resolver<Maybe<ResolversTypes['Product']>, ParentType, ContextType>;
  productName?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  quantity?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  subtotal?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  unitPrice?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  variant?: Resolver<Maybe<ResolversTypes['ProductVariant']>, ParentType, ContextType>;
};

export type CartItemInsufficientStockResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CartItemInsufficientStock'] = ResolversParentTypes['CartItemInsufficientStock']> = {
  availableQuantity?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  item?: Resolver<ResolversTypes['CartItem'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type CartItemPriceChangedResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CartItemPriceChanged'] = ResolversParentTypes['CartItemPriceChanged']> = {
  item?: Resolver<ResolversTypes['CartItem'], ParentType, ContextType>;
  newPrice?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  oldPrice?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type CartItemUnavailableResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CartItemUnavailable'] = ResolversParentTypes['CartItemUnavailable']> = {
  item?: Resolver<ResolversTypes['CartItem'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type CartPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CartPayload'] = ResolversParentTypes['CartPayload']> = {
  cart?: Resolver<Maybe<ResolversTypes['Cart']>, ParentType, ContextType>;
  cartToken?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type CartProblemResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CartProblem'] = ResolversParentTypes['CartProblem']> = {
  __resolveType?: TypeResolveFn<'CartItemInsufficientStock' | 'CartItemPriceChanged' | 'CartItemUnavailable', ParentType, ContextType>;
};

export type CheckoutErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CheckoutError'] = ResolversParentTypes['CheckoutError']> = {
  code?: Resolver<ResolversTypes['UserErrorCode'], ParentType, ContextType>;
  field?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export interface CountryCodeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['CountryCode'], any> {
  name: 'CountryCode';
}

export interface CurrencyCodeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['CurrencyCode'], any> {
  name: 'CurrencyCode';
}

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export interface DecimalScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['Decimal'], any> {
  name: 'Decimal';
}

export type DiscountResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Discount'] = ResolversParentTypes['Discount']> = {
  amounts?: Resolver<Maybe<Array<ResolversTypes['Money']>>, ParentType, ContextType>;
  buyXGetY?: Resolver<Maybe<ResolversTypes['BuyXGetY']>, ParentType, ContextType>;
  categoryIds?: Resolver<Maybe<Array<ResolversTypes['ID']>>, ParentType, ContextType>;
  codes?: Resolver<Maybe<ResolversTypes['DiscountCodeConnection']>, ParentType, ContextType, Partial<DiscountCodesArgs>>;
  combines?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  endsAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  isActive?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  markets?: Resolver<Maybe<Array<ResolversTypes['Market']>>, ParentType, ContextType>;
  minSubtotals?: Resolver<Maybe<Array<ResolversTypes['Money']>>, ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  percentage?: Resolver<Maybe<ResolversTypes['Decimal']>, ParentType, ContextType>;
  priority?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  productIds?: Resolver<Maybe<Array<ResolversTypes['ID']>>, ParentType, ContextType>;
  startsAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  target?: Resolver<ResolversTypes['DiscountTarget'], ParentType, ContextType>;
  usageCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  usageLimit?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  usageLimitPerBuyer?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  version?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type DiscountAllocationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DiscountAllocation'] = ResolversParentTypes['DiscountAllocation']> = {
  amount?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  code?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type DiscountCodeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DiscountCode'] = ResolversParentTypes['DiscountCode']> = {
  code?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type DiscountCodeConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DiscountCodeConnection'] = ResolversParentTypes['DiscountCodeConnection']> = {
  edges?: Resolver<Array<ResolversTypes['DiscountCodeEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['DiscountCode']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type DiscountCodeEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DiscountCodeEdge'] = ResolversParentTypes['DiscountCodeEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['DiscountCode'], ParentType, ContextType>;
};

export type DiscountConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DiscountConnection'] = ResolversParentTypes['DiscountConnection']> = {
  edges?: Resolver<Array<ResolversTypes['DiscountEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['Discount']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type DiscountEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DiscountEdge'] = ResolversParentTypes['DiscountEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Discount'], ParentType, ContextType>;
};

export type DiscountErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DiscountError'] = ResolversParentTypes['DiscountError']> = {
  code?: Resolver<ResolversTypes['UserErrorCode'], ParentType, ContextType>;
  discountCode?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  field?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type DiscountPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DiscountPayload'] = ResolversParentTypes['DiscountPayload']> = {
  discount?: Resolver<Maybe<ResolversTypes['Discount']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type EditConflictErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['EditConflictError'] = ResolversParentTypes['EditConflictError']> = {
  code?: Resolver<ResolversTypes['UserErrorCode'], ParentType, ContextType>;
  currentVersion?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  field?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export interface EmailAddressScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['EmailAddress'], any> {
  name: 'EmailAddress';
}

export type IdempotencyKeyReusedErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['IdempotencyKeyReusedError'] = ResolversParentTypes['IdempotencyKeyReusedError']> = {
  code?: Resolver<ResolversTypes['UserErrorCode'], ParentType, ContextType>;
  field?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type InsufficientStockErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['InsufficientStockError'] = ResolversParentTypes['InsufficientStockError']> = {
  availableQuantity?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  code?: Resolver<ResolversTypes['UserErrorCode'], ParentType, ContextType>;
  field?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  product?: Resolver<Maybe<ResolversTypes['Product']>, ParentType, ContextType>;
  requestedQuantity?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  variant?: Resolver<Maybe<ResolversTypes['ProductVariant']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type InvalidStatusTransitionErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['InvalidStatusTransitionError'] = ResolversParentTypes['InvalidStatusTransitionError']> = {
  allowed?: Resolver<Array<ResolversTypes['OrderStatus']>, ParentType, ContextType>;
  code?: Resolver<ResolversTypes['UserErrorCode'], ParentType, ContextType>;
  field?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  from?: Resolver<ResolversTypes['OrderStatus'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  to?: Resolver<ResolversTypes['OrderStatus'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type InvoiceResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Invoice'] = ResolversParentTypes['Invoice']> = {
  corrects?: Resolver<Maybe<ResolversTypes['Invoice']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  issuedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['InvoiceKind'], ParentType, ContextType>;
  number?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  order?: Resolver<ResolversTypes['Order'], ParentType, ContextType>;
  pdfUrl?: Resolver<ResolversTypes['URL'], ParentType, ContextType>;
  totals?: Resolver<ResolversTypes['OrderTotals'], ParentType, ContextType>;
};

export type InvoiceConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['InvoiceConnection'] = ResolversParentTypes['InvoiceConnection']> = {
  edges?: Resolver<Array<ResolversTypes['InvoiceEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['Invoice']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type InvoiceEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['InvoiceEdge'] = ResolversParentTypes['InvoiceEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Invoice'], ParentType, ContextType>;
};

export interface JsonObjectScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['JSONObject'], any> {
  name: 'JSONObject';
}

export interface LanguageCodeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['LanguageCode'], any> {
  name: 'LanguageCode';
}

export type MarketResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Market'] = ResolversParentTypes['Market']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type MoneyResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Money'] = ResolversParentTypes['Money']> = {
  amount?: Resolver<ResolversTypes['Decimal'], ParentType, ContextType>;
  currencyCode?: Resolver<ResolversTypes['CurrencyCode'], ParentType, ContextType>;
};

export type MutationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  cartClaim?: Resolver<Maybe<ResolversTypes['CartPayload']>, ParentType, ContextType, RequireFields<MutationCartClaimArgs, 'cartToken' | 'strategy'>>;
  cartClear?: Resolver<Maybe<ResolversTypes['CartPayload']>, ParentType, ContextType, Partial<MutationCartClearArgs>>;
  cartDiscountCodeAdd?: Resolver<Maybe<ResolversTypes['CartPayload']>, ParentType, ContextType, RequireFields<MutationCartDiscountCodeAddArgs, 'input'>>;
  cartDiscountCodeRemove?: Resolver<Maybe<ResolversTypes['CartPayload']>, ParentType, ContextType, RequireFields<MutationCartDiscountCodeRemoveArgs, 'input'>>;
  cartItemAdd?: Resolver<Maybe<ResolversTypes['CartPayload']>, ParentType, ContextType, RequireFields<MutationCartItemAddArgs, 'input'>>;
  cartItemRemove?: Resolver<Maybe<ResolversTypes['CartPayload']>, ParentType, ContextType, RequireFields<MutationCartItemRemoveArgs, 'input'>>;
  cartItemUpdate?: Resolver<Maybe<ResolversTypes['CartPayload']>, ParentType, ContextType, RequireFields<MutationCartItemUpdateArgs, 'input'>>;
  cartMarketSet?: Resolver<Maybe<ResolversTypes['CartPayload']>, ParentType, ContextType, RequireFields<MutationCartMarketSetArgs, 'input'>>;
  checkoutComplete?: Resolver<Maybe<ResolversTypes['OrderPayload']>, ParentType, ContextType, RequireFields<MutationCheckoutCompleteArgs, 'input'>>;
  discountCodesAdd?: Resolver<Maybe<ResolversTypes['DiscountPayload']>, ParentType, ContextType, RequireFields<MutationDiscountCodesAddArgs, 'input'>>;
  discountCreate?: Resolver<Maybe<ResolversTypes['DiscountPayload']>, ParentType, ContextType, RequireFields<MutationDiscountCreateArgs, 'input'>>;
  discountUpdate?: Resolver<Maybe<ResolversTypes['DiscountPayload']>, ParentType, ContextType, RequireFields<MutationDiscountUpdateArgs, 'input'>>;
  orderCancel?: Resolver<Maybe<ResolversTypes['OrderPayload']>, ParentType, ContextType, RequireFields<MutationOrderCancelArgs, 'input'>>;
  orderClaim?: Resolver<Maybe<ResolversTypes['OrderPayload']>, ParentType, ContextType, RequireFields<MutationOrderClaimArgs, 'guestOrderToken'>>;
  orderCreate?: Resolver<Maybe<ResolversTypes['OrderPayload']>, ParentType, ContextType, RequireFields<MutationOrderCreateArgs, 'input'>>;
  orderItemAdd?: Resolver<Maybe<ResolversTypes['OrderPayload']>, ParentType, ContextType, RequireFields<MutationOrderItemAddArgs, 'input' | 'orderId'>>;
  orderItemRemove?: Resolver<Maybe<ResolversTypes['OrderPayload']>, ParentType, ContextType, RequireFields<MutationOrderItemRemoveArgs, 'itemId' | 'orderId'>>;
  orderItemUpdate?: Resolver<Maybe<ResolversTypes['OrderPayload']>, ParentType, ContextType, RequireFields<MutationOrderItemUpdateArgs, 'itemId' | 'orderId' | 'quantity'>>;
  orderNoteAdd?: Resolver<Maybe<ResolversTypes['OrderPayload']>, ParentType, ContextType, RequireFields<MutationOrderNoteAddArgs, 'note' | 'orderId' | 'visibleToBuyer'>>;
  orderShippingAddressUpdate?: Resolver<Maybe<ResolversTypes['OrderPayload']>, ParentType, ContextType, RequireFields<MutationOrderShippingAddressUpdateArgs, 'address' | 'orderId'>>;
  orderStatusUpdate?: Resolver<Maybe<ResolversTypes['OrderPayload']>, ParentType, ContextType, RequireFields<MutationOrderStatusUpdateArgs, 'input'>>;
  paymentProcess?: Resolver<Maybe<ResolversTypes['PaymentPayload']>, ParentType, ContextType, RequireFields<MutationPaymentProcessArgs, 'input'>>;
  paymentRecord?: Resolver<Maybe<ResolversTypes['PaymentPayload']>, ParentType, ContextType, RequireFields<MutationPaymentRecordArgs, 'input'>>;
  refundCreate?: Resolver<Maybe<ResolversTypes['PaymentPayload']>, ParentType, ContextType, RequireFields<MutationRefundCreateArgs, 'input'>>;
  refundRecord?: Resolver<Maybe<ResolversTypes['PaymentPayload']>, ParentType, ContextType, RequireFields<MutationRefundRecordArgs, 'input'>>;
  returnRequest?: Resolver<Maybe<ResolversTypes['ReturnPayload']>, ParentType, ContextType, RequireFields<MutationReturnRequestArgs, 'input'>>;
  returnUpdate?: Resolver<Maybe<ResolversTypes['ReturnPayload']>, ParentType, ContextType, RequireFields<MutationReturnUpdateArgs, 'input'>>;
  shipmentCreate?: Resolver<Maybe<ResolversTypes['ShipmentPayload']>, ParentType, ContextType, RequireFields<MutationShipmentCreateArgs, 'input'>>;
  shipmentUpdate?: Resolver<Maybe<ResolversTypes['ShipmentPayload']>, ParentType, ContextType, RequireFields<MutationShipmentUpdateArgs, 'input'>>;
  shippingMethodSet?: Resolver<Maybe<ResolversTypes['ShippingMethodPayload']>, ParentType, ContextType, RequireFields<MutationShippingMethodSetArgs, 'input'>>;
  taxRatesSet?: Resolver<Maybe<ResolversTypes['TaxRatesPayload']>, ParentType, ContextType, RequireFields<MutationTaxRatesSetArgs, 'input'>>;
  taxSettingsUpdate?: Resolver<Maybe<ResolversTypes['TaxSettingsPayload']>, ParentType, ContextType, RequireFields<MutationTaxSettingsUpdateArgs, 'input'>>;
};

export type NotFoundErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['NotFoundError'] = ResolversParentTypes['NotFoundError']> = {
  code?: Resolver<ResolversTypes['UserErrorCode'], ParentType, ContextType>;
  field?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type OrderResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Order'] = ResolversParentTypes['Order'], FederationReferenceType extends FederationReferenceTypes['Order'] = FederationReferenceTypes['Order']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Order']>, FederationReferenceType, ContextType>;
  amountPaid?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  amountRefunded?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  availableTransitions?: Resolver<Array<ResolversTypes['OrderStatus']>, ParentType, ContextType>;
  billingAddress?: Resolver<Maybe<ResolversTypes['Address']>, ParentType, ContextType>;
  canWithdraw?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  cancelReason?: Resolver<Maybe<ResolversTypes['OrderCancelReason']>, ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  customerNote?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  email?: Resolver<Maybe<ResolversTypes['EmailAddress']>, ParentType, ContextType>;
  events?: Resolver<ResolversTypes['OrderEventConnection'], ParentType, ContextType, Partial<OrderEventsArgs>>;
  expiresAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  invoices?: Resolver<Array<ResolversTypes['Invoice']>, ParentType, ContextType>;
  item?: Resolver<Maybe<ResolversTypes['OrderItem']>, ParentType, ContextType, RequireFields<OrderItemArgs, 'id'>>;
  items?: Resolver<Array<ResolversTypes['OrderItem']>, ParentType, ContextType>;
  language?: Resolver<ResolversTypes['LanguageCode'], ParentType, ContextType>;
  market?: Resolver<Maybe<ResolversTypes['Market']>, ParentType, ContextType>;
  metadata?: Resolver<Maybe<ResolversTypes['JSONObject']>, ParentType, ContextType>;
  number?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  payment?: Resolver<Maybe<ResolversTypes['Payment']>, ParentType, ContextType>;
  paymentStatus?: Resolver<ResolversTypes['PaymentStatus'], ParentType, ContextType>;
  refunds?: Resolver<Array<ResolversTypes['Refund']>, ParentType, ContextType>;
  returns?: Resolver<Array<ResolversTypes['Return']>, ParentType, ContextType>;
  shipments?: Resolver<Array<ResolversTypes['Shipment']>, ParentType, ContextType>;
  shippingAddress?: Resolver<ResolversTypes['Address'], ParentType, ContextType>;
  shippingMethod?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  status?: Resolver<ResolversTypes['OrderStatus'], ParentType, ContextType>;
  stockStatus?: Resolver<ResolversTypes['StockStatus'], ParentType, ContextType>;
  subtotal?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  total?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  totals?: Resolver<ResolversTypes['OrderTotals'], ParentType, ContextType>;
  trackingNumber?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  trackingUrl?: Resolver<Maybe<ResolversTypes['URL']>, ParentType, ContextType>;
  updatedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  user?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  vatNumber?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  version?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  withdrawableUntil?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
};

export type OrderConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['OrderConnection'] = ResolversParentTypes['OrderConnection']> = {
  edges?: Resolver<Array<ResolversTypes['OrderEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['Order']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type OrderEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['OrderEdge'] = ResolversParentTypes['OrderEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Order'], ParentType, ContextType>;
};

export type OrderEventResolvers<ContextType = Context, ParentType extends ResolversParentTypes['OrderEvent'] = ResolversParentTypes['OrderEvent']> = {
  actor?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  fromStatus?: Resolver<Maybe<ResolversTypes['OrderStatus']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  message?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  toStatus?: Resolver<Maybe<ResolversTypes['OrderStatus']>, ParentType, ContextType>;
  type?: Resolver<ResolversTypes['OrderEventType'], ParentType, ContextType>;
};

export type OrderEventConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['OrderEventConnection'] = ResolversParentTypes['OrderEventConnection']> = {
  edges?: Resolver<Array<ResolversTypes['OrderEventEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['OrderEvent']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type OrderEventEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['OrderEventEdge'] = ResolversParentTypes['OrderEventEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['OrderEvent'], ParentType, ContextType>;
};

export type OrderItemResolvers<ContextType = Context, ParentType extends ResolversParentTypes['OrderItem'] = ResolversParentTypes['OrderItem'], FederationReferenceType extends FederationReferenceTypes['OrderItem'] = FederationReferenceTypes['OrderItem']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['OrderItem']>, FederationReferenceType, ContextType>;
  cancelledQuantity?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  discounts?: Resolver<Array<ResolversTypes['DiscountAllocation']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  product?: Resolver<Maybe<ResolversTypes['Product']>, ParentType, ContextType>;
  productImageUrl?: Resolver<Maybe<ResolversTypes['URL']>, ParentType, ContextType>;
  productName?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  quantity?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  refundedAmount?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  refundedQuantity?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  returnedQuantity?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  shippedQuantity?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  sku?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  subtotal?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  tax?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  taxRate?: Resolver<ResolversTypes['Decimal'], ParentType, ContextType>;
  total?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  unitPrice?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  variant?: Resolver<Maybe<ResolversTypes['ProductVariant']>, ParentType, ContextType>;
  variantName?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type OrderPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['OrderPayload'] = ResolversParentTypes['OrderPayload']> = {
  guestOrderToken?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  nextActionUrl?: Resolver<Maybe<ResolversTypes['URL']>, ParentType, ContextType>;
  order?: Resolver<Maybe<ResolversTypes['Order']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type OrderTotalsResolvers<ContextType = Context, ParentType extends ResolversParentTypes['OrderTotals'] = ResolversParentTypes['OrderTotals']> = {
  discount?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  discounts?: Resolver<Array<ResolversTypes['DiscountAllocation']>, ParentType, ContextType>;
  pricesIncludeTax?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  shipping?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  subtotal?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  tax?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  taxes?: Resolver<Array<ResolversTypes['TaxTotal']>, ParentType, ContextType>;
  total?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
};

export type PageInfoResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type PaymentResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Payment'] = ResolversParentTypes['Payment'], FederationReferenceType extends FederationReferenceTypes['Payment'] = FederationReferenceTypes['Payment']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Payment']>, FederationReferenceType, ContextType>;
  amount?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  amountRefunded?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  order?: Resolver<ResolversTypes['Order'], ParentType, ContextType>;
  provider?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['PaymentStatus'], ParentType, ContextType>;
  transactions?: Resolver<Array<ResolversTypes['PaymentTransaction']>, ParentType, ContextType>;
  updatedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type PaymentErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PaymentError'] = ResolversParentTypes['PaymentError']> = {
  code?: Resolver<ResolversTypes['UserErrorCode'], ParentType, ContextType>;
  declineCode?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  field?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type PaymentPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PaymentPayload'] = ResolversParentTypes['PaymentPayload']> = {
  nextActionUrl?: Resolver<Maybe<ResolversTypes['URL']>, ParentType, ContextType>;
  payment?: Resolver<Maybe<ResolversTypes['Payment']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type PaymentTransactionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PaymentTransaction'] = ResolversParentTypes['PaymentTransaction']> = {
  amount?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  declineCode?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  providerReference?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  reason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  status?: Resolver<ResolversTypes['PaymentTransactionStatus'], ParentType, ContextType>;
  type?: Resolver<ResolversTypes['PaymentTransactionType'], ParentType, ContextType>;
};

export type PriceChangedErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PriceChangedError'] = ResolversParentTypes['PriceChangedError']> = {
  actualTotal?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  code?: Resolver<ResolversTypes['UserErrorCode'], ParentType, ContextType>;
  expectedTotal?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  field?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ProductResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Product'] = ResolversParentTypes['Product']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type ProductVariantResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ProductVariant'] = ResolversParentTypes['ProductVariant']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type QueryResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  cart?: Resolver<Maybe<ResolversTypes['Cart']>, ParentType, ContextType, Partial<QueryCartArgs>>;
  discount?: Resolver<Maybe<ResolversTypes['Discount']>, ParentType, ContextType, Partial<QueryDiscountArgs>>;
  discounts?: Resolver<Maybe<ResolversTypes['DiscountConnection']>, ParentType, ContextType, Partial<QueryDiscountsArgs>>;
  guestOrder?: Resolver<Maybe<ResolversTypes['Order']>, ParentType, ContextType, RequireFields<QueryGuestOrderArgs, 'token'>>;
  invoices?: Resolver<Maybe<ResolversTypes['InvoiceConnection']>, ParentType, ContextType, Partial<QueryInvoicesArgs>>;
  order?: Resolver<Maybe<ResolversTypes['Order']>, ParentType, ContextType, Partial<QueryOrderArgs>>;
  orders?: Resolver<Maybe<ResolversTypes['OrderConnection']>, ParentType, ContextType, Partial<QueryOrdersArgs>>;
  payment?: Resolver<Maybe<ResolversTypes['Payment']>, ParentType, ContextType, Partial<QueryPaymentArgs>>;
  returns?: Resolver<Maybe<ResolversTypes['ReturnConnection']>, ParentType, ContextType, Partial<QueryReturnsArgs>>;
  shippingMethods?: Resolver<Maybe<Array<ResolversTypes['ShippingMethod']>>, ParentType, ContextType>;
  taxRates?: Resolver<Maybe<Array<ResolversTypes['TaxRate']>>, ParentType, ContextType, Partial<QueryTaxRatesArgs>>;
  taxSettings?: Resolver<Maybe<ResolversTypes['TaxSettings']>, ParentType, ContextType>;
};

export type RefundResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Refund'] = ResolversParentTypes['Refund']> = {
  amount?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  lines?: Resolver<Array<ResolversTypes['RefundLine']>, ParentType, ContextType>;
  reason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  shipping?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['PaymentTransactionStatus'], ParentType, ContextType>;
  tax?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
};

export type RefundLineResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RefundLine'] = ResolversParentTypes['RefundLine']> = {
  amount?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  item?: Resolver<ResolversTypes['OrderItem'], ParentType, ContextType>;
  quantity?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  tax?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
};

export type ReturnResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Return'] = ResolversParentTypes['Return']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  isWithdrawal?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  lines?: Resolver<Array<ResolversTypes['ReturnLine']>, ParentType, ContextType>;
  order?: Resolver<ResolversTypes['Order'], ParentType, ContextType>;
  reason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  refund?: Resolver<Maybe<ResolversTypes['Refund']>, ParentType, ContextType>;
  requestedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['ReturnStatus'], ParentType, ContextType>;
  version?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type ReturnConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ReturnConnection'] = ResolversParentTypes['ReturnConnection']> = {
  edges?: Resolver<Array<ResolversTypes['ReturnEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['Return']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type ReturnEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ReturnEdge'] = ResolversParentTypes['ReturnEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Return'], ParentType, ContextType>;
};

export type ReturnLineResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ReturnLine'] = ResolversParentTypes['ReturnLine']> = {
  item?: Resolver<ResolversTypes['OrderItem'], ParentType, ContextType>;
  quantity?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  restockedQuantity?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type ReturnPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ReturnPayload'] = ResolversParentTypes['ReturnPayload']> = {
  receivedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  return?: Resolver<Maybe<ResolversTypes['Return']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type ShipmentResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Shipment'] = ResolversParentTypes['Shipment']> = {
  carrier?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  deliveredAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  lines?: Resolver<Array<ResolversTypes['ShipmentLine']>, ParentType, ContextType>;
  shippedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  trackingNumber?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  trackingUrl?: Resolver<Maybe<ResolversTypes['URL']>, ParentType, ContextType>;
};

export type ShipmentLineResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ShipmentLine'] = ResolversParentTypes['ShipmentLine']> = {
  item?: Resolver<ResolversTypes['OrderItem'], ParentType, ContextType>;
  quantity?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type ShipmentPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ShipmentPayload'] = ResolversParentTypes['ShipmentPayload']> = {
  order?: Resolver<Maybe<ResolversTypes['Order']>, ParentType, ContextType>;
  shipment?: Resolver<Maybe<ResolversTypes['Shipment']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type ShippingMethodResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ShippingMethod'] = ResolversParentTypes['ShippingMethod']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  isActive?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  isPickup?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  rates?: Resolver<Array<ResolversTypes['ShippingRate']>, ParentType, ContextType>;
  taxClass?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  trackingUrlTemplate?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  version?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type ShippingMethodPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ShippingMethodPayload'] = ResolversParentTypes['ShippingMethodPayload']> = {
  shippingMethod?: Resolver<Maybe<ResolversTypes['ShippingMethod']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type ShippingOptionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ShippingOption'] = ResolversParentTypes['ShippingOption']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  isPickup?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  maxDays?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  minDays?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  price?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
};

export type ShippingRateResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ShippingRate'] = ResolversParentTypes['ShippingRate']> = {
  basis?: Resolver<ResolversTypes['ShippingRateBasis'], ParentType, ContextType>;
  countries?: Resolver<Array<ResolversTypes['CountryCode']>, ParentType, ContextType>;
  freeFrom?: Resolver<Maybe<ResolversTypes['Money']>, ParentType, ContextType>;
  from?: Resolver<ResolversTypes['Decimal'], ParentType, ContextType>;
  market?: Resolver<Maybe<ResolversTypes['Market']>, ParentType, ContextType>;
  maxDays?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  minDays?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  price?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
};

export type TaxRateResolvers<ContextType = Context, ParentType extends ResolversParentTypes['TaxRate'] = ResolversParentTypes['TaxRate']> = {
  country?: Resolver<ResolversTypes['CountryCode'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  rate?: Resolver<ResolversTypes['Decimal'], ParentType, ContextType>;
  region?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  taxClass?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  validFrom?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  validUntil?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
};

export type TaxRatesPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['TaxRatesPayload'] = ResolversParentTypes['TaxRatesPayload']> = {
  taxRates?: Resolver<Maybe<Array<ResolversTypes['TaxRate']>>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type TaxSettingsResolvers<ContextType = Context, ParentType extends ResolversParentTypes['TaxSettings'] = ResolversParentTypes['TaxSettings']> = {
  homeCountry?: Resolver<ResolversTypes['CountryCode'], ParentType, ContextType>;
  homeRegion?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  unregistered?: Resolver<ResolversTypes['UnregisteredTax'], ParentType, ContextType>;
  version?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type TaxSettingsPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['TaxSettingsPayload'] = ResolversParentTypes['TaxSettingsPayload']> = {
  taxSettings?: Resolver<Maybe<ResolversTypes['TaxSettings']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type TaxTotalResolvers<ContextType = Context, ParentType extends ResolversParentTypes['TaxTotal'] = ResolversParentTypes['TaxTotal']> = {
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  rate?: Resolver<ResolversTypes['Decimal'], ParentType, ContextType>;
  tax?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  taxable?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  treatment?: Resolver<ResolversTypes['TaxTreatment'], ParentType, ContextType>;
};

export interface UrlScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['URL'], any> {
  name: 'URL';
}

export type UserResolvers<ContextType = Context, ParentType extends ResolversParentTypes['User'] = ResolversParentTypes['User'], FederationReferenceType extends FederationReferenceTypes['User'] = FederationReferenceTypes['User']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['User']>, FederationReferenceType, ContextType>;
  cart?: Resolver<Maybe<ResolversTypes['Cart']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  orders?: Resolver<Maybe<ResolversTypes['OrderConnection']>, ParentType, ContextType, Partial<UserOrdersArgs>>;
};

export type UserErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['UserError'] = ResolversParentTypes['UserError']> = {
  __resolveType?: TypeResolveFn<'CheckoutError' | 'DiscountError' | 'EditConflictError' | 'IdempotencyKeyReusedError' | 'InsufficientStockError' | 'InvalidStatusTransitionError' | 'NotFoundError' | 'PaymentError' | 'PriceChangedError' | 'ValidationError', ParentType, ContextType>;
};

export type ValidationErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ValidationError'] = ResolversParentTypes['ValidationError']> = {
  code?: Resolver<ResolversTypes['UserErrorCode'], ParentType, ContextType>;
  field?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type Resolvers<ContextType = Context> = {
  Address?: AddressResolvers<ContextType>;
  BuyXGetY?: BuyXGetYResolvers<ContextType>;
  Cart?: CartResolvers<ContextType>;
  CartDiscountCode?: CartDiscountCodeResolvers<ContextType>;
  CartItem?: CartItemResolvers<ContextType>;
  CartItemInsufficientStock?: CartItemInsufficientStockResolvers<ContextType>;
  CartItemPriceChanged?: CartItemPriceChangedResolvers<ContextType>;
  CartItemUnavailable?: CartItemUnavailableResolvers<ContextType>;
  CartPayload?: CartPayloadResolvers<ContextType>;
  CartProblem?: CartProblemResolvers<ContextType>;
  CheckoutError?: CheckoutErrorResolvers<ContextType>;
  CountryCode?: GraphQLScalarType;
  CurrencyCode?: GraphQLScalarType;
  DateTime?: GraphQLScalarType;
  Decimal?: GraphQLScalarType;
  Discount?: DiscountResolvers<ContextType>;
  DiscountAllocation?: DiscountAllocationResolvers<ContextType>;
  DiscountCode?: DiscountCodeResolvers<ContextType>;
  DiscountCodeConnection?: DiscountCodeConnectionResolvers<ContextType>;
  DiscountCodeEdge?: DiscountCodeEdgeResolvers<ContextType>;
  DiscountConnection?: DiscountConnectionResolvers<ContextType>;
  DiscountEdge?: DiscountEdgeResolvers<ContextType>;
  DiscountError?: DiscountErrorResolvers<ContextType>;
  DiscountPayload?: DiscountPayloadResolvers<ContextType>;
  EditConflictError?: EditConflictErrorResolvers<ContextType>;
  EmailAddress?: GraphQLScalarType;
  IdempotencyKeyReusedError?: IdempotencyKeyReusedErrorResolvers<ContextType>;
  InsufficientStockError?: InsufficientStockErrorResolvers<ContextType>;
  InvalidStatusTransitionError?: InvalidStatusTransitionErrorResolvers<ContextType>;
  Invoice?: InvoiceResolvers<ContextType>;
  InvoiceConnection?: InvoiceConnectionResolvers<ContextType>;
  InvoiceEdge?: InvoiceEdgeResolvers<ContextType>;
  JSONObject?: GraphQLScalarType;
  LanguageCode?: GraphQLScalarType;
  Market?: MarketResolvers<ContextType>;
  Money?: MoneyResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  NotFoundError?: NotFoundErrorResolvers<ContextType>;
  Order?: OrderResolvers<ContextType>;
  OrderConnection?: OrderConnectionResolvers<ContextType>;
  OrderEdge?: OrderEdgeResolvers<ContextType>;
  OrderEvent?: OrderEventResolvers<ContextType>;
  OrderEventConnection?: OrderEventConnectionResolvers<ContextType>;
  OrderEventEdge?: OrderEventEdgeResolvers<ContextType>;
  OrderItem?: OrderItemResolvers<ContextType>;
  OrderPayload?: OrderPayloadResolvers<ContextType>;
  OrderTotals?: OrderTotalsResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  Payment?: PaymentResolvers<ContextType>;
  PaymentError?: PaymentErrorResolvers<ContextType>;
  PaymentPayload?: PaymentPayloadResolvers<ContextType>;
  PaymentTransaction?: PaymentTransactionResolvers<ContextType>;
  PriceChangedError?: PriceChangedErrorResolvers<ContextType>;
  Product?: ProductResolvers<ContextType>;
  ProductVariant?: ProductVariantResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  Refund?: RefundResolvers<ContextType>;
  RefundLine?: RefundLineResolvers<ContextType>;
  Return?: ReturnResolvers<ContextType>;
  ReturnConnection?: ReturnConnectionResolvers<ContextType>;
  ReturnEdge?: ReturnEdgeResolvers<ContextType>;
  ReturnLine?: ReturnLineResolvers<ContextType>;
  ReturnPayload?: ReturnPayloadResolvers<ContextType>;
  Shipment?: ShipmentResolvers<ContextType>;
  ShipmentLine?: ShipmentLineResolvers<ContextType>;
  ShipmentPayload?: ShipmentPayloadResolvers<ContextType>;
  ShippingMethod?: ShippingMethodResolvers<ContextType>;
  ShippingMethodPayload?: ShippingMethodPayloadResolvers<ContextType>;
  ShippingOption?: ShippingOptionResolvers<ContextType>;
  ShippingRate?: ShippingRateResolvers<ContextType>;
  TaxRate?: TaxRateResolvers<ContextType>;
  TaxRatesPayload?: TaxRatesPayloadResolvers<ContextType>;
  TaxSettings?: TaxSettingsResolvers<ContextType>;
  TaxSettingsPayload?: TaxSettingsPayloadResolvers<ContextType>;
  TaxTotal?: TaxTotalResolvers<ContextType>;
  URL?: GraphQLScalarType;
  User?: UserResolvers<ContextType>;
  UserError?: UserErrorResolvers<ContextType>;
  ValidationError?: ValidationErrorResolvers<ContextType>;
};

