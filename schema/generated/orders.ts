import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { Cart as CartModel, CartItem as CartItemModel, CartPayload as CartPayloadModel, CartProblem as CartProblemModel, Order as OrderModel, Payment as PaymentModel, OrderItem as OrderItemModel, OrderConnection as OrderConnectionModel, OrderPayload as OrderPayloadModel, OrderEvent as OrderEventModel, OrderEventConnection as OrderEventConnectionModel, PaymentPayload as PaymentPayloadModel, PaymentTransaction as PaymentTransactionModel, UserError as UserErrorModel } from '../../subgraphs/orders/models.ts';
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
  CountryCode: { input: string; output: string; }
  CurrencyCode: { input: string; output: string; }
  DateTime: { input: string; output: Date; }
  Decimal: { input: string; output: string; }
  EmailAddress: { input: string; output: string; }
  /** Any JSON object, at most 4 KiB. */
  JSONObject: { input: Record<string, unknown>; output: Record<string, unknown>; }
  URL: { input: string; output: string; }
  _FieldSet: { input: string; output: string; }
};

export type Address = {
  __typename?: 'Address';
  city?: Maybe<Scalars['String']['output']>;
  country: Scalars['CountryCode']['output'];
  line1: Scalars['String']['output'];
  line2?: Maybe<Scalars['String']['output']>;
  name?: Maybe<Scalars['String']['output']>;
  phone?: Maybe<Scalars['String']['output']>;
  postalCode?: Maybe<Scalars['String']['output']>;
  region?: Maybe<Scalars['String']['output']>;
};

export type AddressInput = {
  city?: InputMaybe<Scalars['String']['input']>;
  country: Scalars['CountryCode']['input'];
  line1: Scalars['String']['input'];
  line2?: InputMaybe<Scalars['String']['input']>;
  name?: InputMaybe<Scalars['String']['input']>;
  phone?: InputMaybe<Scalars['String']['input']>;
  postalCode?: InputMaybe<Scalars['String']['input']>;
  region?: InputMaybe<Scalars['String']['input']>;
};

/** A signed-in user has one; a guest's is reached by its secret token. */
export type Cart = {
  __typename?: 'Cart';
  createdAt: Scalars['DateTime']['output'];
  currencyCode: Scalars['CurrencyCode']['output'];
  expiresAt: Scalars['DateTime']['output'];
  id: Scalars['ID']['output'];
  items: Array<CartItem>;
  /** What stands in the way of a checkout right now, and prices that changed. Null with an error while the catalogue is away. */
  problems?: Maybe<Array<CartProblem>>;
  /** At today's prices; at the last ones seen while the catalogue is away. */
  subtotal: Money;
  totalQuantity: Scalars['Int']['output'];
  updatedAt: Scalars['DateTime']['output'];
  user?: Maybe<User>;
  version: Scalars['Int']['output'];
};

export type CartItem = {
  __typename?: 'CartItem';
  addedAt: Scalars['DateTime']['output'];
  id: Scalars['ID']['output'];
  /** Null once the product is gone. */
  product?: Maybe<Product>;
  productName: Scalars['String']['output'];
  quantity: Scalars['Int']['output'];
  subtotal: Money;
  /** Today's price; the last one seen, once the product is gone or while the catalogue is away. */
  unitPrice: Money;
  variant?: Maybe<ProductVariant>;
};

export type CartItemAddInput = {
  cartToken?: InputMaybe<Scalars['String']['input']>;
  productId: Scalars['ID']['input'];
  quantity: Scalars['Int']['input'];
  /** May be left out when the product has a default variant. */
  variantId?: InputMaybe<Scalars['ID']['input']>;
};

export type CartItemInsufficientStock = {
  __typename?: 'CartItemInsufficientStock';
  availableQuantity: Scalars['Int']['output'];
  item: CartItem;
};

/** A notice, not an obstacle; cartItemUpdate takes note of the new price. */
export type CartItemPriceChanged = {
  __typename?: 'CartItemPriceChanged';
  item: CartItem;
  newPrice: Money;
  oldPrice: Money;
};

export type CartItemRemoveInput = {
  cartToken?: InputMaybe<Scalars['String']['input']>;
  itemId: Scalars['ID']['input'];
};

export type CartItemUnavailable = {
  __typename?: 'CartItemUnavailable';
  item: CartItem;
};

export type CartItemUpdateInput = {
  cartToken?: InputMaybe<Scalars['String']['input']>;
  itemId: Scalars['ID']['input'];
  quantity: Scalars['Int']['input'];
};

/** What becomes of the lines when a guest with a cart signs in. */
export type CartMergeStrategy =
  /** Add the guest's quantities to the user's. */
  | 'MERGE'
  /** Keep only the user's. */
  | 'USE_EXISTING'
  /** Keep only the guest's. */
  | 'USE_GUEST';

export type CartPayload = {
  __typename?: 'CartPayload';
  cart?: Maybe<Cart>;
  /** Set for a guest's cart. */
  cartToken?: Maybe<Scalars['String']['output']>;
  userErrors: Array<UserError>;
};

export type CartProblem = CartItemInsufficientStock | CartItemPriceChanged | CartItemUnavailable;

/** The same key answers with the same order and the same errors, in the order's current state, however often it is sent. */
export type CheckoutCompleteInput = {
  cartToken?: InputMaybe<Scalars['String']['input']>;
  customerNote?: InputMaybe<Scalars['String']['input']>;
  /** Guests must give it. */
  email?: InputMaybe<Scalars['EmailAddress']['input']>;
  expectedTotal?: InputMaybe<MoneyInput>;
  idempotencyKey: Scalars['String']['input'];
  /** Pays at once; otherwise paymentProcess does, before `expiresAt`. */
  payment?: InputMaybe<PaymentMethodInput>;
  /** The user's default address when left out. */
  shippingAddress?: InputMaybe<AddressInput>;
};

/** Anything about carts and checkout that carries no more than its code. */
export type CheckoutError = UserError & {
  __typename?: 'CheckoutError';
  code: UserErrorCode;
  field?: Maybe<Array<Scalars['String']['output']>>;
  message: Scalars['String']['output'];
};

export type EditConflictError = UserError & {
  __typename?: 'EditConflictError';
  code: UserErrorCode;
  currentVersion: Scalars['Int']['output'];
  field?: Maybe<Array<Scalars['String']['output']>>;
  message: Scalars['String']['output'];
};

export type IdempotencyKeyReusedError = UserError & {
  __typename?: 'IdempotencyKeyReusedError';
  code: UserErrorCode;
  field?: Maybe<Array<Scalars['String']['output']>>;
  message: Scalars['String']['output'];
};

export type InsufficientStockError = UserError & {
  __typename?: 'InsufficientStockError';
  availableQuantity: Scalars['Int']['output'];
  code: UserErrorCode;
  field?: Maybe<Array<Scalars['String']['output']>>;
  message: Scalars['String']['output'];
  product?: Maybe<Product>;
  requestedQuantity: Scalars['Int']['output'];
  variant?: Maybe<ProductVariant>;
};

export type InvalidStatusTransitionError = UserError & {
  __typename?: 'InvalidStatusTransitionError';
  allowed: Array<OrderStatus>;
  code: UserErrorCode;
  field?: Maybe<Array<Scalars['String']['output']>>;
  from: OrderStatus;
  message: Scalars['String']['output'];
  to: OrderStatus;
};

export type Money = {
  __typename?: 'Money';
  amount: Scalars['Decimal']['output'];
  currencyCode: Scalars['CurrencyCode']['output'];
};

export type MoneyInput = {
  amount: Scalars['Decimal']['input'];
  currencyCode: Scalars['CurrencyCode']['input'];
};

export type Mutation = {
  __typename?: 'Mutation';
  /** After a sign-in: brings the guest's cart along. Can be repeated. */
  cartClaim?: Maybe<CartPayload>;
  cartClear?: Maybe<CartPayload>;
  /**
   * Without a token and without a sign-in it starts a guest cart and returns its token. For a signed-in viewer `cartToken` is ignored
   * (only cartClaim takes it); an unknown token is NOT_FOUND. The same variant adds up in one line. Stock is looked at by `problems`
   * and at checkout, not here.
   */
  cartItemAdd?: Maybe<CartPayload>;
  cartItemRemove?: Maybe<CartPayload>;
  /** Quantity 0 removes. */
  cartItemUpdate?: Maybe<CartPayload>;
  /**
   * Turns the cart into an order, all or nothing: every line is reserved or none is, and then the cart keeps its lines and `order` is null.
   * Once reserved, `order` is set whatever became of the payment, whose PaymentError stands in `userErrors`; try again with paymentProcess.
   * A payment without an answer yet is paymentStatus PENDING without an error, and settles by itself.
   */
  checkoutComplete?: Maybe<OrderPayload>;
  /** By its buyer (a guest with the order's token) until it is SHIPPED, by holders of orders:write until it is DELIVERED. */
  orderCancel?: Maybe<OrderPayload>;
  /** After a sign-in: makes a guest's order the viewer's. */
  orderClaim?: Maybe<OrderPayload>;
  /** An order without a cart; otherwise as checkoutComplete. */
  orderCreate?: Maybe<OrderPayload>;
  /**
   * The three work while the order is PENDING and no payment is under way, and move its reservation along, all or nothing. Lines that stand
   * keep their price, new ones take today's; the payment's amount follows. The last line cannot go: cancel the order instead.
   */
  orderItemAdd?: Maybe<OrderPayload>;
  orderItemRemove?: Maybe<OrderPayload>;
  orderItemUpdate?: Maybe<OrderPayload>;
  /** Seen by staff, and by the buyer only if so said. */
  orderNoteAdd?: Maybe<OrderPayload>;
  /** Until it is SHIPPED. */
  orderShippingAddressUpdate?: Maybe<OrderPayload>;
  orderStatusUpdate?: Maybe<OrderPayload>;
  /** Charges the order's payment. While an attempt is under way another is PAYMENT_IN_PROGRESS; ten declined ones cancel the order. */
  paymentProcess?: Maybe<PaymentPayload>;
  /** Money that came another way, cash on delivery say. */
  paymentRecord?: Maybe<PaymentPayload>;
  refundCreate?: Maybe<PaymentPayload>;
};


export type MutationCartClaimArgs = {
  cartToken: Scalars['String']['input'];
  strategy: CartMergeStrategy;
};


export type MutationCartClearArgs = {
  cartToken?: InputMaybe<Scalars['String']['input']>;
};


export type MutationCartItemAddArgs = {
  input: CartItemAddInput;
};


export type MutationCartItemRemoveArgs = {
  input: CartItemRemoveInput;
};


export type MutationCartItemUpdateArgs = {
  input: CartItemUpdateInput;
};


export type MutationCheckoutCompleteArgs = {
  input: CheckoutCompleteInput;
};


export type MutationOrderCancelArgs = {
  input: OrderCancelInput;
};


export type MutationOrderClaimArgs = {
  guestOrderToken: Scalars['String']['input'];
};


export type MutationOrderCreateArgs = {
  input: OrderCreateInput;
};


export type MutationOrderItemAddArgs = {
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  input: OrderItemInput;
  orderId: Scalars['ID']['input'];
};


export type MutationOrderItemRemoveArgs = {
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  itemId: Scalars['ID']['input'];
  orderId: Scalars['ID']['input'];
};


export type MutationOrderItemUpdateArgs = {
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  itemId: Scalars['ID']['input'];
  orderId: Scalars['ID']['input'];
  quantity: Scalars['Int']['input'];
};


export type MutationOrderNoteAddArgs = {
  note: Scalars['String']['input'];
  orderId: Scalars['ID']['input'];
  visibleToBuyer: Scalars['Boolean']['input'];
};


export type MutationOrderShippingAddressUpdateArgs = {
  address: AddressInput;
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  orderId: Scalars['ID']['input'];
};


export type MutationOrderStatusUpdateArgs = {
  input: OrderStatusUpdateInput;
};


export type MutationPaymentProcessArgs = {
  input: PaymentProcessInput;
};


export type MutationPaymentRecordArgs = {
  input: PaymentRecordInput;
};


export type MutationRefundCreateArgs = {
  input: RefundCreateInput;
};

export type NotFoundError = UserError & {
  __typename?: 'NotFoundError';
  code: UserErrorCode;
  field?: Maybe<Array<Scalars['String']['output']>>;
  message: Scalars['String']['output'];
};

export type Order = {
  __typename?: 'Order';
  amountPaid: Money;
  amountRefunded: Money;
  /** Where the viewer may move it. */
  availableTransitions: Array<OrderStatus>;
  cancelReason?: Maybe<OrderCancelReason>;
  createdAt: Scalars['DateTime']['output'];
  customerNote?: Maybe<Scalars['String']['output']>;
  /** Where mails about it go. */
  email?: Maybe<Scalars['EmailAddress']['output']>;
  /** What happened to it, oldest first; nothing is ever taken out. */
  events: OrderEventConnection;
  /** An order still PENDING at this time is cancelled. */
  expiresAt?: Maybe<Scalars['DateTime']['output']>;
  id: Scalars['ID']['output'];
  item?: Maybe<OrderItem>;
  items: Array<OrderItem>;
  metadata?: Maybe<Scalars['JSONObject']['output']>;
  /** For people, such as "A7K2-93QX". */
  number: Scalars['String']['output'];
  payment?: Maybe<Payment>;
  paymentStatus: PaymentStatus;
  shippingAddress: Address;
  status: OrderStatus;
  stockStatus: StockStatus;
  subtotal: Money;
  total: Money;
  trackingNumber?: Maybe<Scalars['String']['output']>;
  trackingUrl?: Maybe<Scalars['URL']['output']>;
  updatedAt: Scalars['DateTime']['output'];
  /** Null for a guest's order and once the account is gone. */
  user?: Maybe<User>;
  /** Counts what somebody decided about the order, and payments; where its stock is moves on without it. */
  version: Scalars['Int']['output'];
};


export type OrderEventsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


export type OrderItemArgs = {
  id: Scalars['ID']['input'];
};

export type OrderCancelInput = {
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  guestOrderToken?: InputMaybe<Scalars['String']['input']>;
  note?: InputMaybe<Scalars['String']['input']>;
  orderId: Scalars['ID']['input'];
};

export type OrderCancelReason =
  | 'CUSTOMER'
  /** Not paid by `expiresAt`. */
  | 'EXPIRED'
  /** Paid after its stock was gone; refunded. */
  | 'OUT_OF_STOCK'
  /** Declined ten times. */
  | 'PAYMENT_FAILED'
  | 'STAFF';

export type OrderConnection = {
  __typename?: 'OrderConnection';
  edges: Array<OrderEdge>;
  nodes: Array<Order>;
  pageInfo: PageInfo;
  totalCount: Scalars['Int']['output'];
};

export type OrderCreateInput = {
  customerNote?: InputMaybe<Scalars['String']['input']>;
  expectedTotal?: InputMaybe<MoneyInput>;
  idempotencyKey: Scalars['String']['input'];
  items: Array<OrderItemInput>;
  metadata?: InputMaybe<Scalars['JSONObject']['input']>;
  payment?: InputMaybe<PaymentMethodInput>;
  shippingAddress?: InputMaybe<AddressInput>;
};

export type OrderEdge = {
  __typename?: 'OrderEdge';
  cursor: Scalars['String']['output'];
  node: Order;
};

export type OrderEvent = {
  __typename?: 'OrderEvent';
  /** Who did it; null for the system and for guests. */
  actor?: Maybe<User>;
  createdAt: Scalars['DateTime']['output'];
  fromStatus?: Maybe<OrderStatus>;
  id: Scalars['ID']['output'];
  message?: Maybe<Scalars['String']['output']>;
  toStatus?: Maybe<OrderStatus>;
  type: OrderEventType;
};

export type OrderEventConnection = {
  __typename?: 'OrderEventConnection';
  edges: Array<OrderEventEdge>;
  nodes: Array<OrderEvent>;
  pageInfo: PageInfo;
  totalCount: Scalars['Int']['output'];
};

export type OrderEventEdge = {
  __typename?: 'OrderEventEdge';
  cursor: Scalars['String']['output'];
  node: OrderEvent;
};

export type OrderEventType =
  | 'ADDRESS_CHANGED'
  | 'CANCELLED'
  | 'EXPIRED'
  | 'ITEMS_CHANGED'
  | 'NOTE'
  | 'PAYMENT_FAILED'
  | 'PAYMENT_SUCCEEDED'
  | 'PLACED'
  | 'REFUNDED'
  | 'STATUS_CHANGED'
  | 'STOCK_RELEASED'
  | 'STOCK_RESERVED'
  | 'STOCK_SOLD';

export type OrderFilter = {
  createdFrom?: InputMaybe<Scalars['DateTime']['input']>;
  createdTo?: InputMaybe<Scalars['DateTime']['input']>;
  paymentStatus?: InputMaybe<Array<PaymentStatus>>;
  /** Order number or e-mail. */
  search?: InputMaybe<Scalars['String']['input']>;
  status?: InputMaybe<Array<OrderStatus>>;
  userId?: InputMaybe<Scalars['ID']['input']>;
};

/** The fields beside `product` and `variant` are what they were when the order was placed. */
export type OrderItem = {
  __typename?: 'OrderItem';
  id: Scalars['ID']['output'];
  /** Today's catalogue entry; null once it is gone. */
  product?: Maybe<Product>;
  productImageUrl?: Maybe<Scalars['URL']['output']>;
  productName: Scalars['String']['output'];
  quantity: Scalars['Int']['output'];
  sku: Scalars['String']['output'];
  /** unitPrice times quantity, by the database. */
  subtotal: Money;
  unitPrice: Money;
  variant?: Maybe<ProductVariant>;
  variantName: Scalars['String']['output'];
};

export type OrderItemInput = {
  productId: Scalars['ID']['input'];
  quantity: Scalars['Int']['input'];
  variantId?: InputMaybe<Scalars['ID']['input']>;
};

export type OrderPayload = {
  __typename?: 'OrderPayload';
  /** Set when a guest's order is made, and on repeats of that. */
  guestOrderToken?: Maybe<Scalars['String']['output']>;
  /** Where to send the buyer, with PAYMENT_ACTION_REQUIRED. */
  nextActionUrl?: Maybe<Scalars['URL']['output']>;
  order?: Maybe<Order>;
  userErrors: Array<UserError>;
};

export type OrderSort = {
  direction: SortDirection;
  key: OrderSortKey;
};

export type OrderSortKey =
  | 'CREATED_AT'
  | 'TOTAL';

export type OrderStatus =
  /** Possible before DELIVERED; stock goes back and what was paid is refunded. */
  | 'CANCELLED'
  | 'DELIVERED'
  /** Paid in full; stock is sold. */
  | 'PAID'
  /** Placed; stock is reserved until `expiresAt`, and the order may be paid. */
  | 'PENDING'
  /** Being packed. Straight from PENDING by holders of orders:write: to be paid later, on delivery say. */
  | 'PROCESSING'
  | 'SHIPPED';

export type OrderStatusUpdateInput = {
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  note?: InputMaybe<Scalars['String']['input']>;
  orderId: Scalars['ID']['input'];
  status: OrderStatus;
  trackingNumber?: InputMaybe<Scalars['String']['input']>;
  trackingUrl?: InputMaybe<Scalars['URL']['input']>;
};

export type PageInfo = {
  __typename?: 'PageInfo';
  endCursor?: Maybe<Scalars['String']['output']>;
  hasNextPage: Scalars['Boolean']['output'];
  hasPreviousPage: Scalars['Boolean']['output'];
  startCursor?: Maybe<Scalars['String']['output']>;
};

/** Made with its order. */
export type Payment = {
  __typename?: 'Payment';
  amount: Money;
  amountRefunded: Money;
  createdAt: Scalars['DateTime']['output'];
  id: Scalars['ID']['output'];
  order: Order;
  provider: Scalars['String']['output'];
  status: PaymentStatus;
  transactions: Array<PaymentTransaction>;
  updatedAt: Scalars['DateTime']['output'];
};

export type PaymentError = UserError & {
  __typename?: 'PaymentError';
  code: UserErrorCode;
  /** The provider's reason, such as "insufficient_funds". */
  declineCode?: Maybe<Scalars['String']['output']>;
  field?: Maybe<Array<Scalars['String']['output']>>;
  message: Scalars['String']['output'];
};

/**
 * A token from the payment provider's own form. The built-in "test" provider knows tok_ok, tok_declined, tok_insufficient_funds,
 * tok_action_required, tok_slow (answers after 3 s) and tok_timeout (charges, but the answer is lost).
 */
export type PaymentMethodInput = {
  /** The shop's default when left out. */
  provider?: InputMaybe<Scalars['String']['input']>;
  /** Where the provider sends the buyer back after PAYMENT_ACTION_REQUIRED. */
  returnUrl?: InputMaybe<Scalars['URL']['input']>;
  token: Scalars['String']['input'];
};

export type PaymentPayload = {
  __typename?: 'PaymentPayload';
  /** Where to send the buyer, with PAYMENT_ACTION_REQUIRED. */
  nextActionUrl?: Maybe<Scalars['URL']['output']>;
  payment?: Maybe<Payment>;
  userErrors: Array<UserError>;
};

export type PaymentProcessInput = {
  /** Must be the payment's amount. */
  amount: MoneyInput;
  guestOrderToken?: InputMaybe<Scalars['String']['input']>;
  idempotencyKey: Scalars['String']['input'];
  method: PaymentMethodInput;
  paymentId: Scalars['ID']['input'];
};

export type PaymentRecordInput = {
  /** Must be the payment's amount. */
  amount: MoneyInput;
  idempotencyKey: Scalars['String']['input'];
  paymentId: Scalars['ID']['input'];
  reference: Scalars['String']['input'];
};

export type PaymentStatus =
  /** Its order was cancelled unpaid. */
  | 'CANCELLED'
  /** The last attempt was declined; another may be made. */
  | 'FAILED'
  | 'PAID'
  | 'PARTIALLY_REFUNDED'
  /** The provider has not answered for good yet. */
  | 'PENDING'
  | 'REFUNDED'
  | 'UNPAID';

export type PaymentTransaction = {
  __typename?: 'PaymentTransaction';
  amount: Money;
  createdAt: Scalars['DateTime']['output'];
  declineCode?: Maybe<Scalars['String']['output']>;
  id: Scalars['ID']['output'];
  /** The provider's own id. */
  providerReference?: Maybe<Scalars['String']['output']>;
  reason?: Maybe<Scalars['String']['output']>;
  status: PaymentTransactionStatus;
  type: PaymentTransactionType;
};

export type PaymentTransactionStatus =
  | 'FAILED'
  | 'PENDING'
  | 'SUCCEEDED';

export type PaymentTransactionType =
  | 'CHARGE'
  | 'REFUND';

/** The server's total differs from `expectedTotal`. */
export type PriceChangedError = UserError & {
  __typename?: 'PriceChangedError';
  actualTotal: Money;
  code: UserErrorCode;
  expectedTotal: Money;
  field?: Maybe<Array<Scalars['String']['output']>>;
  message: Scalars['String']['output'];
};

export type Product = {
  __typename?: 'Product';
  id: Scalars['ID']['output'];
};

export type ProductVariant = {
  __typename?: 'ProductVariant';
  id: Scalars['ID']['output'];
};

export type Query = {
  __typename?: 'Query';
  /** The viewer's cart, or a guest's by its token; null before anything was added. */
  cart?: Maybe<Cart>;
  /** A guest's order, by the token of its confirmation mail. */
  guestOrder?: Maybe<Order>;
  /** A foreign order and a missing one are both null. */
  order?: Maybe<Order>;
  orders?: Maybe<OrderConnection>;
  payment?: Maybe<Payment>;
};


export type QueryCartArgs = {
  token?: InputMaybe<Scalars['String']['input']>;
};


export type QueryGuestOrderArgs = {
  token: Scalars['String']['input'];
};


export type QueryOrderArgs = {
  id?: InputMaybe<Scalars['ID']['input']>;
  number?: InputMaybe<Scalars['String']['input']>;
};


export type QueryOrdersArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<OrderFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  sort?: InputMaybe<OrderSort>;
};


export type QueryPaymentArgs = {
  id?: InputMaybe<Scalars['ID']['input']>;
  orderId?: InputMaybe<Scalars['ID']['input']>;
};

export type RefundCreateInput = {
  /** All that is left when left out. */
  amount?: InputMaybe<MoneyInput>;
  idempotencyKey: Scalars['String']['input'];
  paymentId: Scalars['ID']['input'];
  reason?: InputMaybe<Scalars['String']['input']>;
};

export type SortDirection =
  | 'ASC'
  | 'DESC';

export type StockStatus =
  /** Whether the products subgraph reserved it is not known yet; settles by itself. */
  | 'PENDING'
  /** Back on the shelf. */
  | 'RELEASED'
  | 'RESERVED'
  | 'SOLD';

export type User = {
  __typename?: 'User';
  /** For the user itself. */
  cart?: Maybe<Cart>;
  id: Scalars['ID']['output'];
  /** For the user itself and for holders of orders:read; newest first. */
  orders?: Maybe<OrderConnection>;
};


export type UserOrdersArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<OrderFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  sort?: InputMaybe<OrderSort>;
};

export type UserError = {
  code: UserErrorCode;
  field?: Maybe<Array<Scalars['String']['output']>>;
  message: Scalars['String']['output'];
};

export type UserErrorCode =
  | 'CART_EMPTY'
  | 'CURRENCY_MISMATCH'
  | 'EDIT_CONFLICT'
  | 'EMAIL_REQUIRED'
  | 'IDEMPOTENCY_KEY_REUSED'
  | 'INSUFFICIENT_STOCK'
  | 'INVALID_STATUS_TRANSITION'
  | 'NOT_FOUND'
  | 'ORDER_NOT_EDITABLE'
  | 'ORDER_NOT_PAYABLE'
  | 'PAYMENT_ACTION_REQUIRED'
  | 'PAYMENT_ALREADY_PROCESSED'
  | 'PAYMENT_AMOUNT_MISMATCH'
  | 'PAYMENT_DECLINED'
  | 'PAYMENT_IN_PROGRESS'
  | 'PRICE_CHANGED'
  | 'PRODUCT_UNAVAILABLE'
  | 'REFUND_EXCEEDS_PAID'
  | 'SHIPPING_ADDRESS_REQUIRED'
  | 'VALIDATION_FAILED'
  | 'VARIANT_REQUIRED';

export type ValidationError = UserError & {
  __typename?: 'ValidationError';
  code: UserErrorCode;
  field?: Maybe<Array<Scalars['String']['output']>>;
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
  Cart: ResolverTypeWrapper<CartModel>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  CartItem: ResolverTypeWrapper<CartItemModel>;
  CartItemAddInput: CartItemAddInput;
  CartItemInsufficientStock: ResolverTypeWrapper<Omit<CartItemInsufficientStock, 'item'> & { item: ResolversTypes['CartItem'] }>;
  CartItemPriceChanged: ResolverTypeWrapper<Omit<CartItemPriceChanged, 'item'> & { item: ResolversTypes['CartItem'] }>;
  CartItemRemoveInput: CartItemRemoveInput;
  CartItemUnavailable: ResolverTypeWrapper<Omit<CartItemUnavailable, 'item'> & { item: ResolversTypes['CartItem'] }>;
  CartItemUpdateInput: CartItemUpdateInput;
  CartMergeStrategy: CartMergeStrategy;
  CartPayload: ResolverTypeWrapper<CartPayloadModel>;
  CartProblem: ResolverTypeWrapper<CartProblemModel>;
  CheckoutCompleteInput: CheckoutCompleteInput;
  CheckoutError: ResolverTypeWrapper<CheckoutError>;
  CountryCode: ResolverTypeWrapper<Scalars['CountryCode']['output']>;
  CurrencyCode: ResolverTypeWrapper<Scalars['CurrencyCode']['output']>;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  Decimal: ResolverTypeWrapper<Scalars['Decimal']['output']>;
  EditConflictError: ResolverTypeWrapper<EditConflictError>;
  EmailAddress: ResolverTypeWrapper<Scalars['EmailAddress']['output']>;
  IdempotencyKeyReusedError: ResolverTypeWrapper<IdempotencyKeyReusedError>;
  InsufficientStockError: ResolverTypeWrapper<InsufficientStockError>;
  InvalidStatusTransitionError: ResolverTypeWrapper<InvalidStatusTransitionError>;
  JSONObject: ResolverTypeWrapper<Scalars['JSONObject']['output']>;
  Money: ResolverTypeWrapper<Money>;
  MoneyInput: MoneyInput;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
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
  OrderPayload: ResolverTypeWrapper<OrderPayloadModel>;
  OrderSort: OrderSort;
  OrderSortKey: OrderSortKey;
  OrderStatus: OrderStatus;
  OrderStatusUpdateInput: OrderStatusUpdateInput;
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
  RefundCreateInput: RefundCreateInput;
  SortDirection: SortDirection;
  StockStatus: StockStatus;
  URL: ResolverTypeWrapper<Scalars['URL']['output']>;
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
  Cart: CartModel;
  ID: Scalars['ID']['output'];
  Int: Scalars['Int']['output'];
  CartItem: CartItemModel;
  CartItemAddInput: CartItemAddInput;
  CartItemInsufficientStock: Omit<CartItemInsufficientStock, 'item'> & { item: ResolversParentTypes['CartItem'] };
  CartItemPriceChanged: Omit<CartItemPriceChanged, 'item'> & { item: ResolversParentTypes['CartItem'] };
  CartItemRemoveInput: CartItemRemoveInput;
  CartItemUnavailable: Omit<CartItemUnavailable, 'item'> & { item: ResolversParentTypes['CartItem'] };
  CartItemUpdateInput: CartItemUpdateInput;
  CartPayload: CartPayloadModel;
  CartProblem: CartProblemModel;
  CheckoutCompleteInput: CheckoutCompleteInput;
  CheckoutError: CheckoutError;
  CountryCode: Scalars['CountryCode']['output'];
  CurrencyCode: Scalars['CurrencyCode']['output'];
  DateTime: Scalars['DateTime']['output'];
  Decimal: Scalars['Decimal']['output'];
  EditConflictError: EditConflictError;
  EmailAddress: Scalars['EmailAddress']['output'];
  IdempotencyKeyReusedError: IdempotencyKeyReusedError;
  InsufficientStockError: InsufficientStockError;
  InvalidStatusTransitionError: InvalidStatusTransitionError;
  JSONObject: Scalars['JSONObject']['output'];
  Money: Money;
  MoneyInput: MoneyInput;
  Mutation: Record<PropertyKey, never>;
  Boolean: Scalars['Boolean']['output'];
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
  OrderPayload: OrderPayloadModel;
  OrderSort: OrderSort;
  OrderStatusUpdateInput: OrderStatusUpdateInput;
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
  RefundCreateInput: RefundCreateInput;
  URL: Scalars['URL']['output'];
  User: Omit<User, 'cart' | 'orders'> & { cart?: Maybe<ResolversParentTypes['Cart']>, orders?: Maybe<ResolversParentTypes['OrderConnection']> };
  UserError: UserErrorModel;
  ValidationError: ValidationError;
};

export type AddressResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Address'] = ResolversParentTypes['Address']> = {
  city?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  country?: Resolver<ResolversTypes['CountryCode'], ParentType, ContextType>;
  line1?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  line2?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  name?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  phone?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  postalCode?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  region?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type CartResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Cart'] = ResolversParentTypes['Cart'], FederationReferenceType extends FederationReferenceTypes['Cart'] = FederationReferenceTypes['Cart']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Cart']>, FederationReferenceType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  currencyCode?: Resolver<ResolversTypes['CurrencyCode'], ParentType, ContextType>;
  expiresAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  items?: Resolver<Array<ResolversTypes['CartItem']>, ParentType, ContextType>;
  problems?: Resolver<Maybe<Array<ResolversTypes['CartProblem']>>, ParentType, ContextType>;
  subtotal?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  totalQuantity?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  updatedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  user?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  version?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type CartItemResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CartItem'] = ResolversParentTypes['CartItem'], FederationReferenceType extends FederationReferenceTypes['CartItem'] = FederationReferenceTypes['CartItem']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['CartItem']>, FederationReferenceType, ContextType>;
  addedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
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

export interface JsonObjectScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['JSONObject'], any> {
  name: 'JSONObject';
}

export type MoneyResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Money'] = ResolversParentTypes['Money']> = {
  amount?: Resolver<ResolversTypes['Decimal'], ParentType, ContextType>;
  currencyCode?: Resolver<ResolversTypes['CurrencyCode'], ParentType, ContextType>;
};

export type MutationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  cartClaim?: Resolver<Maybe<ResolversTypes['CartPayload']>, ParentType, ContextType, RequireFields<MutationCartClaimArgs, 'cartToken' | 'strategy'>>;
  cartClear?: Resolver<Maybe<ResolversTypes['CartPayload']>, ParentType, ContextType, Partial<MutationCartClearArgs>>;
  cartItemAdd?: Resolver<Maybe<ResolversTypes['CartPayload']>, ParentType, ContextType, RequireFields<MutationCartItemAddArgs, 'input'>>;
  cartItemRemove?: Resolver<Maybe<ResolversTypes['CartPayload']>, ParentType, ContextType, RequireFields<MutationCartItemRemoveArgs, 'input'>>;
  cartItemUpdate?: Resolver<Maybe<ResolversTypes['CartPayload']>, ParentType, ContextType, RequireFields<MutationCartItemUpdateArgs, 'input'>>;
  checkoutComplete?: Resolver<Maybe<ResolversTypes['OrderPayload']>, ParentType, ContextType, RequireFields<MutationCheckoutCompleteArgs, 'input'>>;
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
  cancelReason?: Resolver<Maybe<ResolversTypes['OrderCancelReason']>, ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  customerNote?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  email?: Resolver<Maybe<ResolversTypes['EmailAddress']>, ParentType, ContextType>;
  events?: Resolver<ResolversTypes['OrderEventConnection'], ParentType, ContextType, Partial<OrderEventsArgs>>;
  expiresAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  item?: Resolver<Maybe<ResolversTypes['OrderItem']>, ParentType, ContextType, RequireFields<OrderItemArgs, 'id'>>;
  items?: Resolver<Array<ResolversTypes['OrderItem']>, ParentType, ContextType>;
  metadata?: Resolver<Maybe<ResolversTypes['JSONObject']>, ParentType, ContextType>;
  number?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  payment?: Resolver<Maybe<ResolversTypes['Payment']>, ParentType, ContextType>;
  paymentStatus?: Resolver<ResolversTypes['PaymentStatus'], ParentType, ContextType>;
  shippingAddress?: Resolver<ResolversTypes['Address'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['OrderStatus'], ParentType, ContextType>;
  stockStatus?: Resolver<ResolversTypes['StockStatus'], ParentType, ContextType>;
  subtotal?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  total?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  trackingNumber?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  trackingUrl?: Resolver<Maybe<ResolversTypes['URL']>, ParentType, ContextType>;
  updatedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  user?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  version?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
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
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  product?: Resolver<Maybe<ResolversTypes['Product']>, ParentType, ContextType>;
  productImageUrl?: Resolver<Maybe<ResolversTypes['URL']>, ParentType, ContextType>;
  productName?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  quantity?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  sku?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  subtotal?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
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
  guestOrder?: Resolver<Maybe<ResolversTypes['Order']>, ParentType, ContextType, RequireFields<QueryGuestOrderArgs, 'token'>>;
  order?: Resolver<Maybe<ResolversTypes['Order']>, ParentType, ContextType, Partial<QueryOrderArgs>>;
  orders?: Resolver<Maybe<ResolversTypes['OrderConnection']>, ParentType, ContextType, Partial<QueryOrdersArgs>>;
  payment?: Resolver<Maybe<ResolversTypes['Payment']>, ParentType, ContextType, Partial<QueryPaymentArgs>>;
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
  __resolveType?: TypeResolveFn<'CheckoutError' | 'EditConflictError' | 'IdempotencyKeyReusedError' | 'InsufficientStockError' | 'InvalidStatusTransitionError' | 'NotFoundError' | 'PaymentError' | 'PriceChangedError' | 'ValidationError', ParentType, ContextType>;
};

export type ValidationErrorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ValidationError'] = ResolversParentTypes['ValidationError']> = {
  code?: Resolver<ResolversTypes['UserErrorCode'], ParentType, ContextType>;
  field?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type Resolvers<ContextType = Context> = {
  Address?: AddressResolvers<ContextType>;
  Cart?: CartResolvers<ContextType>;
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
  EditConflictError?: EditConflictErrorResolvers<ContextType>;
  EmailAddress?: GraphQLScalarType;
  IdempotencyKeyReusedError?: IdempotencyKeyReusedErrorResolvers<ContextType>;
  InsufficientStockError?: InsufficientStockErrorResolvers<ContextType>;
  InvalidStatusTransitionError?: InvalidStatusTransitionErrorResolvers<ContextType>;
  JSONObject?: GraphQLScalarType;
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
  PageInfo?: PageInfoResolvers<ContextType>;
  Payment?: PaymentResolvers<ContextType>;
  PaymentError?: PaymentErrorResolvers<ContextType>;
  PaymentPayload?: PaymentPayloadResolvers<ContextType>;
  PaymentTransaction?: PaymentTransactionResolvers<ContextType>;
  PriceChangedError?: PriceChangedErrorResolvers<ContextType>;
  Product?: ProductResolvers<ContextType>;
  ProductVariant?: ProductVariantResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  URL?: GraphQLScalarType;
  User?: UserResolvers<ContextType>;
  UserError?: UserErrorResolvers<ContextType>;
  ValidationError?: ValidationErrorResolvers<ContextType>;
};

