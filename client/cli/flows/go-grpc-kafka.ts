import { OrderCreateDocument, type OrderCreateInput, PaymentDocument, ProductsDocument } from "#client/sdk/index.ts";
import { idempotencyKey } from "#client/sdk/shop.ts";
import { newCustomer } from "./people.ts";
import { granted, present, type Stage } from "./scenario.ts";

/** A shop with payments: register, sign in, list, order with a total of one's own, pay. Wrong totals and amounts are told. */
export async function shopWithPayments(stage: Stage): Promise<void> {
  const { shop } = await newCustomer(stage, "alan", { displayName: "Alan Turing" });

  stage.step("List the first page of products");
  const { products } = await shop.query(ProductsDocument, { first: 10, filter: { inStock: true } });
  const simple = (products?.nodes ?? []).filter(({ defaultVariant }) => defaultVariant !== null);
  const first = present("first product", simple[0]);
  const third = present("third product", simple[2]);

  stage.step("Order two of the first and one of the third, for 99.99");
  const wish: Omit<OrderCreateInput, "idempotencyKey"> = {
    items: [
      { productId: first.id, quantity: 2 },
      { productId: third.id, quantity: 1 },
    ],
    shippingAddress: { line1: "1 Bletchley Park", city: "Milton Keynes", country: "GB" },
  };
  const order = async (amount: string) =>
    shop.mutate(OrderCreateDocument, {
      input: { ...wish, idempotencyKey: idempotencyKey(), expectedTotal: { amount, currencyCode: "USD" } },
    });
  const [changed] = (await order("99.99")).userErrors;
  if (changed?.code !== "PRICE_CHANGED") return stage.check("the shop says that this is not the total", false);
  stage.check(
    `the shop says that the total is ${changed.actualTotal.amount}`,
    changed.expectedTotal.amount === "99.99",
  );

  stage.step("Order for the right total");
  const placed = present("order", granted(await order(changed.actualTotal.amount)).order);
  const payment = present("payment", placed.payment);
  stage.check("a payment was made with the order, unpaid", payment.status === "UNPAID");
  stage.check("over its total", payment.amount.amount === placed.total.amount);

  stage.step("Pay 100.00");
  const pay = (amount: string) =>
    shop.pay({ paymentId: payment.id, amount: { amount, currencyCode: "USD" }, method: { token: "tok_ok" } });
  const { userErrors } = await pay("100.00");
  stage.check("that is not the amount", userErrors[0]?.code === "PAYMENT_AMOUNT_MISMATCH");

  stage.step("Pay with a card that has no money");
  const { amount, currencyCode } = payment.amount;
  const declined = await shop.pay({
    paymentId: payment.id,
    amount: { amount, currencyCode },
    method: { token: "tok_insufficient_funds" },
  });
  stage.check("it is declined", declined.userErrors[0]?.code === "PAYMENT_DECLINED");

  stage.step(`Pay ${amount}`);
  const paid = granted(await pay(amount));
  stage.check("it is paid", paid.payment?.status === "PAID");

  stage.step("Get the payment by its order");
  const read = present("payment", (await shop.query(PaymentDocument, { orderId: placed.id })).payment);
  stage.check("the order is paid too", read.order.status === "PAID" && read.order.paymentStatus === "PAID");
  const charges = read.transactions.filter(({ type }) => type === "CHARGE").map(({ status }) => status);
  stage.check("one attempt failed, and one charge succeeded", charges.sort().join() === "FAILED,SUCCEEDED");
}
