import { randomUUID } from "node:crypto";
import { expect } from "vitest";
import type { GraphqlResponse, TestCaller } from "#test/harness/subgraph-client.ts";
import type { OrdersShop, Product } from "./test-orders.ts";

type Payload = GraphqlResponse["data"];

/** What stories about orders after the sale do again and again. */
export type AfterSale = {
  /** A paid order of new products, one line for each price and quantity, with what products it is of. */
  readonly sold: (
    lines: readonly { price: string; quantity: number }[],
    more?: { buyer?: TestCaller; stock?: number; input?: Record<string, unknown> },
  ) => Promise<{ order: Payload; buyer: TestCaller; products: Product[]; guestOrderToken: string | null }>;
  readonly ship: (staff: TestCaller, input: Record<string, unknown>) => Promise<Payload>;
  readonly updateShipment: (staff: TestCaller, input: Record<string, unknown>) => Promise<Payload>;
  readonly refund: (staff: TestCaller, input: Record<string, unknown>) => Promise<Payload>;
  readonly recordRefund: (staff: TestCaller, input: Record<string, unknown>) => Promise<Payload>;
  readonly requestReturn: (asker: TestCaller, input: Record<string, unknown>) => Promise<Payload>;
  readonly updateReturn: (staff: TestCaller, input: Record<string, unknown>) => Promise<Payload>;
  readonly view: (asker: TestCaller, id: string) => Promise<Payload>;
  readonly move: (staff: TestCaller, orderId: string, status: string) => Promise<Payload>;
  readonly timeline: (asker: TestCaller, id: string) => Promise<string[]>;
};

const userErrors =
  "userErrors { __typename code message field ... on InvalidStatusTransitionError { from to allowed } }";

/** What these stories look at. */
const afterSaleFields = `id number status paymentStatus stockStatus version availableTransitions trackingNumber
  amountRefunded { amount } payment { id } withdrawableUntil canWithdraw
  returns { id status isWithdrawal version lines { quantity restockedQuantity item { id } } }
  items { id quantity productName shippedQuantity cancelledQuantity returnedQuantity refundedQuantity refundedAmount { amount } variant { id } }
  refunds { id amount { amount } tax { amount } shipping { amount } status reason
    lines { quantity amount { amount } tax { amount } item { id } } }
  shipments { id carrier trackingNumber trackingUrl shippedAt deliveredAt lines { quantity item { id } } }`;

/** Tells these stories on a shop. */
export function afterSaleOf(shop: OrdersShop): AfterSale {
  const mutate = async (asker: TestCaller, mutation: string, type: string, input: unknown, selection: string) => {
    const document = `mutation ($input: ${type}!) { ${mutation}(input: $input) { ${selection} ${userErrors} } }`;
    return (await shop.ask(document, { input }, asker))[mutation];
  };
  const parcel = `shipment { id carrier trackingNumber deliveredAt lines { quantity item { id } } } order { ${afterSaleFields} }`;
  const paid = `payment { status order { ${afterSaleFields} } }`;
  const returned = `receivedAt return { id status isWithdrawal version reason requestedAt refund { status }
    lines { quantity restockedQuantity item { id } } order { ${afterSaleFields} } }`;
  return {
    sold: async (lines, { buyer = shop.buyer(), stock = 100, input = {} } = {}) => {
      const products: Product[] = [];
      for (const { price } of lines) products.push(await shop.product(stock, price));
      let cartToken: string | undefined;
      for (const [index, product] of products.entries()) {
        const { cartToken: token } = await shop.addToCart(buyer, product, lines[index]?.quantity, cartToken);
        cartToken = token ?? undefined;
      }
      const placed = await shop.checkout(buyer, {
        payment: { token: "tok_ok" },
        ...(cartToken === undefined ? {} : { cartToken }),
        ...input,
      });
      const { order, guestOrderToken } = placed;
      expect(order).toMatchObject({ status: "PAID", paymentStatus: "PAID" });
      return { order, buyer, products, guestOrderToken };
    },
    ship: (staff, input) =>
      mutate(staff, "shipmentCreate", "ShipmentCreateInput", { idempotencyKey: randomUUID(), ...input }, parcel),
    updateShipment: (staff, input) => mutate(staff, "shipmentUpdate", "ShipmentUpdateInput", input, parcel),
    refund: (staff, input) =>
      mutate(staff, "refundCreate", "RefundCreateInput", { idempotencyKey: randomUUID(), ...input }, paid),
    recordRefund: (staff, input) => {
      const whole = { idempotencyKey: randomUUID(), reference: "cash", ...input };
      return mutate(staff, "refundRecord", "RefundRecordInput", whole, paid);
    },
    requestReturn: (asker, input) =>
      mutate(asker, "returnRequest", "ReturnRequestInput", { idempotencyKey: randomUUID(), ...input }, returned),
    updateReturn: (staff, input) => mutate(staff, "returnUpdate", "ReturnUpdateInput", input, returned),
    view: async (asker, id) =>
      (await shop.ask(`query ($id: ID!) { order(id: $id) { ${afterSaleFields} } }`, { id }, asker)).order,
    move: (staff, orderId, status) =>
      mutate(staff, "orderStatusUpdate", "OrderStatusUpdateInput", { orderId, status }, `order { ${afterSaleFields} }`),
    timeline: async (asker, id) => {
      const document = "query ($id: ID!) { order(id: $id) { events(first: 100) { nodes { type } } } }";
      return (await shop.ask(document, { id }, asker)).order.events.nodes.map(({ type }: { type: string }) => type);
    },
  };
}

/** The codes of a payload's user errors. */
export const codesOf = (response: { userErrors: { code: string }[] }) => response.userErrors.map(({ code }) => code);
