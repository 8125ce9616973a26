import { Agent, request } from "node:http";
import { connect } from "node:net";
import { expect, test } from "vitest";
import { ApiError } from "../shop/api-error.ts";
import { type HttpHandler, readBody, sendJson, serveHttp } from "./http-server.ts";

async function serve(handler: HttpHandler) {
  const server = await serveHttp({ host: "127.0.0.1", port: 0, portName: "TEST_PORT", handler, onError: () => {} });
  return { ...server, [Symbol.asyncDispose]: () => server.close(1_000) };
}

test("a port that is taken is named with the variable that changes it", async () => {
  await using first = await serve((_request, response) => sendJson(response, 200, {}));
  const second = serveHttp({
    host: "127.0.0.1",
    port: first.port,
    portName: "GATEWAY_PORT",
    handler: () => {},
    onError: () => {},
  });
  await expect(second).rejects.toThrow(`Port ${first.port} is taken. Set GATEWAY_PORT to another one.`);
});

test("a body beyond the limit is refused whether or not its length was announced", async () => {
  await using server = await serve(async (incoming, response) => {
    try {
      sendJson(response, 200, { bytes: (await readBody(incoming, 1_000)).length });
    } catch (error) {
      sendJson(response, 413, { code: error instanceof ApiError ? error.code : "?" }, { connection: "close" });
    }
  });
  const post = (body: string | ReadableStream) =>
    fetch(server.url, { method: "POST", body, ...(typeof body === "string" ? {} : { duplex: "half" }) } as RequestInit);
  expect((await post("x".repeat(1_000))).status).toBe(200);
  expect((await post("x".repeat(1_001))).status).toBe(413);
  const chunks = new ReadableStream({
    start(controller) {
      for (let chunk = 0; chunk < 20; chunk += 1) controller.enqueue(new TextEncoder().encode("x".repeat(100)));
      controller.close();
    },
  });
  expect((await post(chunks)).status).toBe(413);
});

test("a fault of the handler is a 500 without its words", async () => {
  await using server = await serve(() => {
    throw new Error("select * from secrets");
  });
  const response = await fetch(server.url);
  expect(response.status).toBe(500);
  expect(await response.text()).not.toContain("secrets");
});

test("closing lets a request that is under way finish, and takes no other", async () => {
  const [arrived, held] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const server = await serve(async (_request, response) => {
    arrived.resolve();
    await held.promise;
    sendJson(response, 200, { done: true });
  });
  const status = new Promise<number | undefined>((resolve, reject) => {
    request(server.url, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on("error", reject)
      .end();
  });
  await arrived.promise;
  const closed = server.close(5_000);
  await expect(fetch(server.url)).rejects.toThrow();
  held.resolve();
  expect(await status).toBe(200);
  await closed;
});

test("while it closes, requests in flight and later ones on their connections get a response that closes the connection", async () => {
  let arrived = 0;
  const held = Promise.withResolvers<void>();
  const server = await serve((incoming, response) => {
    arrived += 1;
    if (incoming.url === "/at-once") return sendJson(response, 200, {});
    return held.promise.then(() => sendJson(response, 200, {}));
  });
  // Connections are accepted in their order, so the silent one is by the time that the requests are there.
  const silent = await connected(server.port);
  const one = await connected(server.port);
  one.socket.write("GET /held HTTP/1.1\r\nhost: x\r\n\r\n");
  const two = await connected(server.port);
  two.socket.write("GET /held HTTP/1.1\r\nhost: x\r\n\r\n");
  await expect.poll(() => arrived).toBe(2);
  const closed = server.close(5_000);
  two.socket.write("GET /at-once HTTP/1.1\r\nhost: x\r\n\r\n");
  await silent.ended;
  held.resolve();
  for (const { ended } of [one, two]) {
    const received = await ended;
    expect(received).toMatch(/^HTTP\/1.1 200/);
    expect(received).toMatch(/connection: close/i);
  }
  await closed;
});

test("while it closes under load no request is lost on a kept connection", async () => {
  const server = await serve(async (_request, response) => {
    await new Promise((resolve) => setTimeout(resolve, 2));
    sendJson(response, 200, {});
  });
  const lost: string[] = [];
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  const ask = () =>
    new Promise<boolean>((resolve) => {
      request(server.url, { agent, method: "POST" }, (response) => {
        response.resume().once("end", () => resolve(true));
      })
        .on("error", (error: NodeJS.ErrnoException) => {
          if (error.code !== "ECONNREFUSED") lost.push(String(error.code));
          resolve(false);
        })
        .end();
    });
  const clients = Array.from({ length: 16 }, async () => {
    while (await ask());
  });
  await new Promise((resolve) => setTimeout(resolve, 200));
  await server.close();
  await Promise.all(clients);
  agent.destroy();
  expect(lost).toEqual([]);
});

test("a client that reads nothing of a response for too long is disconnected", async () => {
  let cut = () => {};
  const isCut = new Promise<void>((resolve) => {
    cut = resolve;
  });
  const server = await serveHttp({
    host: "127.0.0.1",
    port: 0,
    portName: "TEST_PORT",
    handler: (_request, response) => {
      response.once("close", cut);
      response.end(Buffer.alloc(64 * 1024 * 1024));
    },
    onError: () => {},
    stalledMs: 200,
  });
  const { socket } = await connected(server.port);
  socket.pause();
  socket.write("GET / HTTP/1.1\r\nhost: x\r\n\r\n");
  await isCut;
  socket.destroy();
  await server.close();
});

test("an address is a path, however many slashes it begins with, and what is none is refused by a code", async () => {
  await using server = await serve((_request, response, url) => sendJson(response, 200, { path: url.pathname }));
  const responseTo = async (target: string) => {
    const { socket, ended } = await connected(server.port);
    socket.write(`GET ${target} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`);
    return JSON.parse((await ended).split("\r\n\r\n")[1] ?? "");
  };
  expect(await responseTo("//")).toEqual({ path: "//" });
  expect(await responseTo("//evil.example/graphql")).toEqual({ path: "//evil.example/graphql" });
  expect(await responseTo("http://shop.example/graphql")).toEqual({ path: "/graphql" });
  expect((await responseTo("http://[")).errors[0].extensions.code).toBe("BAD_REQUEST");
});

/** A connection, and all that came over it until it ended. */
async function connected(port: number) {
  const socket = connect(port, "127.0.0.1");
  await new Promise((resolve) => socket.once("connect", resolve));
  let received = "";
  socket.on("data", (part) => {
    received += part;
  });
  socket.on("error", () => {});
  return { socket, ended: new Promise<string>((resolve) => socket.once("close", () => resolve(received))) };
}
