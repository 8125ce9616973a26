import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import { newId, type UserId } from "#platform/ids.ts";
import { openShop, type TestShop } from "../shop.ts";
import type { Answer, Asker } from "../subgraph-client.ts";

/** A user who asks the subgraphs. */
export type Buyer = Asker & { readonly id: UserId };

/** A product's ids. */
export type Product = { readonly productId: string; readonly variantId: string };

/** The whole shop, and what stories about orders do again and again. They ask the subgraphs at their own ports. */
export type OrdersShop = TestShop & {
  /** A signed-in customer whom nobody else is. */
  buyer(): Buyer;
  /** A customer whom the users subgraph knows too. */
  knownBuyer(): Promise<Buyer>;
  /** Somebody of the staff. */
  staff(...scopes: string[]): Buyer;
  /** A product of one variant with so many units. */
  product(stock: number, price?: string): Promise<Product>;
  /** Asks the orders subgraph and expects no top-level error. */
  ask(document: string, variables?: Record<string, unknown>, asker?: Asker): Promise<Answer["data"]>;
  addToCart(asker: Asker, product: Product, quantity?: number, cartToken?: string): Promise<Answer["data"]>;
  /** Checks out, with an address and an e-mail unless told otherwise. */
  checkout(asker: Asker, input?: Record<string, unknown>): Promise<Answer["data"]>;
  /** An order of one product, unpaid unless a payment token is given. */
  placed(asker: Asker, product: Product, quantity?: number, token?: string): Promise<Answer["data"]>;
  pay(
    asker: Asker,
    payment: { id: string; amount: unknown },
    token: string,
    more?: Record<string, unknown>,
  ): Promise<Answer["data"]>;
  order(asker: Asker, id: string): Promise<Answer["data"]>;
  /** What products has of a variant. */
  level(variantId: string): Promise<{ onHand: number; reserved: number }>;
  /** Waits until `look` gives something. */
  until<Value>(look: () => Promise<Value | undefined | false>, withinMs?: number): Promise<Value>;
};

export const address = { line1: "1 Main Street", city: "Springfield", country: "US" };

export const orderFields = `id number status paymentStatus stockStatus version cancelReason expiresAt email availableTransitions trackingNumber
  total { amount currencyCode } amountPaid { amount } amountRefunded { amount } shippingAddress { line1 }
  items { id quantity productName unitPrice { amount } subtotal { amount } product { id } variant { id } }
  payment { id status amount { amount currencyCode } provider
    transactions { id type status amount { amount } providerReference declineCode reason } }`;

const userErrors = `userErrors { __typename code message field
  ... on InsufficientStockError { requestedQuantity availableQuantity product { id } variant { id } }
  ... on PriceChangedError { expectedTotal { amount } actualTotal { amount } }
  ... on EditConflictError { currentVersion }
  ... on InvalidStatusTransitionError { from to allowed }
  ... on PaymentError { declineCode } }`;

/** The selection of an OrderPayload. */
export const orderPayload = `{ order { ${orderFields} } guestOrderToken nextActionUrl ${userErrors} }`;
/** The selection of a PaymentPayload. */
export const paymentPayload = `{ payment { id status order { ${orderFields} } } nextActionUrl ${userErrors} }`;
/** The selection of a CartPayload. */
export const cartPayload = `{ cart { id version totalQuantity currencyCode subtotal { amount } problems { __typename
    ... on CartItemInsufficientStock { item { id } availableQuantity }
    ... on CartItemUnavailable { item { id } }
    ... on CartItemPriceChanged { oldPrice { amount } newPrice { amount } } }
  items { id quantity productName unitPrice { amount } product { id } variant { id } } } cartToken ${userErrors} }`;

/** Starts the whole shop. */
export async function openOrdersShop(variables: Record<string, string> = {}): Promise<OrdersShop> {
  const shop = await openShop({ variables, demoData: false });
  const seller: Asker = { id: newId<UserId>(), role: "SELLER", scopes: ["products:write"] };
  const graph = async (
    subgraph: "orders" | "products",
    document: string,
    given: Record<string, unknown>,
    asker: Asker,
  ) => {
    const answer = await shop.subgraph[subgraph](document, given, asker);
    expect(answer.errors).toEqual([]);
    return answer.data;
  };
  const ask: OrdersShop["ask"] = (document, given = {}, asker = "guest") => graph("orders", document, given, asker);
  const checkout: OrdersShop["checkout"] = async (asker, input = {}) => {
    const whole = { idempotencyKey: randomUUID(), shippingAddress: address, email: "buyer@example.com", ...input };
    const document = `mutation ($input: CheckoutCompleteInput!) { checkoutComplete(input: $input) ${orderPayload} }`;
    return (await ask(document, { input: whole }, asker)).checkoutComplete;
  };
  const addToCart: OrdersShop["addToCart"] = async (asker, product, quantity = 1, cartToken) => {
    const input = { ...product, quantity, ...(cartToken === undefined ? {} : { cartToken }) };
    return (
      await ask(`mutation ($input: CartItemAddInput!) { cartItemAdd(input: $input) ${cartPayload} }`, { input }, asker)
    ).cartItemAdd;
  };
  const own: Omit<OrdersShop, keyof TestShop> = {
    buyer: () => ({ id: newId<UserId>() }),
    knownBuyer: async () => {
      const { accessToken } = await shop.newCustomer();
      const { data } = await shop.graphql("{ me { id } }", {}, { token: accessToken });
      return { id: data.me.id };
    },
    staff: (...scopes) => ({
      id: newId<UserId>(),
      role: "ADMIN",
      scopes: scopes.length > 0 ? scopes : ["orders:read", "orders:write", "payments:write"],
    }),
    product: async (stock, price = "10.00") => {
      const document = `mutation ($input: ProductCreateInput!) {
        productCreate(input: $input) { product { id variants { id } } userErrors { code message field } } }`;
      const input = { name: `Thing ${randomUUID().slice(0, 8)}`, price: { amount: price }, stock };
      const { productCreate } = await graph("products", document, { input }, seller);
      expect(productCreate.userErrors).toEqual([]);
      return { productId: productCreate.product.id, variantId: productCreate.product.variants[0].id };
    },
    ask,
    addToCart,
    checkout,
    placed: async (asker, product, quantity = 1, token) => {
      await addToCart(asker, product, quantity);
      const answer = await checkout(asker, token === undefined ? {} : { payment: { token } });
      expect(answer.order).not.toBeNull();
      return answer.order;
    },
    pay: async (asker, payment, token, more = {}) => {
      const input = {
        idempotencyKey: randomUUID(),
        paymentId: payment.id,
        amount: payment.amount,
        method: { token },
        ...more,
      };
      const document = `mutation ($input: PaymentProcessInput!) { paymentProcess(input: $input) ${paymentPayload} }`;
      return (await ask(document, { input }, asker)).paymentProcess;
    },
    order: async (asker, id) =>
      (await ask(`query ($id: ID!) { order(id: $id) { ${orderFields} } }`, { id }, asker)).order,
    level: async (variantId) => {
      const [row] = await shop.sql.products`select on_hand, reserved from stock_levels where variant_id = ${variantId}`;
      return { onHand: row?.on_hand, reserved: row?.reserved };
    },
    until: async (look, withinMs = 10_000) => {
      for (const end = Date.now() + withinMs; ; ) {
        const value = await look();
        if (value !== undefined && value !== false) return value as never;
        if (Date.now() > end) throw new Error("It did not come in time.");
        await sleep(50);
      }
    },
  };
  return Object.assign(shop, own);
}
