import {
  MyOrdersDocument,
  ProductCreateDocument,
  ProductDeleteDocument,
  ProductDocument,
  ProductsDocument,
  type Shop,
} from "#client/sdk/index.ts";
import { admin, newCustomer } from "./people.ts";
import { expectSuccess, present, type Scenario } from "./scenario.ts";

/** An administrator adds a product; a customer buys it and cancels, which returns stock and money; the product is archived. */
export async function scalableEcommerce(scenario: Scenario): Promise<void> {
  const laptop = await addLaptop(scenario);
  await buyAndCancel(scenario, laptop.id);
  await archiveLaptop(scenario, laptop);
}

async function addLaptop(scenario: Scenario): Promise<{ staff: Shop; id: string }> {
  scenario.step("The administrator signs in and adds a product");
  const staff = await admin(scenario);
  const input = {
    name: "Gaming Laptop",
    description: "High-end gaming laptop",
    price: { amount: "1499.99", currencyCode: "USD" },
    stock: 10,
  };
  const { product } = expectSuccess(await staff.mutate(ProductCreateDocument, { input }));
  const laptop = present("product", product);
  scenario.check("it is on sale", laptop.status === "ACTIVE" && laptop.quantityAvailable === 10);
  return { staff, id: laptop.id };
}

async function buyAndCancel(scenario: Scenario, laptopId: string): Promise<void> {
  const { shop } = await newCustomer(scenario, "linus", {});
  const available = async () => {
    const { product } = await shop.query(ProductDocument, { id: laptopId });
    return present("product", product).quantityAvailable;
  };

  scenario.step("Browse");
  const { products } = await shop.query(ProductsDocument, { search: "gaming laptop", first: 20 });
  scenario.check("the laptop is found", products?.nodes.some(({ id }) => id === laptopId) === true);

  scenario.step("Add two to the cart");
  const { cart } = expectSuccess(await shop.addToCart({ productId: laptopId, quantity: 2 }));
  scenario.check("the subtotal is 2999.98", cart?.subtotal.amount === "2999.98");

  scenario.step("Check out and pay");
  const { order } = expectSuccess(
    await shop.checkout({
      shippingAddress: { line1: "1 Kernel Road", city: "Portland", country: "US" },
      expectedTotal: { amount: "2999.98", currencyCode: "USD" },
      payment: { token: "tok_ok" },
    }),
  );
  const placed = present("order", order);
  scenario.check("the order is paid", placed.paymentStatus === "PAID" && placed.status === "PAID");
  await scenario.eventually("8 remain available", async () => (await available()) === 8);
  scenario.check("the cart is empty", ((await shop.cart())?.totalQuantity ?? 0) === 0);

  scenario.step("List the orders");
  const { me } = await shop.query(MyOrdersDocument, { first: 10 });
  scenario.check("it is listed", me?.orders?.nodes.some(({ id }) => id === placed.id) === true);

  scenario.step("Cancel the order");
  const cancelled = expectSuccess(await shop.cancelOrder({ orderId: placed.id }));
  scenario.check("it is cancelled", cancelled.order?.status === "CANCELLED");
  await scenario.eventually("all 10 are available again", async () => (await available()) === 10);
  await scenario.eventually(
    "the payment is refunded",
    async () => (await shop.order(placed.id))?.paymentStatus === "REFUNDED",
  );
}

async function archiveLaptop(scenario: Scenario, { staff, id }: { staff: Shop; id: string }): Promise<void> {
  scenario.step("The administrator archives the product");
  const { deletedProductId } = expectSuccess(await staff.mutate(ProductDeleteDocument, { id }));
  scenario.check("it is archived", deletedProductId === id);
  const { products } = await staff.query(ProductsDocument, { filter: { ids: [id] } });
  scenario.check("it is no longer listed", products?.nodes.length === 0);
}
