import { afterAll, beforeAll, expect, test } from "vitest";
import { newId, type OrderId } from "#platform/shop/ids.ts";
import { deliver, orderEvent, stockFaults } from "../testing/stock.ts";
import {
  admin,
  createTestProduct,
  openProducts,
  ordersService,
  seller,
  type TestProducts,
} from "../testing/test-products.ts";

let shop: TestProducts;
const owner = seller();

beforeAll(async () => {
  shop = await openProducts();
}, 60_000);

afterAll(async () => {
  await shop[Symbol.asyncDispose]();
});

type TestCaller = Parameters<TestProducts["ask"]>[2];

const changed = `variant { id quantityAvailable inventory { onHand reserved available } } movement { id type onHandChange reservedChange reason }
  userErrors { __typename code field ... on StockPreconditionError { currentOnHand } }`;

async function adjust(input: Record<string, unknown>, caller: TestCaller = owner) {
  const response = await shop.ask(
    `mutation ($input: InventoryAdjustInput!) { inventoryAdjust(input: $input) { ${changed} } }`,
    { input: { reason: "counted", idempotencyKey: newId(), ...input } },
    caller,
  );
  expect(response.errors).toEqual([]);
  return response.data.inventoryAdjust;
}

async function set(input: Record<string, unknown>, caller: TestCaller = owner) {
  const response = await shop.ask(
    `mutation ($input: InventorySetInput!) { inventorySet(input: $input) { ${changed} } }`,
    { input: { reason: "counted", idempotencyKey: newId(), ...input } },
    caller,
  );
  expect(response.errors).toEqual([]);
  return response.data.inventorySet;
}

async function variantOf(stock: number, who = owner): Promise<string> {
  const { variants } = await createTestProduct(shop, { name: "Counted", stock }, who);
  return variants[0]?.id ?? "";
}

async function reserve(variantId: string, quantity: number): Promise<OrderId> {
  const orderId = newId<OrderId>();
  const response = await shop.ask(
    `mutation ($input: StockReserveInput!) { stockReserve(input: $input) { outcome } }`,
    { input: { orderId, revision: 1, lines: [{ variantId, quantity }] } },
    ordersService,
  );
  expect(response.data.stockReserve.outcome).toBe("RESERVED");
  return orderId;
}

test("one key sent a hundred times at once and later changes the stock once, and every response is the same", async () => {
  const variantId = await variantOf(10);
  const input = { variantId, delta: 5, idempotencyKey: "delivery-17" };
  const payloads = await Promise.all(Array.from({ length: 100 }, () => adjust(input)));
  payloads.push(await adjust(input));
  expect(new Set(payloads.map(({ movement }) => movement.id)).size).toBe(1);
  expect(payloads[0].movement).toMatchObject({
    type: "ADJUSTMENT",
    onHandChange: 5,
    reservedChange: 0,
    reason: "counted",
  });
  expect(payloads.at(-1).variant.inventory).toEqual({ onHand: 15, reserved: 0, available: 15 });
  expect((await adjust({ ...input, delta: 6 })).userErrors).toMatchObject([
    { __typename: "IdempotencyKeyReusedError", code: "IDEMPOTENCY_KEY_REUSED", field: ["idempotencyKey"] },
  ]);
  expect((await set({ variantId, onHand: 5, idempotencyKey: "delivery-17" })).userErrors[0].code).toBe(
    "IDEMPOTENCY_KEY_REUSED",
  );
  const another = await adjust({ ...input, delta: 1 }, admin());
  expect(another.variant.inventory.onHand).toBe(16);
});

test("a hundred who each add one at once add a hundred", async () => {
  const variantId = await variantOf(0);
  await Promise.all(Array.from({ length: 100 }, () => adjust({ variantId, delta: 1 })));
  const last = await adjust({ variantId, delta: -100 });
  expect(last.variant.inventory.onHand).toBe(0);
});

test("of ten concurrent conditional sets, one succeeds and nine fail with the current stock", async () => {
  const variantId = await variantOf(3);
  const payloads = await Promise.all(
    Array.from({ length: 10 }, (_, index) => set({ variantId, onHand: 100 + index, expectedOnHand: 3 })),
  );
  expect(payloads.filter(({ variant }) => variant !== null)).toHaveLength(1);
  const onHand = payloads.find(({ variant }) => variant !== null)?.variant.inventory.onHand;
  for (const { userErrors } of payloads.filter(({ variant }) => variant === null)) {
    expect(userErrors).toEqual([
      {
        __typename: "StockPreconditionError",
        code: "STOCK_PRECONDITION_FAILED",
        field: ["expectedOnHand"],
        currentOnHand: onHand,
      },
    ]);
  }
});

test("several changes in one request each show what they left behind", async () => {
  const variantId = await variantOf(1);
  const input = (delta: number) =>
    `{ variantId: "${variantId}", delta: ${delta}, reason: "counted", idempotencyKey: "${newId()}" }`;
  const shown =
    "variant { quantityAvailable product { quantityAvailable inStock version } inventory { onHand movements { totalCount } } }";
  const { data } = await shop.ask(
    `mutation {
      more: inventoryAdjust(input: ${input(2)}) { ${shown} }
      less: inventoryAdjust(input: ${input(-3)}) { ${shown} } }`,
    {},
    owner,
  );
  const left = (units: number, movements: number) => ({
    variant: {
      quantityAvailable: units,
      product: { quantityAvailable: units, inStock: units > 0, version: 1 },
      inventory: { onHand: units, movements: { totalCount: movements } },
    },
  });
  expect(data).toEqual({ more: left(3, 2), less: left(0, 3) });
});

test("what is reserved cannot be taken away, and a change that was rejected frees its key", async () => {
  const variantId = await variantOf(5);
  await reserve(variantId, 4);
  const input = { variantId, delta: -2, idempotencyKey: "later" };
  expect((await adjust(input)).userErrors).toMatchObject([
    { code: "STOCK_PRECONDITION_FAILED", field: ["delta"], currentOnHand: 5 },
  ]);
  expect((await set({ variantId, onHand: 3 })).userErrors).toMatchObject([
    { code: "STOCK_PRECONDITION_FAILED", field: ["onHand"], currentOnHand: 5 },
  ]);
  await adjust({ variantId, delta: 1 });
  expect((await adjust(input)).variant.inventory).toEqual({ onHand: 4, reserved: 4, available: 0 });
  expect((await adjust({ variantId, delta: 10_000_000 })).userErrors).toMatchObject([
    { code: "STOCK_PRECONDITION_FAILED" },
  ]);
});

test("a change that waits for a release is judged by what is then on the shelf", async () => {
  const variantId = await variantOf(10);
  const id = await reserve(variantId, 5);
  await reserve(variantId, 5);
  const { sql, db } = shop.database;
  const waitingForLocks = async () =>
    (await sql`select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`).length;
  let waiting: ReturnType<typeof adjust> | undefined;
  await db.transaction(async (tx) => {
    await deliver(tx, orderEvent("order.cancelled", { id, sequence: 2 }));
    waiting = adjust({ variantId, delta: -3 });
    await expect.poll(waitingForLocks).toBe(1);
  });
  expect(await waiting).toMatchObject({ userErrors: [], variant: { inventory: { onHand: 7, reserved: 5 } } });
});

test("what is wrong with a change is named field by field, and a foreign, missing or malformed variant is NOT_FOUND", async () => {
  const variantId = await variantOf(5);
  const wrong = await adjust({ variantId, delta: 0, reason: "", idempotencyKey: "two words" });
  expect(
    wrong.userErrors
      .map(({ code, field }: { code: string; field: string[] }) => `${code} ${field.join(".")}`)
      .toSorted(),
  ).toEqual(["VALIDATION_FAILED delta", "VALIDATION_FAILED idempotencyKey", "VALIDATION_FAILED reason"]);
  expect((await set({ variantId, onHand: -1, expectedOnHand: -1 })).userErrors).toHaveLength(2);
  for (const [id, caller] of [
    [variantId, seller()],
    [newId(), owner],
    ["nonsense", owner],
  ] as const) {
    expect((await adjust({ variantId: id, delta: 1 }, caller)).userErrors).toMatchObject([
      { __typename: "NotFoundError", field: ["variantId"] },
    ]);
    expect((await set({ variantId: id, onHand: 1 }, caller)).userErrors).toMatchObject([
      { __typename: "NotFoundError" },
    ]);
  }
});

test("the ledger is shown page by page, newest first, to who may edit the product alone", async () => {
  const variantId = await variantOf(1);
  for (const delta of [2, 3, 4]) await adjust({ variantId, delta });
  await reserve(variantId, 2);
  const movements: { type: string; onHandChange: number }[] = [];
  let after: string | null = null;
  for (let more = true; more; ) {
    const { data, errors } = await shop.ask(
      `query ($representations: [_Any!]!, $after: String) { _entities(representations: $representations) { ... on ProductVariant {
        inventory { onHand reserved available movements(first: 2, after: $after) { totalCount nodes { type onHandChange } pageInfo { hasNextPage endCursor } } } } } }`,
      { representations: [{ __typename: "ProductVariant", id: variantId }], after },
      owner,
    );
    expect(errors).toEqual([]);
    const { inventory } = data._entities[0];
    expect(inventory).toMatchObject({ onHand: 10, reserved: 2, available: 8, movements: { totalCount: 5 } });
    movements.push(...inventory.movements.nodes);
    after = inventory.movements.pageInfo.endCursor;
    more = inventory.movements.pageInfo.hasNextPage;
  }
  expect(movements.map(({ type, onHandChange }) => `${type} ${onHandChange}`)).toEqual([
    "RESERVATION 0",
    "ADJUSTMENT 4",
    "ADJUSTMENT 3",
    "ADJUSTMENT 2",
    "INITIAL 1",
  ]);
  const seen = async (caller: TestCaller) => {
    const { data, errors } = await shop.ask(
      `query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on ProductVariant { quantityAvailable inventory { onHand } } } }`,
      { representations: [{ __typename: "ProductVariant", id: variantId }] },
      caller,
    );
    expect(data._entities[0].quantityAvailable).toBe(8);
    return errors[0]?.extensions?.code ?? data._entities[0].inventory;
  };
  expect(await seen("guest")).toBe("UNAUTHENTICATED");
  expect(await seen({})).toBe("FORBIDDEN");
  expect(await seen(seller())).toBeNull();
  expect(await seen(admin())).toEqual({ onHand: 10 });
});

test("what runs low is listed with the fewest first, one's own to sellers and all to an ADMIN", async () => {
  const mine = seller();
  const stocks = [7, 0, 5, 2, 2, 6, 1];
  for (const stock of stocks) await variantOf(stock, mine);
  const archived = await createTestProduct(shop, { name: "Old", stock: 0 }, mine);
  await shop.ask(`mutation ($id: ID!) { productDelete(id: $id) { deletedProductId } }`, { id: archived.id }, mine);
  const list = async (caller: TestCaller, variables: Record<string, unknown> = {}) => {
    const { data, errors } = await shop.ask(
      `query ($threshold: Int, $first: Int, $after: String) { lowStock(threshold: $threshold, first: $first, after: $after) {
        totalCount nodes { id quantityAvailable } pageInfo { hasNextPage endCursor } } }`,
      variables,
      caller,
    );
    expect(errors).toEqual([]);
    return data.lowStock;
  };
  const whole = await list(mine);
  expect(whole.nodes.map(({ quantityAvailable }: { quantityAvailable: number }) => quantityAvailable)).toEqual([
    0, 1, 2, 2, 5,
  ]);
  expect(whole.totalCount).toBe(5);
  const first = await list(mine, { first: 3 });
  const second = await list(mine, { first: 3, after: first.pageInfo.endCursor });
  expect([...first.nodes, ...second.nodes]).toEqual(whole.nodes);
  expect(second.pageInfo.hasNextPage).toBe(false);
  expect((await list(mine, { threshold: 0 })).totalCount).toBe(1);
  expect((await list(mine, { threshold: -1 })).totalCount).toBe(0);
  expect((await list(seller())).totalCount).toBe(0);
  expect((await list(admin(), { threshold: 7, first: 100 })).totalCount).toBeGreaterThan(6);
});

test("after all of it the ledger adds up to the levels", async () => {
  expect(await stockFaults(shop.database.db)).toEqual([]);
});
