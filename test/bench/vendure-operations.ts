import { randomUUID } from "node:crypto";
import { request } from "undici";
import { type Ask, signIn } from "./gateway-shop.ts";

/** One everyday operation in both shops; each call returns another request body, so that no shop serves it from a kept response. */
export type ComparedOperation = {
  readonly name: string;
  readonly vendure: () => string;
  readonly agora: () => string;
};

/** A product of ours that both the cart and the order take. */
export type ComparedProduct = { readonly id: string; readonly variantIds: readonly string[] };

/** Vendure's demo has 54 products with 88 variants; the demo catalogue has nine. */
const productsAdded = 45;
const unitsInStock = 2_000_000;

/** Adds products until our catalogue is as large as Vendure's demo, with a search term that finds a similar share, and returns one of them. */
export async function fillCatalogue(ask: Ask): Promise<ComparedProduct> {
  const token = await signIn(ask, "seller@example.com", "seller123");
  const variant = (size: string, amount: string) => ({
    options: [{ name: "Size", value: size }],
    price: { amount },
    stock: unitsInStock,
  });
  let last: ComparedProduct | undefined;
  for (let n = 0; n < productsAdded; n += 1) {
    const input = {
      name: `Compare stand ${n}`,
      description: "A stand for a laptop. ".repeat(20),
      tags: ["laptop"],
      variants: [variant("S", "10.00"), variant("M", "12.00")],
    };
    const query =
      "mutation ($input: ProductCreateInput!) { productCreate(input: $input) { product { id variants { id } } userErrors { code message } } }";
    const { productCreate } = (await ask(JSON.stringify({ query, variables: { input } }), token)) as {
      productCreate: { product: { id: string; variants: { id: string }[] } };
    };
    last = { id: productCreate.product.id, variantIds: productCreate.product.variants.map(({ id }) => id) };
  }
  if (last === undefined) throw new Error("No product was added.");
  return last;
}

const random = (below: number) => Math.floor(Math.random() * below);
const body = (query: string, variables: Record<string, unknown> = {}) => JSON.stringify({ query, variables });
/** A price filter that every product passes, and that hardly two requests share. */
const anyPrice = () => ({ price: { max: String(100_000 + random(1_000_000)) } });

/** The operations that one request makes. */
export function comparedOperations({ id, variantIds }: ComparedProduct): readonly ComparedOperation[] {
  return [
    {
      name: "list of 12 with variants, stock, count",
      vendure: () =>
        body(
          "{ products(options: { take: 12 }) { totalItems items { id slug name featuredAsset { preview } variants { id sku priceWithTax currencyCode stockLevel } } } }",
        ),
      agora: () =>
        body(
          "query L($f: ProductFilter) { products(first: 12, filter: $f) { totalCount nodes { id slug name imageUrl variants { id sku price { amount currencyCode } quantityAvailable } } } }",
          { f: anyPrice() },
        ),
    },
    {
      name: "detail",
      vendure: () =>
        body(
          '{ product(slug: "laptop") { id name description variants { id name sku priceWithTax stockLevel options { name } } featuredAsset { preview } } }',
        ),
      agora: () =>
        body(
          "query D($s: String) { product(slug: $s) { id name description imageUrl variants { id name sku price { amount } quantityAvailable options { name value } } } }",
          { s: `compare-stand-${random(productsAdded)}` },
        ),
    },
    {
      name: "search with facets and count",
      vendure: () =>
        body(
          '{ search(input: { term: "laptop", take: 12, groupByProduct: true }) { totalItems items { productId productName slug priceWithTax { ... on PriceRange { min max } } } facetValues { count facetValue { name facet { name } } } } }',
        ),
      agora: () =>
        body(
          'query S($f: ProductFilter) { products(search: "laptop", first: 12, filter: $f) { totalCount nodes { id name slug priceRange { min { amount } max { amount } } } facets { categories { value count } tags { value count } } } }',
          { f: anyPrice() },
        ),
    },
    {
      name: "add to a new cart",
      vendure: () =>
        body(
          "mutation { addItemToOrder(productVariantId: 1, quantity: 1) { __typename ... on Order { code state totalWithTax lines { quantity productVariant { name } } } ... on ErrorResult { errorCode message } } }",
        ),
      agora: () =>
        body(
          "mutation C($i: CartItemAddInput!) { cartItemAdd(input: $i) { cart { id subtotal { amount } items { quantity productName } } cartToken userErrors { code } } }",
          { i: { productId: id, variantId: variantIds[0], quantity: 1 } },
        ),
    },
  ];
}

type Response = {
  readonly data: Record<string, unknown>;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
};

async function send(
  url: string,
  query: string,
  variables = {},
  headers: Record<string, string> = {},
): Promise<Response> {
  // Not by fetch, which costs more: the load generator shares the processors.
  const response = await request(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: body(query, variables),
  });
  const text = await response.body.text();
  if (response.statusCode !== 200 || text.includes('"errors":[')) throw new Error(`${url}: ${text.slice(0, 300)}`);
  return { data: JSON.parse(text).data, headers: response.headers };
}

/** From an empty cart to a paid order at Vendure, in the six requests that it takes. */
export async function buyAtVendure(url: string): Promise<void> {
  const variants = 60;
  const begun = await send(
    url,
    `mutation { addItemToOrder(productVariantId: ${2 + random(variants)}, quantity: 1) { __typename ... on Order { code } ... on ErrorResult { message } } }`,
  );
  const session = { authorization: `Bearer ${begun.headers["vendure-auth-token"]}` };
  const steps = [
    `setCustomerForOrder(input: { firstName: "A", lastName: "B", emailAddress: "${randomUUID()}@example.com" }) { __typename }`,
    'setOrderShippingAddress(input: { streetLine1: "1 Main", city: "X", postalCode: "1", countryCode: "US" }) { __typename }',
    "setOrderShippingMethod(shippingMethodId: [1]) { __typename }",
    'transitionOrderToState(state: "ArrangingPayment") { __typename }',
  ];
  for (const step of steps) await send(url, `mutation { ${step} }`, {}, session);
  const { data } = await send(
    url,
    'mutation { addPaymentToOrder(input: { method: "standard-payment", metadata: {} }) { __typename ... on Order { state } } }',
    {},
    session,
  );
  const { addPaymentToOrder: order } = data as { addPaymentToOrder: { state?: string } };
  if (order.state !== "PaymentSettled") throw new Error(JSON.stringify(data));
}

/** From an empty cart to a paid order here, in two requests. */
export async function buyAtAgora(url: string, { id, variantIds }: ComparedProduct): Promise<void> {
  const variantId = variantIds[random(variantIds.length)];
  const cart = await send(
    url,
    "mutation C($i: CartItemAddInput!) { cartItemAdd(input: $i) { cartToken userErrors { code } } }",
    { i: { productId: id, variantId, quantity: 1 } },
  );
  const { cartItemAdd } = cart.data as { cartItemAdd: { cartToken: string } };
  const input = {
    idempotencyKey: randomUUID(),
    cartToken: cartItemAdd.cartToken,
    email: `${randomUUID()}@example.com`,
    shippingAddress: { line1: "1 Main", country: "US" },
    payment: { token: "tok_ok" },
  };
  const { data } = await send(
    url,
    "mutation X($i: CheckoutCompleteInput!) { checkoutComplete(input: $i) { order { status } userErrors { code message } } }",
    { i: input },
  );
  const { checkoutComplete } = data as { checkoutComplete: { order: { status: string } | null } };
  if (checkoutComplete.order?.status !== "PAID") throw new Error(JSON.stringify(data));
}
