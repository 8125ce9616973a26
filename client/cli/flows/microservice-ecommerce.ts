import {
  InventorySetDocument,
  OrderCreateDocument,
  OrderDocument,
  OrderStatusUpdateDocument,
  ProductCreateDocument,
  ProductDocument,
  ProductsDocument,
  type Shop,
  UserDocument,
  UserOrdersDocument,
  UsersDocument,
} from "#client/sdk/index.ts";
import { idempotencyKey } from "#client/sdk/shop.ts";
import { admin, makeSeller, newCustomer } from "./people.ts";
import { granted, present, type Stage } from "./scenario.ts";

const shippingAddress = { line1: "1 Test Street", city: "Test City", country: "US" };

/** A shop behind a gateway: its complete test flow, and then the tour of its endpoints with Jane Smith and her headphones. */
export async function shopBehindGateway(stage: Stage): Promise<void> {
  const john = await newCustomer(stage, "john", { username: handle(stage, "john"), displayName: "John Doe" });
  await makeSeller(stage, john);

  stage.step("Create a product");
  const testProduct = await createProduct(john.shop, {
    name: "Test Product",
    price: "99.99",
    stock: 10,
    tags: ["test"],
  });
  stage.check("there are 10", testProduct.quantityAvailable === 10);

  stage.step("Order two of it");
  const order = await orderTwo(john.shop, testProduct.id);
  stage.check("they cost 199.98 together", order.total.amount === "199.98");

  stage.step("Read the order");
  const read = present("order", (await john.shop.query(OrderDocument, { id: order.id })).order);
  stage.check(
    "it is the same, and its stock is reserved",
    read.number === order.number && read.stockStatus !== "PENDING",
  );

  stage.step("The administrator sets its status to processing");
  const staff = await admin(stage);
  const input = { orderId: order.id, status: "PROCESSING" } as const;
  const moved = granted(await staff.mutate(OrderStatusUpdateDocument, { input }));
  stage.check("it is being packed", moved.order?.status === "PROCESSING");

  await tour(stage, staff);
}

async function tour(stage: Stage, staff: Shop): Promise<void> {
  const username = handle(stage, "jane");
  const jane = await newCustomer(stage, "jane", { username, displayName: "Jane Smith" });
  await makeSeller(stage, jane);

  stage.step("Get a user");
  const { user } = await staff.query(UserDocument, { id: jane.id });
  stage.check("it is Jane Smith", user?.displayName === "Jane Smith" && user.email === jane.email);

  stage.step("Search users");
  const { users } = await staff.query(UsersDocument, { search: username, first: 5 });
  stage.check("Jane is found by her handle", users?.nodes.some(({ id }) => id === jane.id) === true);

  stage.step("Create headphones, and get them");
  const tag = stage.unique("audio");
  const tags = ["headphones", "wireless", tag];
  const headphones = await createProduct(jane.shop, { name: "Wireless Headphones", price: "199.99", stock: 80, tags });
  const { product } = await stage.visitor().query(ProductDocument, { id: headphones.id });
  stage.check("a guest sees them", product?.name === "Wireless Headphones");

  stage.step("Search for them by words, and by tags");
  const bySearch = await jane.shop.query(ProductsDocument, {
    search: "wireless headphones",
    filter: { ownerId: jane.id },
  });
  stage.check("words find them", bySearch.products?.nodes[0]?.id === headphones.id);
  const byTags = await jane.shop.query(ProductsDocument, { filter: { tags: [tag] } });
  stage.check("tags find them", byTags.products?.nodes[0]?.id === headphones.id);

  stage.step("Set their stock to 45");
  const { inventory } = present(
    "variant",
    granted(
      await jane.shop.mutate(InventorySetDocument, {
        input: {
          variantId: present("variant", headphones.defaultVariant).id,
          onHand: 45,
          expectedOnHand: 80,
          reason: "Counted",
          idempotencyKey: idempotencyKey(),
        },
      }),
    ).variant,
  );
  stage.check("45 are on hand", inventory?.onHand === 45);

  stage.step("Order two, and list the orders of the user");
  const order = await orderTwo(jane.shop, headphones.id);
  const own = await jane.shop.query(UserOrdersDocument, { id: jane.id });
  stage.check("the order is among them", own.user?.orders?.nodes[0]?.id === order.id);
}

/** Letters, digits and underscores, as handles are. */
function handle(stage: Stage, name: string): string {
  return stage.unique(name).replaceAll("-", "_");
}

async function createProduct(shop: Shop, wish: { name: string; price: string; stock: number; tags: string[] }) {
  const { price, ...rest } = wish;
  const input = { ...rest, price: { amount: price, currencyCode: "USD" } };
  return present("product", granted(await shop.mutate(ProductCreateDocument, { input })).product);
}

async function orderTwo(shop: Shop, productId: string) {
  const input = { idempotencyKey: idempotencyKey(), items: [{ productId, quantity: 2 }], shippingAddress };
  return present("order", granted(await shop.mutate(OrderCreateDocument, { input })).order);
}
