import { type Connection, connect, type PayloadOf } from "./connection.ts";
import { ShopError, type UserError } from "./errors.ts";
import {
  AccountRegisterDocument,
  type AccountRegisterInput,
  type AccountRegisterMutation,
  type AddressInput,
  CartClaimDocument,
  CartClearDocument,
  CartCodesDocument,
  type CartCodesQuery,
  type CartContentsFragment,
  CartDiscountCodeAddDocument,
  CartDiscountCodeRemoveDocument,
  CartDocument,
  CartItemAddDocument,
  type CartItemAddInput,
  type CartItemAddMutation,
  CartItemRemoveDocument,
  CartItemUpdateDocument,
  CartMarketSetDocument,
  type CartMergeStrategy,
  CartShippingOptionsDocument,
  type CartShippingOptionsQuery,
  CartTotalsDocument,
  type CartTotalsQueryVariables,
  CheckoutCompleteDocument,
  type CheckoutCompleteInput,
  type CheckoutCompleteMutation,
  GuestOrderDocument,
  type GuestOrderQuery,
  type OAuthTokenCreateInput,
  OauthTokenCreateDocument,
  OrderCancelDocument,
  type OrderCancelInput,
  OrderClaimDocument,
  type OrderClaimMutation,
  OrderTimelineDocument,
  PaymentProcessDocument,
  type PaymentProcessInput,
  type PaymentProcessMutation,
  TokenCreateDocument,
  type TokenCreateInput,
  type TokenCreateMutation,
  TokenRevokeDocument,
  type TotalsFieldsFragment,
} from "./generated/documents.ts";
import { randomKey, withKey } from "./idempotency.ts";
import { memoryStorage, openState, type ShopState, type ShopStorage } from "./storage.ts";

/** The options of a client; only `url` is required. */
export interface ShopOptions {
  /** The gateway's GraphQL endpoint, such as `http://localhost:4000/graphql`. */
  url: string;
  /** Where the session, a guest's tokens and open idempotency keys are stored. Defaults to memory. */
  storage?: ShopStorage;
  fetch?: typeof fetch;
  /** How long one request may take. Defaults to 15 s. */
  timeoutMs?: number;
  /** Sends operations by their hash: for automatic persisted queries, and for shops that accept only trusted documents. */
  persisted?: boolean;
  /** Sent along with every request. */
  headers?: Record<string, string>;
  /** Called when the shop has ended the session: from another device, by a password change, or after 30 days. */
  onSignedOut?: () => void;
}

type Checkout = Omit<CheckoutCompleteInput, "idempotencyKey" | "cartToken"> & { idempotencyKey?: string };
type PaymentRequest = Omit<PaymentProcessInput, "idempotencyKey" | "guestOrderToken"> & {
  idempotencyKey?: string;
  /** The order that is paid; required for a guest's order only. */
  orderId?: string;
};

/** An order with its timeline. */
export type OrderWithEvents = NonNullable<GuestOrderQuery["guestOrder"]>;

/** The shop as one user sees it: a guest until `signIn`. */
export interface Shop extends Pick<Connection, "query" | "queryPart" | "mutate" | "renew" | "fetch"> {
  register: (input: AccountRegisterInput) => Promise<PayloadOf<AccountRegisterMutation>>;
  /** Signs in and claims the guest's cart. Orders placed as a guest are claimed by `claimOrders`. */
  signIn: (input: TokenCreateInput, cart?: CartMergeStrategy) => Promise<PayloadOf<TokenCreateMutation>>;
  /** Signs in with the code and state that a social provider's page redirected with. */
  signInWithProvider: (
    input: OAuthTokenCreateInput,
    cart?: CartMergeStrategy,
  ) => Promise<PayloadOf<TokenCreateMutation>>;
  /** Ends the session here, and in the shop if it can be reached. */
  signOut: () => Promise<void>;
  isSignedIn: () => Promise<boolean>;
  /** Returns the cart; null before anything was added. Its `problems` are null while products is unavailable. */
  cart: () => Promise<CartContentsFragment | null>;
  addToCart: (input: Omit<CartItemAddInput, "cartToken">) => Promise<PayloadOf<CartItemAddMutation>>;
  /** Changes the quantity of a line; 0 removes it. */
  setQuantity: (itemId: string, quantity: number) => Promise<PayloadOf<CartItemAddMutation>>;
  removeFromCart: (itemId: string) => Promise<PayloadOf<CartItemAddMutation>>;
  clearCart: () => Promise<PayloadOf<CartItemAddMutation>>;
  /** Moves the cart to a market: its prices and currency are those of the market from then on. */
  setMarket: (market: string) => Promise<PayloadOf<CartItemAddMutation>>;
  /** Enters a discount code; `cartCodes` says what comes of it. */
  enterCode: (code: string) => Promise<PayloadOf<CartItemAddMutation>>;
  removeCode: (code: string) => Promise<PayloadOf<CartItemAddMutation>>;
  /** Returns the entered codes, each with its status and amount; none without a cart. */
  cartCodes: () => Promise<NonNullable<NonNullable<CartCodesQuery["cart"]>["discountCodes"]>>;
  /** Returns the ways of shipping to an address, with their prices; none without a cart. */
  shippingOptions: (
    address: AddressInput,
  ) => Promise<NonNullable<NonNullable<CartShippingOptionsQuery["cart"]>["shippingOptions"]>>;
  /** Returns what `checkout` would charge now; null without a cart. */
  totals: (choices?: Omit<CartTotalsQueryVariables, "token">) => Promise<TotalsFieldsFragment | null>;
  /**
   * Orders the contents of the cart. Without a response, call it again with an equal input: it is then the same order, even after a
   * reload if `storage` outlives it.
   */
  checkout: (input: Checkout) => Promise<PayloadOf<CheckoutCompleteMutation>>;
  /** Charges an order's payment. Repeating it after a lost response charges once. */
  pay: (input: PaymentRequest) => Promise<PayloadOf<PaymentProcessMutation>>;
  /** Returns the viewer's order, or one placed here as a guest; null when there is none. */
  order: (id: string) => Promise<OrderWithEvents | null>;
  cancelOrder: (input: Omit<OrderCancelInput, "guestOrderToken">) => Promise<PayloadOf<CheckoutCompleteMutation>>;
  /** Adds the orders placed here as a guest to the account of the signed-in viewer. */
  claimOrders: () => Promise<PayloadOf<OrderClaimMutation>[]>;
  /** Returns the secret tokens of a guest, for custom operations. */
  guestTokens: () => Promise<Pick<ShopState, "cartToken" | "orderTokens">>;
}

const eventsOfOrderMax = 100;
const orderTokensMax = 50;

/** Creates a client of the shop. It sends no request until it is used. */
export function createShop(options: ShopOptions): Shop {
  const keeper = openState(options.storage ?? memoryStorage());
  const address = {
    url: options.url,
    fetch: options.fetch ?? ((...request: Parameters<typeof fetch>) => globalThis.fetch(...request)),
    timeoutMs: options.timeoutMs ?? 15_000,
    persisted: options.persisted ?? false,
    headers: options.headers ?? {},
  };
  const connection = connect(address, keeper, options.onSignedOut ?? (() => {}));
  const { query, queryPart, mutate, renew } = connection;

  const isSignedIn = async () => (await keeper.read()).tokens !== null;

  /** The token of a guest's cart; none for a signed-in viewer, who needs none. */
  const cartToken = async (): Promise<{ cartToken?: string }> => {
    const state = await keeper.read();
    return state.tokens === null && state.cartToken !== null ? { cartToken: state.cartToken } : {};
  };

  /** The token with which a guest's cart is read. */
  const viewedCart = async (): Promise<{ token?: string }> => {
    const { cartToken: token } = await cartToken();
    return token === undefined ? {} : { token };
  };

  const claimCart = async (strategy: CartMergeStrategy): Promise<void> => {
    const { cartToken: token } = await keeper.read();
    if (token === null) return;
    await mutate(CartClaimDocument, { cartToken: token, strategy });
    // It is claimed, or it no longer exists.
    await keeper.change((state) => (state.cartToken === token ? { cartToken: null } : {}));
  };

  const begin = async (payload: PayloadOf<TokenCreateMutation>, strategy: CartMergeStrategy) => {
    await connection.adopt(payload);
    if (payload.accessToken !== null) await claimCart(strategy);
    return payload;
  };

  const keepOrderToken = async (payload: PayloadOf<CheckoutCompleteMutation>) => {
    const { order, guestOrderToken } = payload;
    if (order === null || guestOrderToken === null) return payload;
    await keeper.change(({ orderTokens }) => ({
      orderTokens: Object.fromEntries(
        [...Object.entries(orderTokens), [order.id, guestOrderToken]].slice(-orderTokensMax),
      ),
    }));
    return payload;
  };

  return {
    query,
    queryPart,
    mutate,
    renew,
    fetch: connection.fetch,
    isSignedIn,
    register: (input) => mutate(AccountRegisterDocument, { input }),
    signIn: async (input, cart = "MERGE") => begin(await mutate(TokenCreateDocument, { input }), cart),
    signInWithProvider: async (input, cart = "MERGE") => begin(await mutate(OauthTokenCreateDocument, { input }), cart),
    signOut: async () => {
      const { tokens } = await keeper.read();
      await keeper.change(() => ({ tokens: null, openKeys: {} }));
      if (tokens === null) return;
      // The session ends here in any case; in the shop it expires if this request is lost.
      await mutate(TokenRevokeDocument, { input: { refreshToken: tokens.refreshToken } }).catch(() => {});
    },
    cart: async () => {
      const { cartToken: token } = await cartToken();
      if (token === undefined && !(await isSignedIn())) return null;
      const { data, errors } = await queryPart(CartDocument, token === undefined ? {} : { token });
      const [first, ...others] = errors;
      if (data.cart === null && first !== undefined) throw new ShopError([first, ...others], data);
      return data.cart;
    },
    addToCart: async (input) => {
      const token = await cartToken();
      let payload = await mutate(CartItemAddDocument, { input: { ...input, ...token } });
      if (token.cartToken !== undefined && isUnknownCart(payload)) {
        // A guest's cart expires after 30 days; then a new one starts.
        payload = await mutate(CartItemAddDocument, { input });
      }
      const { cartToken: given } = payload;
      if (given !== null && !(await isSignedIn())) await keeper.change(() => ({ cartToken: given }));
      return payload;
    },
    setQuantity: async (itemId, quantity) =>
      mutate(CartItemUpdateDocument, { input: { itemId, quantity, ...(await cartToken()) } }),
    removeFromCart: async (itemId) => mutate(CartItemRemoveDocument, { input: { itemId, ...(await cartToken()) } }),
    clearCart: async () => mutate(CartClearDocument, await cartToken()),
    setMarket: async (market) => {
      const payload = await mutate(CartMarketSetDocument, { input: { market, ...(await cartToken()) } });
      const { cartToken: given } = payload;
      if (given !== null && !(await isSignedIn())) await keeper.change(() => ({ cartToken: given }));
      return payload;
    },
    enterCode: async (code) => mutate(CartDiscountCodeAddDocument, { input: { code, ...(await cartToken()) } }),
    removeCode: async (code) => mutate(CartDiscountCodeRemoveDocument, { input: { code, ...(await cartToken()) } }),
    cartCodes: async () => (await query(CartCodesDocument, await viewedCart())).cart?.discountCodes ?? [],
    shippingOptions: async (address) =>
      (await query(CartShippingOptionsDocument, { address, ...(await viewedCart()) })).cart?.shippingOptions ?? [],
    totals: async (choices = {}) =>
      (await query(CartTotalsDocument, { ...choices, ...(await viewedCart()) })).cart?.totals ?? null,
    checkout: async ({ idempotencyKey, ...command }) => {
      const input = { ...command, ...(await cartToken()) };
      const send = (key: string) => mutate(CheckoutCompleteDocument, { input: { ...input, idempotencyKey: key } });
      if (idempotencyKey !== undefined) return keepOrderToken(await send(idempotencyKey));
      return keepOrderToken(await withKey(keeper, "checkout", input, send, isKeyReused));
    },
    pay: async ({ idempotencyKey, orderId, ...command }) => {
      const token = orderId === undefined ? undefined : (await keeper.read()).orderTokens[orderId];
      const input = { ...command, ...(token === undefined ? {} : { guestOrderToken: token }) };
      const send = (key: string) => mutate(PaymentProcessDocument, { input: { ...input, idempotencyKey: key } });
      if (idempotencyKey !== undefined) return send(idempotencyKey);
      return withKey(keeper, "payment", input, send, isKeyReused);
    },
    order: async (id) => {
      const token = (await keeper.read()).orderTokens[id];
      if (token !== undefined) {
        const { guestOrder } = await query(GuestOrderDocument, { token, first: eventsOfOrderMax });
        if (guestOrder !== null) return guestOrder;
      }
      if (!(await isSignedIn())) return null;
      return (await query(OrderTimelineDocument, { id, first: eventsOfOrderMax })).order;
    },
    cancelOrder: async (input) => {
      const token = (await keeper.read()).orderTokens[input.orderId];
      return mutate(OrderCancelDocument, { input: token === undefined ? input : { ...input, guestOrderToken: token } });
    },
    claimOrders: async () => {
      const payloads: PayloadOf<OrderClaimMutation>[] = [];
      for (const [id, guestOrderToken] of Object.entries((await keeper.read()).orderTokens)) {
        payloads.push(await mutate(OrderClaimDocument, { guestOrderToken }));
        await keeper.change(({ orderTokens: { [id]: _, ...others } }) => ({ orderTokens: others }));
      }
      return payloads;
    },
    guestTokens: async () => {
      const { cartToken: token, orderTokens } = await keeper.read();
      return { cartToken: token, orderTokens };
    },
  };
}

/** Returns a new idempotency key, for custom operations. */
export const idempotencyKey = randomKey;

function isUnknownCart({ cart, userErrors }: { cart: unknown; userErrors: UserError[] }): boolean {
  return cart === null && userErrors.some(({ code, field }) => code === "NOT_FOUND" && field?.at(-1) === "cartToken");
}

function isKeyReused({ userErrors }: { userErrors: UserError[] }): boolean {
  return userErrors.some(({ code }) => code === "IDEMPOTENCY_KEY_REUSED");
}
