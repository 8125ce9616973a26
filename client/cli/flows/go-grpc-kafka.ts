import { OrderCreateDocument, type OrderCreateInput, PaymentDocument, ProductsDocument } from "#client/sdk/index.ts";
import { idempotencyKey } from "#client/sdk/shop.ts";
import { newCustomer } from "./people.ts";
import { expectSuccess, present, type Scenario } from "./scenario.ts";

/** Registers, signs in, lists products, orders with an expected total and pays. Wrong totals and amounts are rejected. */
export async function goGrpcKafka(scenario: Scenario): Promise<void> {
  const { shop } = await newCustomer(scenario, "alan", { displayName: "Alan Turing" });

  scenario.step("List the first page of products");
  const { products } = await shop.query(ProductsDocument, { first: 10, filter: { inStock: true } });
  const simple = (products?.nodes ?? []).filter(({ defaultVariant }) => defaultVariant !== null);
  const first = present("first product", simple[0]);
  const third = present("third product", simple[2]);

  scenario.step("Order two of the first and one of the third, with an expected total of 99.99");
  const order: Omit<OrderCreateInput, "idempotencyKey"> = {
    items: [
      { productId: first.id, quantity: 2 },
      { productId: third.id, quantity: 1 },
    ],
    shippingAddress: { line1: "1 Bletchley Park", city: "Milton Keynes", country: "GB" },
  };
  const placeOrder = async (amount: string) =>
    shop.mutate(OrderCreateDocument, {
      input: { ...order, idempotencyKey: idempotencyKey(), expectedTotal: { amount, currencyCode: "USD" } },
    });
  const [changed] = (await placeOrder("99.99")).userErrors;
  if (changed?.code !== "PRICE_CHANGED") return scenario.check("the expected total is rejected", false);
  scenario.check(
    `it is rejected; the actual total is ${changed.actualTotal.amount}`,
    changed.expectedTotal.amount === "99.99",
  );

  scenario.step("Order with the actual total");
  const placed = present("order", expectSuccess(await placeOrder(changed.actualTotal.amount)).order);
  const payment = present("payment", placed.payment);
  scenario.check("the order has an unpaid payment", payment.status === "UNPAID");
  scenario.check("its amount is the total of the order", payment.amount.amount === placed.total.amount);

  scenario.step("Pay 100.00");
  const pay = (amount: string) =>
    shop.pay({ paymentId: payment.id, amount: { amount, currencyCode: "USD" }, method: { token: "tok_ok" } });
  const { userErrors } = await pay("100.00");
  scenario.check("the amount is rejected", userErrors[0]?.code === "PAYMENT_AMOUNT_MISMATCH");

  scenario.step("Pay with a card without sufficient funds");
  const { amount, currencyCode } = payment.amount;
  const declined = await shop.pay({
    paymentId: payment.id,
    amount: { amount, currencyCode },
    method: { token: "tok_insufficient_funds" },
  });
  scenario.check("it is declined", declined.userErrors[0]?.code === "PAYMENT_DECLINED");

  scenario.step(`Pay ${amount}`);
  const paid = expectSuccess(await pay(amount));
  scenario.check("it is paid", paid.payment?.status === "PAID");

  scenario.step("Query the payment by its order");
  const read = present("payment", (await shop.query(PaymentDocument, { orderId: placed.id })).payment);
  scenario.check("the order is paid too", read.order.status === "PAID" && read.order.paymentStatus === "PAID");
  const charges = read.transactions.filter(({ type }) => type === "CHARGE").map(({ status }) => status);
  scenario.check("one attempt failed, and one charge succeeded", charges.sort().join() === "FAILED,SUCCEEDED");
}
