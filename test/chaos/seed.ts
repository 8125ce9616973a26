import { newId } from "#platform/shop/ids.ts";
import type { Rig } from "./cluster.ts";
import type { History } from "./history.ts";

/** A client of the shop: somebody signed in, or a guest. */
export type Client = {
  readonly name: string;
  /** Undefined for a guest. */
  readonly token: string | undefined;
};

/** What is sold. */
export type Ware = { readonly productId: string; readonly variantId: string; readonly priceMinor: number };

/** The admin's access token. */
export async function adminToken(rig: Rig): Promise<string> {
  return signIn(rig, "admin@example.com", "admin123");
}

/** Registers, activates by mail and signs in so many people; the history knows them. */
export async function openAccounts(rig: Rig, history: History, count: number): Promise<Client[]> {
  const clients: Client[] = [];
  for (let number = 1; number <= count; number += 1) {
    const email = `client-${newId()}@example.com`;
    const password = `a password of client ${number}`;
    await expectData(
      rig.graphql(
        "mutation ($input: AccountRegisterInput!) { accountRegister(input: $input) { userErrors { message } } }",
        {
          input: { email, password },
        },
      ),
    );
    const { text } = await rig.mailbox.wait(email);
    const mailed = /[?&]token=([\w-]+)/.exec(text)?.[1];
    const activated = await expectData(
      rig.graphql(
        "mutation ($input: TokenInput!) { accountActivate(input: $input) { user { id } userErrors { message } } }",
        { input: { token: mailed } },
      ),
    );
    const name = `client ${number}`;
    history.clients.set(name, { userId: activated.accountActivate.user.id });
    clients.push({ name, token: await signIn(rig, email, password) });
  }
  return clients;
}

/** Puts products with one variant and so much stock each on sale. */
export async function stockShelves(rig: Rig, token: string, count: number, stock: number): Promise<Ware[]> {
  const wares: Ware[] = [];
  for (let number = 1; number <= count; number += 1) {
    const priceMinor = 1_000 + number;
    const data = await expectData(
      rig.graphql(
        `mutation ($input: ProductCreateInput!) {
          productCreate(input: $input) { product { id variants { id } } userErrors { message field } } }`,
        {
          input: {
            name: `Ware ${newId()}`,
            price: { amount: (priceMinor / 100).toFixed(2), currencyCode: "USD" },
            stock,
          },
        },
        token,
      ),
    );
    const { product } = data.productCreate;
    wares.push({ productId: product.id, variantId: product.variants[0].id, priceMinor });
  }
  return wares;
}

async function signIn(rig: Rig, email: string, password: string): Promise<string> {
  const data = await expectData(
    rig.graphql(
      "mutation ($input: TokenCreateInput!) { tokenCreate(input: $input) { accessToken userErrors { message } } }",
      {
        input: { email, password },
      },
    ),
  );
  return data.tokenCreate.accessToken;
}

/** The data of an answer that must be good: what prepares a run is not what is tested by it. */
async function expectData(asked: ReturnType<Rig["graphql"]>) {
  const answer = await asked;
  const payloads: { userErrors?: readonly unknown[] }[] = Object.values(answer.data ?? {});
  const bad =
    answer.errors.length > 0 || payloads.some((payload) => payload === null || (payload.userErrors ?? []).length > 0);
  if (bad || answer.data === null) throw new Error(`The run cannot be prepared: ${JSON.stringify(answer)}`);
  return answer.data;
}
