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
import { expectSuccess, present, type Scenario } from "./scenario.ts";

const shippingAddress = { line1: "1 Test Street", city: "Test City", country: "US" };

/** Orders as a new seller, then manages users, products, stock and orders. */
export async function microserviceEcommerce(scenario: Scenario): Promise<void> {
  const john = await newCustomer(scenario, "john", { username: handle(scenario, "john"), displayName: "John Doe" });
  await makeSeller(scenario, john);

  scenario.step("Create a product");
  const testProduct = await createProduct(john.shop, {
    name: "Test Product",
    price: "99.99",
    stock: 10,
    tags: ["test"],
  });
  scenario.check("10 are available", testProduct.quantityAvailable === 10);

  scenario.step("Order two of it");
  const order = await orderTwo(john.shop, testProduct.id);
  scenario.check("the total is 199.98", order.total.amount === "199.98");

  scenario.step("Query the order");
  const read = present("order", (await john.shop.query(OrderDocument, { id: order.id })).order);
  scenario.check(
    "it is the same, and its stock is reserved",
    read.number === order.number && read.stockStatus !== "PENDING",
  );

  scenario.step("The administrator changes its status to PROCESSING");
  const staff = await admin(scenario);
  const input = { orderId: order.id, status: "PROCESSING" } as const;
  const moved = expectSuccess(await staff.mutate(OrderStatusUpdateDocument, { input }));
  scenario.check("it is in PROCESSING", moved.order?.status === "PROCESSING");

  await manage(scenario, staff);
}

async function manage(scenario: Scenario, staff: Shop): Promise<void> {
  const username = handle(scenario, "jane");
  const jane = await newCustomer(scenario, "jane", { username, displayName: "Jane Smith" });
  await makeSeller(scenario, jane);

  scenario.step("Query a user");
  const { user } = await staff.query(UserDocument, { id: jane.id });
  scenario.check("it is Jane Smith", user?.displayName === "Jane Smith" && user.email === jane.email);

  scenario.step("Search users");
  const { users } = await staff.query(UsersDocument, { search: username, first: 5 });
  scenario.check("Jane is found by her handle", users?.nodes.some(({ id }) => id === jane.id) === true);

  scenario.step("Create headphones, and query them");
  const tag = scenario.unique("audio");
  const tags = ["headphones", "wireless", tag];
  const headphones = await createProduct(jane.shop, { name: "Wireless Headphones", price: "199.99", stock: 80, tags });
  const { product } = await scenario.visitor().query(ProductDocument, { id: headphones.id });
  scenario.check("a guest sees them", product?.name === "Wireless Headphones");

  scenario.step("Search for them by words and by tags");
  const bySearch = await jane.shop.query(ProductsDocument, {
    search: "wireless headphones",
    filter: { ownerId: jane.id },
  });
  scenario.check("words find them", bySearch.products?.nodes[0]?.id === headphones.id);
  const byTags = await jane.shop.query(ProductsDocument, { filter: { tags: [tag] } });
  scenario.check("tags find them", byTags.products?.nodes[0]?.id === headphones.id);

  scenario.step("Set their stock to 45");
  const { inventory } = present(
    "variant",
    expectSuccess(
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
  scenario.check("45 are on hand", inventory?.onHand === 45);

  scenario.step("Order two, and list the orders of the user");
  const order = await orderTwo(jane.shop, headphones.id);
  const own = await jane.shop.query(UserOrdersDocument, { id: jane.id });
  scenario.check("the order is among them", own.user?.orders?.nodes[0]?.id === order.id);
}

/** Letters, digits and underscores, as handles are. */
function handle(scenario: Scenario, name: string): string {
  return scenario.unique(name).replaceAll("-", "_");
}

async function createProduct(shop: Shop, product: { name: string; price: string; stock: number; tags: string[] }) {
  const { price, ...rest } = product;
  const input = { ...rest, price: { amount: price, currencyCode: "USD" } };
  return present("product", expectSuccess(await shop.mutate(ProductCreateDocument, { input })).product);
}

async function orderTwo(shop: Shop, productId: string) {
  const input = { idempotencyKey: idempotencyKey(), items: [{ productId, quantity: 2 }], shippingAddress };
  return present("order", expectSuccess(await shop.mutate(OrderCreateDocument, { input })).order);
}
