import { MyOrdersDocument, OrderCreateDocument, ProductsDocument } from "#client/sdk/index.ts";
import { idempotencyKey } from "#client/sdk/shop.ts";
import { newCustomer } from "./people.ts";
import { expectSuccess, present, type Scenario } from "./scenario.ts";

/** Tries to order without a token, then registers, signs in, lists products and orders. */
export async function polyglot(scenario: Scenario): Promise<void> {
  scenario.step("Order without a token");
  const guest = scenario.visitor();
  const { products: firstPage } = await guest.query(ProductsDocument, { first: 1 });
  const items = [{ productId: present("product", firstPage?.nodes[0]).id, quantity: 1 }];
  const error: unknown = await guest
    .mutate(OrderCreateDocument, { input: { idempotencyKey: idempotencyKey(), items } })
    .catch((reason: unknown) => reason);
  const isRejected = error instanceof Error && "code" in error && error.code === "UNAUTHENTICATED";
  scenario.check("it is rejected with UNAUTHENTICATED", isRejected);

  const { shop } = await newCustomer(scenario, "grace", { firstName: "Grace", lastName: "Hopper" });

  scenario.step("List products");
  const { products } = await shop.query(ProductsDocument, { first: 20, filter: { inStock: true } });
  const chosen = products?.nodes.find(({ defaultVariant }) => defaultVariant !== null);
  scenario.check("there is a product to buy", chosen !== undefined);

  scenario.step("Order with the token");
  const product = present("product", chosen);
  const placed = expectSuccess(
    await shop.mutate(OrderCreateDocument, {
      input: {
        idempotencyKey: idempotencyKey(),
        items: [{ productId: product.id, quantity: 1 }],
        shippingAddress: { line1: "1 Navy Yard", city: "Arlington", country: "US" },
      },
    }),
  );
  const order = present("order", placed.order);
  scenario.check(`the total is the listed price, ${product.price.amount}`, order.total.amount === product.price.amount);

  scenario.step("List the orders");
  const { me } = await shop.query(MyOrdersDocument, { first: 10 });
  scenario.check("the order is listed", me?.orders?.nodes[0]?.id === order.id);
}
