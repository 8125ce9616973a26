import {
  CategoriesDocument,
  CategoryCreateDocument,
  MeDocument,
  OrderCreateDocument,
  OrderDocument,
  ProductCreateDocument,
} from "#client/sdk/index.ts";
import { idempotencyKey } from "#client/sdk/shop.ts";
import { admin, makeSeller, newCustomer } from "./people.ts";
import { expectSuccess, present, type Scenario } from "./scenario.ts";

/** Registers, activates, signs in, queries the own account, creates a product and orders it. */
export async function fashionMarket(scenario: Scenario): Promise<void> {
  const address = { line1: "12 St James's Square", city: "London", country: "GB" };
  const customer = await newCustomer(scenario, "ada", { displayName: "Ada Lovelace", address });
  const { shop } = customer;

  scenario.step("Query the signed-in user");
  const me = present("me", (await shop.query(MeDocument)).me);
  scenario.check("it is the new account, and it is activated", me.email === customer.email && me.isActivated === true);
  scenario.check("it has the given address", me.addresses?.[0]?.address.line1 === address.line1);

  await makeSeller(scenario, customer);

  scenario.step("The administrator creates the missing category");
  const { categories } = await shop.query(CategoriesDocument);
  if (categories?.some(({ slug }) => slug === "outerwear") !== true) {
    expectSuccess(await (await admin(scenario)).mutate(CategoryCreateDocument, { input: { name: "Outerwear" } }));
  }

  scenario.step("Create a product");
  const { product } = expectSuccess(
    await shop.mutate(ProductCreateDocument, {
      input: {
        name: "Blue Denim Jacket",
        description: "Classic denim jacket",
        price: { amount: "79.99", currencyCode: "USD" },
        imageUrl: "https://images.example.com/denim-jacket.jpg",
        stock: 50,
        categories: ["men", "outerwear"],
      },
    }),
  );
  const jacket = present("product", product);
  scenario.check(
    "it costs 79.99 USD, and there are 50",
    jacket.price.amount === "79.99" && jacket.quantityAvailable === 50,
  );
  scenario.check("Ada owns it", jacket.owner?.displayName === "Ada Lovelace" && jacket.viewerCanEdit);
  const slugs = jacket.categories.map(({ slug }) => slug).sort();
  scenario.check("it is in the categories men and outerwear", slugs.join() === "men,outerwear");

  scenario.step("Order two");
  const placed = expectSuccess(
    await shop.mutate(OrderCreateDocument, {
      input: {
        idempotencyKey: idempotencyKey(),
        items: [{ productId: jacket.id, quantity: 2 }],
        shippingAddress: address,
        expectedTotal: { amount: "159.98", currencyCode: "USD" },
      },
    }),
  );
  const order = present("order", placed.order);
  scenario.check("the shop computes the total: 159.98", order.total.amount === "159.98");
  scenario.check("it is pending and unpaid", order.status === "PENDING" && order.paymentStatus === "UNPAID");

  scenario.step("Query the order with its product and seller");
  const read = present("order", (await shop.query(OrderDocument, { id: order.id })).order);
  const [item] = read.items;
  scenario.check(
    "it keeps the name and price at the time of the order",
    item?.productName === jacket.name && item.unitPrice.amount === "79.99",
  );
  scenario.check("its product is sold by Ada", item?.product?.owner?.displayName === "Ada Lovelace");
}
