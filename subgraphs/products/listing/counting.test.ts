import { expect, test } from "vitest";
import { internalTokenOf, postGraph } from "#test/harness/subgraph-client.ts";
import { createTestProduct, openProducts } from "../testing/test-products.ts";

const counted = "{ products(first: 1) { nodes { id } facets { categories { value count } } } }";

test("in a large catalogue a count that takes long neither holds up other requests nor goes on when its caller is gone", async () => {
  await using products = await openProducts({}, { isLarge: true });
  const { slug } = await createTestProduct(products, { name: "Desk" });
  const token = await internalTokenOf(products.keys, "products", "guest");
  const askCount = (signal: AbortSignal) =>
    postGraph(`${products.url}/graphql`, counted, {}, { authorization: `Bearer ${token}` }, signal);
  const waiting = async () => {
    const [row] = await products.database.sql<{ count: number }[]>`
      SELECT count(*)::int FROM pg_stat_activity WHERE application_name LIKE 'products-counts@%' AND state = 'active'`;
    return row?.count;
  };
  const gone = new AbortController();
  // The facet reads the categories, which are locked here; a page of products does not.
  await products.database.sql.begin(async (lock) => {
    await lock`LOCK TABLE categories IN ACCESS EXCLUSIVE MODE`;
    const counts = Array.from({ length: 40 }, () => askCount(gone.signal).catch(() => "gone"));
    await expect.poll(waiting, { timeout: 10_000 }).toBe(1);
    const { data } = await products.ask(`{ product(slug: "${slug}") { name } products(first: 1) { totalCount } }`);
    expect(data).toEqual({ product: { name: "Desk" }, products: { totalCount: 1 } });
    gone.abort();
    expect(new Set(await Promise.all(counts))).toEqual(new Set(["gone"]));
    await expect.poll(waiting, { timeout: 1_000 }).toBe(0);
  });
});

test("in a large catalogue a count that Postgres cannot finish in time is a TIMEOUT for its caller alone", async () => {
  await using products = await openProducts({}, { isLarge: true });
  await products.database.sql.begin(async (lock) => {
    await lock`LOCK TABLE categories IN ACCESS EXCLUSIVE MODE`;
    const { errors } = await products.ask(counted);
    expect(errors.map(({ extensions }) => extensions?.code)).toEqual(["TIMEOUT"]);
  });
  const { errors } = await products.ask(counted);
  expect(errors).toEqual([]);
});
