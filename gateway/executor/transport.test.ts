import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { makeDeparture } from "../http/disconnect.ts";
import { openTransport, type Transport } from "./transport.ts";

const closers: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function listen(answer: RequestListener, port = 0): Promise<{ url: URL; server: Server; asked: () => number }> {
  let asked = 0;
  const server = createServer((request, response) => {
    asked += 1;
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  closers.push(() => (server.listening ? stop() : undefined));
  return {
    url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`),
    server,
    asked: () => asked,
  };
}

function open(...urls: URL[]): Transport {
  const transport = openTransport(urls);
  closers.push(() => transport.close());
  return transport;
}

const ok: RequestListener = (_request, response) => response.end('{"data":{}}');
const query = { kind: "query", body: "{}", headers: {} } as const;
const mutation = { ...query, kind: "mutation" } as const;
const closedUrl = async () => {
  const { url, server } = await listen(ok);
  await new Promise((resolve) => server.close(resolve));
  return url;
};
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => "ok",
    (error) => error.code ?? error.message,
  );

test("addresses are used in turn", async () => {
  const [one, two] = [await listen(ok), await listen(ok)];
  const transport = open(one.url, two.url);
  for (let request = 0; request < 10; request += 1) await transport.post(query);
  expect([one.asked(), two.asked()]).toEqual([5, 5]);
});

test("a query whose connection is refused goes to the next address; a mutation is never sent twice", async () => {
  const live = await listen(ok);
  const transport = open(await closedUrl(), live.url);
  expect(await codeOf(transport.post(query))).toBe("ok");
  const outcomes = [await codeOf(transport.post(mutation)), await codeOf(transport.post(mutation))];
  expect(outcomes.toSorted()).toEqual(["SUBGRAPH_UNAVAILABLE", "ok"]);
});

test("of queries that come together none fails while one of two addresses answers", async () => {
  const [dead, live] = [await closedUrl(), await listen(ok)];
  for (let round = 0; round < 10; round += 1) {
    const transport = open(dead, live.url);
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => codeOf(transport.post(query))));
    expect(new Set(outcomes)).toEqual(new Set(["ok"]));
  }
});

test("a query that is cut goes to the same address again while the others are left out", async () => {
  let cutNext = false;
  const moody = await listen((request, response) => {
    if (cutNext) request.socket.destroy();
    else response.end('{"data":{}}');
    cutNext = false;
  });
  const transport = open(await closedUrl(), moody.url);
  for (let request = 0; request < 12; request += 1) await transport.post(query);
  expect(transport.addresses().map(({ open: isOpen }) => isOpen)).toEqual([true, false]);
  cutNext = true;
  expect(await codeOf(transport.post(query))).toBe("ok");
});

test("a mutation that was taken and then cut off is not sent again", async () => {
  const cutting = await listen((request) => request.socket.destroy());
  const transport = open(cutting.url);
  expect(await codeOf(transport.post(mutation))).toBe("SUBGRAPH_UNAVAILABLE");
  expect(cutting.asked()).toBe(1);
  expect(await codeOf(transport.post(query))).toBe("SUBGRAPH_UNAVAILABLE");
  expect(cutting.asked()).toBe(3);
});

test("a dead address is left out after five failures, and comes back within two seconds of its return", async () => {
  const dead = await closedUrl();
  const live = await listen(ok);
  const transport = open(dead, live.url);
  for (let request = 0; request < 20; request += 1) expect(await codeOf(transport.post(query))).toBe("ok");
  expect(transport.addresses().map(({ open: isOpen }) => isOpen)).toEqual([true, false]);
  for (let request = 0; request < 10; request += 1) expect(await codeOf(transport.post(mutation))).toBe("ok");
  const back = await listen(ok, Number(dead.port));
  const until = Date.now() + 2_000;
  while (back.asked() === 0 && Date.now() < until) {
    await transport.post(query);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  expect(back.asked()).toBeGreaterThan(0);
});

test("while the only address is dead, it is not tried by every request", async () => {
  const { url, asked, server } = await listen((request) => request.socket.destroy());
  const transport = open(url);
  for (let request = 0; request < 50; request += 1) {
    expect(await codeOf(transport.post(query))).toBe("SUBGRAPH_UNAVAILABLE");
  }
  expect(asked()).toBeLessThan(15);
  expect(server.listening).toBe(true);
});

test("an address that is tried again is not taken for well because whoever asked went away", {
  timeout: 20_000,
}, async () => {
  const hanging = await listen(() => {});
  const transport = open(hanging.url);
  await Promise.all(Array.from({ length: 5 }, () => codeOf(transport.post(query))));
  await new Promise((resolve) => setTimeout(resolve, 1_050));
  const departure = makeDeparture();
  const tried = codeOf(transport.post({ ...query, departure }));
  setTimeout(departure.leave, 50);
  expect(await tried).toBe("TIMEOUT");
  expect(transport.addresses().map(({ open: isOpen }) => isOpen)).toEqual([true]);
});

test("a query that hangs ends after 5 s with TIMEOUT", { timeout: 15_000 }, async () => {
  const hanging = await listen(() => {});
  const transport = open(hanging.url);
  const startedAt = performance.now();
  expect(await codeOf(transport.post(query))).toBe("TIMEOUT");
  const ms = performance.now() - startedAt;
  expect(ms).toBeGreaterThan(4_900);
  expect(ms).toBeLessThan(8_000);
  expect(hanging.asked()).toBe(1);
  expect(transport.inFlight()).toBe(0);
});

test("a body that stops half way ends with TIMEOUT too", { timeout: 15_000 }, async () => {
  const { url } = await listen((_request, response) => {
    response.writeHead(200, { "content-length": "100" });
    response.write("{");
  });
  expect(await codeOf(open(url).post(query))).toBe("TIMEOUT");
});

test("at most 500 requests are under way; one more is OVERLOADED at once", async () => {
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const { url } = await listen((_request, response) => void released.then(() => response.end("{}")));
  const transport = open(url);
  const underWay = Array.from({ length: 500 }, () => codeOf(transport.post(query)));
  expect(await codeOf(transport.post(query))).toBe("OVERLOADED");
  release();
  expect(new Set(await Promise.all(underWay))).toEqual(new Set(["ok"]));
  expect(await codeOf(transport.post(query))).toBe("ok");
});

test("when whoever asked goes away the request is ended, and no breaker counts it", async () => {
  let closed = 0;
  const { url } = await listen((request) => void request.socket.on("close", () => (closed += 1)));
  const transport = open(url);
  for (let request = 0; request < 6; request += 1) {
    const departure = makeDeparture();
    const posted = codeOf(transport.post({ ...query, departure }));
    setTimeout(departure.leave, 20);
    expect(await posted).toMatch(/gone away/);
  }
  await expect.poll(() => closed).toBe(6);
  expect(transport.addresses().map(({ open: isOpen }) => isOpen)).toEqual([false]);
});
