import { sql } from "drizzle-orm";
import { expect, onTestFinished, test } from "vitest";
import { freePort } from "#deploy/local/ports.ts";
import { createDatabase } from "#test/harness/databases.ts";
import { inbox } from "#test/harness/message-tables.ts";
import { internalTokenOf, makeShopKeys, makeSubgraphClient } from "#test/harness/subgraph-client.ts";
import { makeInternalVerifier } from "../auth/internal-tokens.ts";
import { openDatabase } from "../database/database.ts";
import { startEvents } from "../events/events.ts";
import { openLog } from "../observability/log.ts";
import { newId, type OrderId } from "../shop/ids.ts";
import { scalars } from "./scalars.ts";
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

test("a statement that waits too long for a lock, or runs too long, is a timeout that may be repeated, not an internal fault", async () => {
  await using place = await disposableDatabase();
  const { ask } = await openSubgraph(place.url);
  for (const setting of ["lock_timeout", "statement_timeout"]) {
    await using holder = await holdLock(place.url);
    const { errors } = await ask(`{ locked(setting: "${setting}") }`);
    expect(holder.isHeld).toBe(true);
    expect(errors).toEqual([
      expect.objectContaining({
        message: "The request took too long.",
        extensions: expect.objectContaining({ code: "TIMEOUT" }),
      }),
    ]);
  }
});

test("only requests that may have written wake the relays, so that reading a shop costs its outbox nothing", async () => {
  const { ask, post, woken } = await openWithoutDatabase();
  await ask("{ word }");
  await ask("query Named { word }");
  expect(woken()).toBe(0);
  await ask("# a comment\nmutation Named { write }");
  await ask("fragment F on Mutation { write } mutation { ...F }");
  expect(woken()).toBe(2);
  await post();
  expect(woken()).toBe(2);
});

test("a body that is not UTF-8 is rejected with 400, for operations and for events", async () => {
  const { send } = await openWithoutDatabase();
  for (const path of ["/graphql", "/events"]) {
    for (const bytes of [[0x6d, 0xfc, 0x6c], [0xe2, 0x82], [0xed, 0xa0, 0x80], [0xc0, 0xaf], [0xff]]) {
      const body = Buffer.concat([
        Buffer.from('{"query":"{ word }","operationName":"'),
        Buffer.from(bytes),
        Buffer.from('"}'),
      ]);
      const response = await send(path, body);
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: "BAD_REQUEST" } }] });
    }
  }
  expect((await send("/graphql", Buffer.from('{"query":"{ word }","operationName":null,"x":"müller €"}'))).status).toBe(
    200,
  );
});

test("a literal of the wrong kind is the caller's mistake, in every scalar", async () => {
  const { ask } = await openWithoutDatabase();
  for (const literal of ["5", "5.5", "true", "[]", "{}", "WORD"]) {
    const { errors } = await ask(`{ word(email: ${literal}) }`);
    expect(errors.map(({ extensions }) => extensions?.code)).toEqual([
      expect.stringMatching(/^(GRAPHQL_VALIDATION_FAILED|BAD_USER_INPUT)$/),
    ]);
  }
});

const lockKey = 4_711;

async function disposableDatabase() {
  const { url, drop } = await createDatabase("orders");
  return { url, [Symbol.asyncDispose]: drop };
}

/** Holds the lock that the field `locked` asks for. */
async function holdLock(url: string) {
  const { db, close } = openDatabase({ url, applicationName: "holder", connectionsMax: 1 });
  const [row] = await db.execute<{ held: boolean }>(sql`select pg_try_advisory_lock(${lockKey}) as held`);
  return { isHeld: row?.held, [Symbol.asyncDispose]: close };
}

/** A subgraph with a database address where nothing listens. */
async function openWithoutDatabase() {
  return openSubgraph(`postgres://a:b@127.0.0.1:${await freePort()}/c`);
}

async function openSubgraph(url: string) {
  const keys = await makeShopKeys();
  const database = openDatabase({ url, applicationName: "test" });
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
  let wakes = 0;
  const server = await startSubgraph({
    name: "orders",
    sdl: "scalar EmailAddress type Query { number: Int word(email: EmailAddress): String locked(setting: String!): Int } type Mutation { write: Boolean }",
    resolvers: {
      Query: {
        number: () => db.execute(sql`select 1`),
        word: () => "still here",
        locked: (_root: unknown, { setting }: { setting: string }) =>
          db.transaction(async (tx) => {
            await tx.execute(sql`select set_config(${setting}, '50ms', true)`);
            await tx.execute(sql`select pg_advisory_xact_lock(${lockKey})`);
          }),
      },
      EmailAddress: scalars.EmailAddress,
    },
    context: ({ viewer }) => ({ viewer }),
    host: "127.0.0.1",
    port: 0,
    verify: await makeInternalVerifier("orders", JSON.parse(keys.jwks)),
    ready: async () => {},
    internalRoutes: events.internalRoutes,
    afterRequest: () => {
      wakes += 1;
    },
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
  const send = async (path: string, body: Buffer | string) => {
    const token = await internalTokenOf(keys, "orders", { service: "products" });
    const headers = { "content-type": "application/json", authorization: `Bearer ${token}` };
    return fetch(`${server.url}${path}`, { method: "POST", headers, body });
  };
  return {
    send,
    woken: () => wakes,
    ask: makeSubgraphClient(keys, "orders", server.url),
    post: async () => {
      const response = await send("/events", JSON.stringify(event));
      await response.arrayBuffer();
      return response.status;
    },
  };
}
