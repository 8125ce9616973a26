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
import { granted, present, type Stage } from "./scenario.ts";

/** A fashion market: register, activate, sign in, ask something as oneself, create a product, order it. */
export async function fashionMarket(stage: Stage): Promise<void> {
  const address = { line1: "12 St James's Square", city: "London", country: "GB" };
  const customer = await newCustomer(stage, "ada", { displayName: "Ada Lovelace", address });
  const { shop } = customer;

  stage.step("Ask who is signed in");
  const me = present("me", (await shop.query(MeDocument)).me);
  stage.check("it is the new account, activated", me.email === customer.email && me.isActivated === true);
  stage.check("with the address given", me.addresses?.[0]?.address.line1 === address.line1);

  await makeSeller(stage, customer);

  stage.step("The administrator makes the category that is missing");
  const { categories } = await shop.query(CategoriesDocument);
  if (categories?.some(({ slug }) => slug === "outerwear") !== true) {
    granted(await (await admin(stage)).mutate(CategoryCreateDocument, { input: { name: "Outerwear" } }));
  }

  stage.step("Create a product");
  const { product } = granted(
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
  stage.check(
    "it costs 79.99 USD, and there are 50",
    jacket.price.amount === "79.99" && jacket.quantityAvailable === 50,
  );
  stage.check("it is Ada's", jacket.owner?.displayName === "Ada Lovelace" && jacket.viewerCanEdit);
  const slugs = jacket.categories.map(({ slug }) => slug).sort();
  stage.check("it is among men's outerwear", slugs.join() === "men,outerwear");

  stage.step("Order two");
  const placed = granted(
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
  stage.check("the total is the shop's own: 159.98", order.total.amount === "159.98");
  stage.check("it is pending and unpaid", order.status === "PENDING" && order.paymentStatus === "UNPAID");

  stage.step("Read it back, with its product and who sells it");
  const read = present("order", (await shop.query(OrderDocument, { id: order.id })).order);
  const [item] = read.items;
  stage.check(
    "it keeps the name and the price of the day",
    item?.productName === jacket.name && item.unitPrice.amount === "79.99",
  );
  stage.check("its product is sold by Ada", item?.product?.owner?.displayName === "Ada Lovelace");
}
