import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { openTransport, type Transport } from "./transport.ts";

const closers: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** A server whose readiness page has a status of its own, or never responds. */
async function listen(
  respond: RequestListener,
  port = 0,
  ready: 200 | 503 | "hung" = 200,
  host = "127.0.0.1",
): Promise<{ url: URL; server: Server; asked: () => number; probed: () => number }> {
  let asked = 0;
  let probed = 0;
  const server = createServer((request, response) => {
    if (request.url === "/health/ready") {
      probed += 1;
      if (ready !== "hung") response.writeHead(ready).end();
      return;
    }
    asked += 1;
    respond(request, response);
  });
  await new Promise<void>((resolve) => server.listen(port, host, resolve));
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  closers.push(() => (server.listening ? stop() : undefined));
  return {
    url: new URL(`http://${host}:${(server.address() as AddressInfo).port}/graphql`),
    server,
    asked: () => asked,
    probed: () => probed,
  };
}

/** Lets the response to a request that has just arrived be read. */
const settled = () => new Promise((resolve) => setTimeout(resolve, 50));

function open(...urls: URL[]): Transport {
  return openWith(limits, ...urls);
}

function openWith(given: typeof limits, ...urls: URL[]): Transport {
  const transport = openTransport(urls, given);
  closers.push(() => transport.close());
  return transport;
}

/** Shorter than in production, so that the tests wait less. */
const limits = { queryTimeoutMs: 2_000, mutationTimeoutMs: 4_000, probeMs: 100, probeTimeoutMs: 300, resolveMs: 50 };

/** For servers that never respond. */
const impatient = { ...limits, queryTimeoutMs: 100 };

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
  // Mutations: a query that this machine holds up is sent to both.
  for (let request = 0; request < 10; request += 1) await transport.send(mutation);
  expect([one.asked(), two.asked()]).toEqual([5, 5]);
});

test("a request whose connection is refused goes to the next address, a mutation too", async () => {
  const live = await listen(ok);
  for (const request of [query, mutation]) {
    const transport = open(await closedUrl(), await closedUrl(), live.url);
    const outcomes: unknown[] = [];
    for (let count = 0; count < 6; count += 1) outcomes.push(await codeOf(transport.send(request)));
    expect(new Set(outcomes)).toEqual(new Set(["ok"]));
  }
  expect(live.asked()).toBe(12);
});

test("of queries that come together none fails while one of two addresses responds", async () => {
  const [dead, live] = [await closedUrl(), await listen(ok)];
  for (let round = 0; round < 10; round += 1) {
    const transport = open(dead, live.url);
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => codeOf(transport.send(query))));
    expect(new Set(outcomes)).toEqual(new Set(["ok"]));
  }
});

test("a query that is cut is sent to the same address again while the others are left out", async () => {
  let cutNext = false;
  const moody = await listen((request, response) => {
    if (cutNext) request.socket.destroy();
    else response.end('{"data":{}}');
    cutNext = false;
  });
  const transport = open(await closedUrl(), moody.url);
  for (let request = 0; request < 12; request += 1) await transport.send(query);
  expect(transport.addresses().map(({ open: isOpen }) => isOpen)).toEqual([true, false]);
  cutNext = true;
  expect(await codeOf(transport.send(query))).toBe("ok");
});

test("a mutation that a server may have received is never sent again, neither to it nor to another", async () => {
  const cutting = await listen((request) => request.socket.destroy());
  const [alone, other] = [open(cutting.url), await listen(ok)];
  expect(await codeOf(alone.send(mutation))).toBe("UNAVAILABLE");
  expect(cutting.asked()).toBe(1);
  expect(await codeOf(alone.send(query))).toBe("UNAVAILABLE");
  expect(cutting.asked()).toBe(3);
  const both = open(cutting.url, other.url);
  const outcomes = [await codeOf(both.send(mutation)), await codeOf(both.send(mutation))];
  expect(outcomes.toSorted()).toEqual(["UNAVAILABLE", "ok"]);
  expect([cutting.asked(), other.asked()]).toEqual([4, 1]);
});

test("an address that refuses connections is left out, and comes back when its health check succeeds", async () => {
  const dead = await closedUrl();
  const live = await listen(ok);
  const transport = open(dead, live.url);
  for (let request = 0; request < 20; request += 1) expect(await codeOf(transport.send(mutation))).toBe("ok");
  expect(transport.addresses().map(({ open: isOpen }) => isOpen)).toEqual([true, false]);
  const back = await listen(ok, Number(dead.port));
  await expect.poll(() => transport.addresses().map(({ open: isOpen }) => isOpen)).toEqual([false, false]);
  await transport.send(query);
  await transport.send(query);
  expect(back.asked()).toBe(1);
});

test("an address that says it is not ready gets no requests while another is ready, and gets them while none is", async () => {
  const draining = await listen(ok, 0, 503);
  const ready = await listen(ok);
  const transport = open(draining.url, ready.url);
  await expect.poll(() => draining.probed()).toBeGreaterThan(0);
  await settled();
  for (let request = 0; request < 10; request += 1) await transport.send(mutation);
  expect([draining.asked(), ready.asked()]).toEqual([0, 10]);
  const alone = open(draining.url);
  expect(await codeOf(alone.send(query))).toBe("ok");
});

test("queries that wait for an address which hangs are sent to another one, and soon no request goes there", async () => {
  const hung = await listen(() => {}, 0, "hung");
  const live = await listen(ok);
  const transport = open(hung.url, live.url);
  const startedAt = performance.now();
  const outcomes = await Promise.all(Array.from({ length: 40 }, () => codeOf(transport.send(query))));
  expect(new Set(outcomes)).toEqual(new Set(["ok"]));
  // Two failed health checks at most, below the timeout.
  expect(performance.now() - startedAt).toBeLessThan(limits.queryTimeoutMs + 1_000);
  await expect
    .poll(() => transport.addresses().map(({ open: isOpen }) => isOpen), { timeout: 5_000 })
    .toEqual([true, false]);
  const asked = hung.asked();
  for (let request = 0; request < 20; request += 1) expect(await codeOf(transport.send(mutation))).toBe("ok");
  expect(hung.asked()).toBe(asked);
});

test("while every address fails its health checks, requests are sent all the same", async () => {
  const [one, two] = [await listen(ok, 0, "hung"), await listen(ok, 0, "hung")];
  const transport = open(one.url, two.url);
  await expect
    .poll(() => transport.addresses().map(({ open: isOpen }) => isOpen), { timeout: 5_000 })
    .toEqual([true, true]);
  for (let request = 0; request < 10; request += 1) expect(await codeOf(transport.send(mutation))).toBe("ok");
});

test("a slow query is also sent to another address, and the first response counts", async () => {
  const slow = await listen(() => {});
  const fast = await listen(ok);
  const transport = open(slow.url, fast.url);
  expect(await codeOf(transport.send(query))).toBe("ok");
  expect(await codeOf(transport.send(query))).toBe("ok");
  expect(transport.hedges()).toBe(1);
  expect(transport.inFlight()).toBe(0);
});

test("hedges are at most 5 % of all queries and ten at once, and mutations have none", {
  timeout: 20_000,
}, async () => {
  const late: RequestListener = (_request, response) => void setTimeout(() => response.end('{"data":{}}'), 300);
  const [one, two] = [await listen(late), await listen(late)];
  const transport = open(one.url, two.url);
  await Promise.all(Array.from({ length: 90 }, () => codeOf(transport.send(query))));
  expect(transport.hedges()).toBeLessThanOrEqual(10 + 90 * 0.05);
  const before = transport.hedges();
  await Promise.all(Array.from({ length: 20 }, () => codeOf(transport.send(mutation))));
  expect(transport.hedges()).toBe(before);
});

test("no query is hedged while more than 100 are in flight", async () => {
  const late: RequestListener = (_request, response) => void setTimeout(() => response.end('{"data":{}}'), 300);
  const [one, two] = [await listen(late), await listen(late)];
  const transport = open(one.url, two.url);
  const outcomes = await Promise.all(Array.from({ length: 250 }, () => codeOf(transport.send(query))));
  expect(new Set(outcomes)).toEqual(new Set(["ok"]));
  expect(one.asked() + two.asked()).toBe(250);
});

test("while the only address is dead, it is not tried by every request", async () => {
  const { url, asked, server } = await listen((request) => request.socket.destroy());
  const transport = open(url);
  for (let request = 0; request < 50; request += 1) {
    expect(await codeOf(transport.send(query))).toBe("UNAVAILABLE");
  }
  expect(asked()).toBeLessThan(15);
  expect(server.listening).toBe(true);
});

test("a query that hangs ends with TIMEOUT", async () => {
  const hanging = await listen(() => {});
  const transport = openWith(impatient, hanging.url);
  expect(await codeOf(transport.send(query))).toBe("TIMEOUT");
  expect(hanging.asked()).toBe(1);
  expect(transport.inFlight()).toBe(0);
});

test("a body that stops half way ends with TIMEOUT too", async () => {
  const { url } = await listen((_request, response) => {
    response.writeHead(200, { "content-length": "100" });
    response.write("{");
  });
  expect(await codeOf(openWith(impatient, url).send(query))).toBe("TIMEOUT");
});

test("at most 500 requests are in flight, and one more is OVERLOADED at once", async () => {
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const { url } = await listen((_request, response) => void released.then(() => response.end("{}")));
  const transport = open(url);
  const underWay = Array.from({ length: 500 }, () => codeOf(transport.send(query)));
  expect(await codeOf(transport.send(query))).toBe("OVERLOADED");
  release();
  expect(new Set(await Promise.all(underWay))).toEqual(new Set(["ok"]));
  expect(await codeOf(transport.send(query))).toBe("ok");
});

test("when the client disconnects the request is aborted, and no breaker counts it", async () => {
  let closed = 0;
  const { url } = await listen((request) => void request.socket.on("close", () => (closed += 1)));
  const transport = open(url);
  for (let request = 0; request < 6; request += 1) {
    const controller = new AbortController();
    const sent = codeOf(transport.send({ ...query, signal: controller.signal }));
    setTimeout(() => controller.abort(), 20);
    expect(await sent).toMatch(/disconnected/);
  }
  await expect.poll(() => closed).toBe(6);
  expect(transport.addresses().map(({ open: isOpen }) => isOpen)).toEqual([false]);
});

test("the instances behind a name are found as they come and go, and what is in flight to one that goes is finished", async () => {
  const first = await listen(ok);
  const port = Number(first.url.port);
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  // Other loopback addresses with the same port, as the instances of a headless service have.
  const second = await listen(
    (_request, response) => void released.then(() => response.end("{}")),
    port,
    200,
    "127.0.0.2",
  );
  let ips = ["127.0.0.1"];
  const transport = openTransport([new URL(`http://shop.internal:${port}/graphql`)], limits, async () => ips);
  closers.push(() => transport.close());
  await expect.poll(() => transport.addresses().map(({ origin }) => origin)).toEqual([`http://127.0.0.1:${port}`]);
  expect(await codeOf(transport.send(mutation))).toBe("ok");
  ips = ["127.0.0.2"];
  await expect.poll(() => transport.addresses().map(({ origin }) => origin)).toEqual([`http://127.0.0.2:${port}`]);
  const slow = codeOf(transport.send(mutation));
  await expect.poll(() => second.asked()).toBe(1);
  ips = ["127.0.0.1", "127.0.0.3"];
  await expect.poll(() => transport.addresses().length).toBe(2);
  for (let request = 0; request < 4; request += 1) expect(await codeOf(transport.send(mutation))).toBe("ok");
  expect(first.asked()).toBe(5);
  release();
  expect(await slow).toBe("ok");
});

test("while a name cannot be resolved its last known addresses stay in use", async () => {
  const live = await listen(ok);
  let resolvable = true;
  const resolve = async () => {
    if (!resolvable) throw new Error("ENOTFOUND");
    return ["127.0.0.1"];
  };
  const transport = openTransport([new URL(`http://shop.internal:${live.url.port}`)], limits, resolve);
  closers.push(() => transport.close());
  await expect.poll(() => transport.addresses()[0]?.origin).toBe(`http://127.0.0.1:${live.url.port}`);
  resolvable = false;
  await new Promise((settle) => setTimeout(settle, 3 * limits.resolveMs));
  expect(await codeOf(transport.send(query))).toBe("ok");
});

test("how far another machine's clock is off is measured by the dates of its responses", async () => {
  const late = await listen((_request, response) => {
    response.setHeader("date", new Date(Date.now() + 90_000).toUTCString());
    response.end('{"data":{}}');
  });
  const right = await listen(ok);
  for (const [url, expected] of [
    [late.url, 90],
    [right.url, 0],
  ] as const) {
    const transport = open(url);
    expect(transport.addresses()[0]?.skewSeconds).toBeUndefined();
    await transport.send(query);
    expect(Math.abs((transport.addresses()[0]?.skewSeconds ?? Number.NaN) - expected)).toBeLessThan(2);
  }
});
