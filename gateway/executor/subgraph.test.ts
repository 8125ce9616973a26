import { expect, test } from "vitest";
import type { ExecutionContext } from "./executor.ts";
import { makeSubgraph, type SubgraphRequest, type SubgraphResponse } from "./subgraph.ts";

/** A subgraph that responds when the test says so. */
function openGated() {
  const sent: { request: SubgraphRequest; respond: () => void }[] = [];
  const subgraph = makeSubgraph(
    "shop",
    (request) =>
      new Promise<SubgraphResponse>((resolve, reject) => {
        const number = sent.length;
        request.signal?.addEventListener("abort", () => reject(new Error("aborted")));
        sent.push({
          request,
          respond: () => resolve({ status: 200, headers: {}, bytes: Buffer.from(`response ${number}`) }),
        });
      }),
  );
  return { subgraph, sent };
}

function caller(signal?: AbortSignal, sharingKey = () => "guests"): ExecutionContext {
  return { headersFor: async () => ({}), sharingKey, noteMutation: () => {}, signal };
}

const textOf = async (response: Promise<SubgraphResponse>) => (await response).bytes.toString();

test("equal queries in flight are sent once; after the response, the next one is sent again", async () => {
  const { subgraph, sent } = openGated();
  const waiting = Array.from({ length: 20 }, () => textOf(subgraph.send("query", "{ a }", caller())));
  const other = textOf(subgraph.send("query", "{ b }", caller()));
  await expect.poll(() => sent.length).toBe(2);
  for (const { respond } of sent) respond();
  expect(new Set(await Promise.all(waiting))).toEqual(new Set(["response 0"]));
  expect(await other).toBe("response 1");
  const next = textOf(subgraph.send("query", "{ a }", caller()));
  await expect.poll(() => sent.length).toBe(3);
  sent[2]?.respond();
  expect(await next).toBe("response 2");
});

test("queries of different callers, and those that must not be shared, are each sent", async () => {
  const { subgraph, sent } = openGated();
  const waiting = [
    subgraph.send("query", "{ a }", caller()),
    subgraph.send(
      "query",
      "{ a }",
      caller(undefined, () => "user 1"),
    ),
    subgraph.send("query", "{ a }", caller(), false),
    subgraph.send("mutation", "mutation { a }", caller()),
    subgraph.send("mutation", "mutation { a }", caller()),
  ];
  await expect.poll(() => sent.length).toBe(5);
  for (const { respond } of sent) respond();
  await Promise.all(waiting);
});

test("a shared query is aborted when the last client that waits for it has disconnected, and not before", async () => {
  const { subgraph, sent } = openGated();
  const [first, second] = [new AbortController(), new AbortController()];
  const waiting = [first, second].map(({ signal }) =>
    subgraph.send("query", "{ a }", caller(signal)).catch(() => "gone"),
  );
  await expect.poll(() => sent.length).toBe(1);
  first.abort();
  expect(sent[0]?.request.signal?.aborted).toBe(false);
  second.abort();
  expect(sent[0]?.request.signal?.aborted).toBe(true);
  expect(await Promise.all(waiting)).toEqual(["gone", "gone"]);
});
