import { type Connection, connect, type PayloadOf } from "./connection.ts";
import { ShopError, type UserError } from "./errors.ts";
import {
  AccountRegisterDocument,
  type AccountRegisterInput,
  type AccountRegisterMutation,
  CartClaimDocument,
  CartClearDocument,
  type CartContentsFragment,
  CartDocument,
  CartItemAddDocument,
  type CartItemAddInput,
  type CartItemAddMutation,
  CartItemRemoveDocument,
  CartItemUpdateDocument,
  type CartMergeStrategy,
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
} from "./generated/documents.ts";
import { randomKey, withKey } from "./idempotency.ts";
import { keeper as keeperOver, memoryStorage, type ShopState, type ShopStorage } from "./storage.ts";

/** How a client reaches the shop; only `url` is needed. */
export interface ShopOptions {
  /** Of the gateway's GraphQL, such as `http://localhost:4000/graphql`. */
  url: string;
  /** Where session, guest's tokens and open keys are kept; in memory unless given. */
  storage?: ShopStorage;
  fetch?: typeof fetch;
  /** How long one request may take; 15 s unless given. */
  timeoutMs?: number;
  /** Sends operations by their hash: automatic persisted queries, and shops that take trusted documents alone. */
  persisted?: boolean;
  /** Sent along with every request. */
  headers?: Record<string, string>;
  /** Told when the shop has ended the session: on another device, by a new password, after 30 days. */
  onSignedOut?: () => void;
}

type Checkout = Omit<CheckoutCompleteInput, "idempotencyKey" | "cartToken"> & { idempotencyKey?: string };
type Paying = Omit<PaymentProcessInput, "idempotencyKey" | "guestOrderToken"> & {
  idempotencyKey?: string;
  /** Whose payment it is; needed for a guest's order only. */
  orderId?: string;
};

/** An order with what happened to it. */
export type OrderWithEvents = NonNullable<GuestOrderQuery["guestOrder"]>;

/** The shop, as one visitor sees it: a guest until `signIn`. */
export interface Shop extends Pick<Connection, "query" | "queryPart" | "mutate" | "renew" | "fetch"> {
  register: (input: AccountRegisterInput) => Promise<PayloadOf<AccountRegisterMutation>>;
  /** Signs in and brings the guest's cart along. Orders made as a guest stay the guest's until `claimOrders`. */
  signIn: (input: TokenCreateInput, cart?: CartMergeStrategy) => Promise<PayloadOf<TokenCreateMutation>>;
  /** Signs in with what a social provider's page sent the browser back with. */
  signInWithProvider: (
    input: OAuthTokenCreateInput,
    cart?: CartMergeStrategy,
  ) => Promise<PayloadOf<TokenCreateMutation>>;
  /** Forgets the session here and ends it in the shop, if that can be reached. */
  signOut: () => Promise<void>;
  isSignedIn: () => Promise<boolean>;
  /** The cart, null before anything was added; its `problems` are null while the catalogue is away. */
  cart: () => Promise<CartContentsFragment | null>;
  addToCart: (input: Omit<CartItemAddInput, "cartToken">) => Promise<PayloadOf<CartItemAddMutation>>;
  /** 0 removes the line. */
  setQuantity: (itemId: string, quantity: number) => Promise<PayloadOf<CartItemAddMutation>>;
  removeFromCart: (itemId: string) => Promise<PayloadOf<CartItemAddMutation>>;
  clearCart: () => Promise<PayloadOf<CartItemAddMutation>>;
  /**
   * Orders what is in the cart. When no answer came, call it again with the same words: it is the same order then, also after
   * a reload, if `storage` outlives that.
   */
  checkout: (input: Checkout) => Promise<PayloadOf<CheckoutCompleteMutation>>;
  /** Charges an order's payment; repeating it after a lost answer charges once. */
  pay: (input: Paying) => Promise<PayloadOf<PaymentProcessMutation>>;
  /** The viewer's order, or one made here as a guest. */
  order: (id: string) => Promise<OrderWithEvents | null>;
  cancelOrder: (input: Omit<OrderCancelInput, "guestOrderToken">) => Promise<PayloadOf<CheckoutCompleteMutation>>;
  /** After a sign-in: makes the orders made here as a guest the viewer's. */
  claimOrders: () => Promise<PayloadOf<OrderClaimMutation>[]>;
  /** The secret tokens of a guest, for operations of one's own. */
  guestTokens: () => Promise<Pick<ShopState, "cartToken" | "orderTokens">>;
}

const eventsOfOrderMax = 100;
const orderTokensMax = 50;

/** A client of the shop. Nothing is asked before it is used. */
export function createShop(options: ShopOptions): Shop {
  const keeper = keeperOver(options.storage ?? memoryStorage());
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

  /** A guest's token; undefined for who is signed in, and whose cart is found without. */
  const cartToken = async (): Promise<{ cartToken?: string }> => {
    const state = await keeper.read();
    return state.tokens === null && state.cartToken !== null ? { cartToken: state.cartToken } : {};
  };

  const claimCart = async (strategy: CartMergeStrategy): Promise<void> => {
    const { cartToken: token } = await keeper.read();
    if (token === null) return;
    await mutate(CartClaimDocument, { cartToken: token, strategy });
    // Claimed, or no cart of ours any more.
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
      // The session ends here in any case; in the shop it ends by itself if this does not arrive.
      await mutate(TokenRevokeDocument, { input: { refreshToken: tokens.refreshToken } }).catch(() => {});
    },
    cart: async () => {
      const { cartToken: token } = await cartToken();
      if (token === undefined && !(await isSignedIn())) return null;
      const { data, refusals } = await queryPart(CartDocument, token === undefined ? {} : { token });
      const [first, ...others] = refusals;
      if (data.cart === null && first !== undefined) throw new ShopError([first, ...others], data);
      return data.cart;
    },
    addToCart: async (input) => {
      const token = await cartToken();
      let payload = await mutate(CartItemAddDocument, { input: { ...input, ...token } });
      if (token.cartToken !== undefined && isUnknownCart(payload)) {
        // A guest's cart lives 30 days; after that a new one begins.
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
    checkout: async ({ idempotencyKey, ...wish }) => {
      const input = { ...wish, ...(await cartToken()) };
      const send = (key: string) => mutate(CheckoutCompleteDocument, { input: { ...input, idempotencyKey: key } });
      if (idempotencyKey !== undefined) return keepOrderToken(await send(idempotencyKey));
      return keepOrderToken(await withKey(keeper, "checkout", input, send, isKeyReused));
    },
    pay: async ({ idempotencyKey, orderId, ...wish }) => {
      const token = orderId === undefined ? undefined : (await keeper.read()).orderTokens[orderId];
      const input = { ...wish, ...(token === undefined ? {} : { guestOrderToken: token }) };
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

/** A new idempotency key, for operations of one's own. */
export const idempotencyKey = randomKey;

function isUnknownCart({ cart, userErrors }: { cart: unknown; userErrors: UserError[] }): boolean {
  return cart === null && userErrors.some(({ code, field }) => code === "NOT_FOUND" && field?.at(-1) === "cartToken");
}

function isKeyReused({ userErrors }: { userErrors: UserError[] }): boolean {
  return userErrors.some(({ code }) => code === "IDEMPOTENCY_KEY_REUSED");
}
