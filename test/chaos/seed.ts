import { newId } from "#platform/shop/ids.ts";
import type { Cluster } from "./cluster.ts";
import type { History } from "./history.ts";

/** A client of the shop, signed in or a guest. */
export type Client = {
  readonly name: string;
  /** Undefined for a guest. */
  readonly token: string | undefined;
};

/** A product on sale. */
export type Product = { readonly productId: string; readonly variantId: string; readonly priceMinor: number };

/** Signs in the administrator and returns the access token. */
export async function adminToken(cluster: Cluster): Promise<string> {
  return signIn(cluster, "admin@example.com", "admin123");
}

/** Registers, activates and signs in `count` users, and adds them to the history. */
export async function createAccounts(cluster: Cluster, history: History, count: number): Promise<Client[]> {
  const clients: Client[] = [];
  for (let number = 1; number <= count; number += 1) {
    const email = `client-${newId()}@example.com`;
    const password = `a password of client ${number}`;
    await expectData(
      cluster.graphql(
        "mutation ($input: AccountRegisterInput!) { accountRegister(input: $input) { userErrors { message } } }",
        {
          input: { email, password },
        },
      ),
    );
    const { text } = await cluster.mailbox.wait(email);
    const mailed = /[?&]token=([\w-]+)/.exec(text)?.[1];
    const activated = await expectData(
      cluster.graphql(
        "mutation ($input: TokenInput!) { accountActivate(input: $input) { user { id } userErrors { message } } }",
        { input: { token: mailed } },
      ),
    );
    const name = `client ${number}`;
    history.clients.set(name, { userId: activated.accountActivate.user.id });
    clients.push({ name, token: await signIn(cluster, email, password) });
  }
  return clients;
}

/** Creates `count` products with one variant and `stock` units each. */
export async function createProducts(
  cluster: Cluster,
  token: string,
  count: number,
  stock: number,
): Promise<Product[]> {
  const products: Product[] = [];
  for (let number = 1; number <= count; number += 1) {
    const priceMinor = 1_000 + number;
    const data = await expectData(
      cluster.graphql(
        `mutation ($input: ProductCreateInput!) {
          productCreate(input: $input) { product { id variants { id } } userErrors { message field } } }`,
        {
          input: {
            name: `Product ${newId()}`,
            price: { amount: (priceMinor / 100).toFixed(2), currencyCode: "USD" },
            stock,
          },
        },
        token,
      ),
    );
    const { product } = data.productCreate;
    products.push({ productId: product.id, variantId: product.variants[0].id, priceMinor });
  }
  return products;
}

async function signIn(cluster: Cluster, email: string, password: string): Promise<string> {
  const data = await expectData(
    cluster.graphql(
      "mutation ($input: TokenCreateInput!) { tokenCreate(input: $input) { accessToken userErrors { message } } }",
      {
        input: { email, password },
      },
    ),
  );
  return data.tokenCreate.accessToken;
}

/** Returns the data of a response without errors. Throws otherwise: preparing a run must not fail. */
async function expectData(sent: ReturnType<Cluster["graphql"]>) {
  const response = await sent;
  const payloads: { userErrors?: readonly unknown[] }[] = Object.values(response.data ?? {});
  const bad =
    response.errors.length > 0 || payloads.some((payload) => payload === null || (payload.userErrors ?? []).length > 0);
  if (bad || response.data === null) throw new Error(`The run could not be prepared: ${JSON.stringify(response)}`);
  return response.data;
}
