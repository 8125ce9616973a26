import {
  MyOrdersDocument,
  ProductCreateDocument,
  ProductDeleteDocument,
  ProductDocument,
  ProductsDocument,
  type Shop,
} from "#client/sdk/index.ts";
import { admin, newCustomer } from "./people.ts";
import { granted, present, type Stage } from "./scenario.ts";

/** A shop with a command line: a customer buys and cancels, and the stock goes down and comes back; an administrator adds and deletes. */
export async function commandLineShop(stage: Stage): Promise<void> {
  const laptop = await addLaptop(stage);
  await buyAndCancel(stage, laptop.id);
  await deleteLaptop(stage, laptop);
}

async function addLaptop(stage: Stage): Promise<{ staff: Shop; id: string }> {
  stage.step("The administrator signs in and adds a product");
  const staff = await admin(stage);
  const input = {
    name: "Gaming Laptop",
    description: "High-end gaming laptop",
    price: { amount: "1499.99", currencyCode: "USD" },
    stock: 10,
  };
  const { product } = granted(await staff.mutate(ProductCreateDocument, { input }));
  const laptop = present("product", product);
  stage.check("it is on sale", laptop.status === "ACTIVE" && laptop.quantityAvailable === 10);
  return { staff, id: laptop.id };
}

async function buyAndCancel(stage: Stage, laptopId: string): Promise<void> {
  const { shop } = await newCustomer(stage, "linus", {});
  const available = async () => {
    const { product } = await shop.query(ProductDocument, { id: laptopId });
    return present("product", product).quantityAvailable;
  };

  stage.step("Browse");
  const { products } = await shop.query(ProductsDocument, { search: "gaming laptop", first: 20 });
  stage.check("the laptop is there", products?.nodes.some(({ id }) => id === laptopId) === true);

  stage.step("Put two into the cart");
  const { cart } = granted(await shop.addToCart({ productId: laptopId, quantity: 2 }));
  stage.check("today's price counts", cart?.subtotal.amount === "2999.98");

  stage.step("Check out, and pay");
  const { order } = granted(
    await shop.checkout({
      shippingAddress: { line1: "1 Kernel Road", city: "Portland", country: "US" },
      expectedTotal: { amount: "2999.98", currencyCode: "USD" },
      payment: { token: "tok_ok" },
    }),
  );
  const placed = present("order", order);
  stage.check("the order is paid", placed.paymentStatus === "PAID" && placed.status === "PAID");
  await stage.eventually("8 are left for the others", async () => (await available()) === 8);
  stage.check("the cart is empty", ((await shop.cart())?.totalQuantity ?? 0) === 0);

  stage.step("View the orders");
  const { me } = await shop.query(MyOrdersDocument, { first: 10 });
  stage.check("it is there", me?.orders?.nodes.some(({ id }) => id === placed.id) === true);

  stage.step("Cancel it");
  const cancelled = granted(await shop.cancelOrder({ orderId: placed.id }));
  stage.check("it is cancelled", cancelled.order?.status === "CANCELLED");
  await stage.eventually("all 10 are back on the shelf", async () => (await available()) === 10);
  await stage.eventually(
    "the money went back",
    async () => (await shop.order(placed.id))?.paymentStatus === "REFUNDED",
  );
}

async function deleteLaptop(stage: Stage, { staff, id }: { staff: Shop; id: string }): Promise<void> {
  stage.step("The administrator deletes the product");
  const { deletedProductId } = granted(await staff.mutate(ProductDeleteDocument, { id }));
  stage.check("it is gone", deletedProductId === id);
  const { products } = await staff.query(ProductsDocument, { filter: { ids: [id] } });
  stage.check("no list shows it", products?.nodes.length === 0);
}
