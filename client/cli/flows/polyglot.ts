import { MyOrdersDocument, OrderCreateDocument, ProductsDocument } from "#client/sdk/index.ts";
import { idempotencyKey } from "#client/sdk/shop.ts";
import { newCustomer } from "./people.ts";
import { granted, present, type Stage } from "./scenario.ts";

/** A polyglot shop: register, sign in, list products, order with the token. */
export async function polyglotShop(stage: Stage): Promise<void> {
  stage.step("Order without a token, which is refused");
  const guest = stage.visitor();
  const { products: shelf } = await guest.query(ProductsDocument, { first: 1 });
  const items = [{ productId: present("product", shelf?.nodes[0]).id, quantity: 1 }];
  const refusal: unknown = await guest
    .mutate(OrderCreateDocument, { input: { idempotencyKey: idempotencyKey(), items } })
    .catch((error: unknown) => error);
  const isRefused = refusal instanceof Error && "code" in refusal && refusal.code === "UNAUTHENTICATED";
  stage.check("a guest is told to sign in", isRefused);

  const { shop } = await newCustomer(stage, "grace", { firstName: "Grace", lastName: "Hopper" });

  stage.step("List products");
  const { products } = await shop.query(ProductsDocument, { first: 20, filter: { inStock: true } });
  const chosen = products?.nodes.find(({ defaultVariant }) => defaultVariant !== null);
  stage.check("there is something to buy", chosen !== undefined);

  stage.step("Order one with the token");
  const product = present("product", chosen);
  const placed = granted(
    await shop.mutate(OrderCreateDocument, {
      input: {
        idempotencyKey: idempotencyKey(),
        items: [{ productId: product.id, quantity: 1 }],
        shippingAddress: { line1: "1 Navy Yard", city: "Arlington", country: "US" },
      },
    }),
  );
  const order = present("order", placed.order);
  stage.check(`it costs what the list said, ${product.price.amount}`, order.total.amount === product.price.amount);

  stage.step("List the orders");
  const { me } = await shop.query(MyOrdersDocument, { first: 10 });
  stage.check("the order is there", me?.orders?.nodes[0]?.id === order.id);
}
