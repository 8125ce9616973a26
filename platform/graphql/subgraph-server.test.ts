import { sql } from "drizzle-orm";
import { expect, onTestFinished, test } from "vitest";
import { freePort } from "#deploy/local/ports.ts";
import { inbox } from "#test/harness/message-tables.ts";
import { internalTokenOf, makeShopKeys, makeSubgraphClient } from "#test/harness/subgraph-client.ts";
import { makeInternalVerifier } from "../auth/internal-tokens.ts";
import { openDatabase } from "../database/database.ts";
import { startEvents } from "../events/events.ts";
import { openLog } from "../observability/log.ts";
import { newId, type OrderId } from "../shop/ids.ts";
import { startSubgraph } from "./subgraph-server.ts";

const log = openLog("test", "silent");

test("while its database is unavailable a subgraph reports that it is unavailable, not an internal fault", async () => {
  const { ask, post } = await openWithoutDatabase();
  const { data, errors } = await ask("{ number word }");
  expect(data).toEqual({ number: null, word: "still here" });
  expect(errors).toMatchObject([
    {
      message: "Part of the service is temporarily unavailable.",
      path: ["number"],
      extensions: { code: "SUBGRAPH_UNAVAILABLE" },
    },
  ]);
  expect(await post()).toBe(503);
});

/** A subgraph with a database address where nothing listens. */
async function openWithoutDatabase() {
  const keys = await makeShopKeys();
  const database = openDatabase({ url: `postgres://a:b@127.0.0.1:${await freePort()}/c`, applicationName: "test" });
  onTestFinished(() => database.close());
  const { db } = database;
  const events = await startEvents({
    name: "orders",
    db,
    inbox,
    handlers: { "stock.sold": async () => {} },
    signer: keys.signers.orders,
    addresses: {},
    log,
  });
  const server = await startSubgraph({
    name: "orders",
    sdl: "type Query { number: Int word: String }",
    resolvers: { Query: { number: () => db.execute(sql`select 1`), word: () => "still here" } },
    context: ({ viewer }) => ({ viewer }),
    host: "127.0.0.1",
    port: 0,
    verify: await makeInternalVerifier("orders", JSON.parse(keys.jwks)),
    ready: async () => {},
    internalRoutes: events.internalRoutes,
    log,
  });
  onTestFinished(async () => {
    await server.close(0);
    await events.close();
  });
  const orderId = newId<OrderId>();
  const event = {
    specversion: "1.0",
    id: newId<OrderId>(),
    source: "/products",
    type: "stock.sold",
    subject: orderId,
    time: new Date().toISOString(),
    datacontenttype: "application/json",
    sequence: "1",
    sequencetype: "Integer",
    data: { orderId },
  };
  return {
    ask: makeSubgraphClient(keys, "orders", server.url),
    post: async () => {
      const token = await internalTokenOf(keys, "orders", { service: "products" });
      const headers = { "content-type": "application/json", authorization: `Bearer ${token}` };
      const response = await fetch(`${server.url}/events`, { method: "POST", headers, body: JSON.stringify(event) });
      await response.arrayBuffer();
      return response.status;
    },
  };
}
