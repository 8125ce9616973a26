import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Refusal } from "./errors.ts";

/** Answers one request; what it throws is the server's to answer. */
export type HttpHandler = (request: IncomingMessage, response: ServerResponse, url: URL) => Promise<void> | void;

/** A listening server. */
export type HttpServer = {
  readonly port: number;
  readonly url: string;
  /** Stops listening, lets what is under way end for `drainMs` (10 s unless given), then cuts what is left. */
  close(drainMs?: number): Promise<void>;
};

const headersTimeoutMs = 10_000;
const requestTimeoutMs = 30_000;
const keepAliveMs = 65_000;
const drainDefaultMs = 10_000;

/**
 * Listens on `host` and `port` (0: a free one).
 *
 * @param portName the environment variable that sets the port, for the sentence that says it is taken.
 */
export async function serveHttp(options: {
  host: string;
  port: number;
  portName: string;
  handler: HttpHandler;
  onError: (error: unknown) => void;
}): Promise<HttpServer> {
  const server = createServer(
    { keepAliveTimeout: keepAliveMs, requestTimeout: requestTimeoutMs },
    (request, response) => {
      answer(options.handler, request, response).catch((error) => {
        options.onError(error);
        if (response.headersSent) response.destroy();
        else sendJson(response, 500, { errors: [{ message: "Something went wrong on our side." }] });
      });
    },
  );
  server.headersTimeout = headersTimeoutMs;
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      reject(
        error.code === "EADDRINUSE"
          ? new Error(`Port ${options.port} is taken. Set ${options.portName} to another one.`)
          : error,
      );
    });
    server.listen(options.port, options.host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  let closing = false;
  server.on("request", (_request, response) => {
    if (closing) response.setHeader("connection", "close");
  });
  return {
    port,
    url: `http://${options.host.includes(":") ? `[${options.host}]` : options.host}:${port}`,
    close: async (drainMs = drainDefaultMs) => {
      closing = true;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      const idle = setInterval(() => server.closeIdleConnections(), 50);
      const cut = setTimeout(() => server.closeAllConnections(), drainMs);
      await closed;
      clearInterval(idle);
      clearTimeout(cut);
    },
  };
}

async function answer(handler: HttpHandler, request: IncomingMessage, response: ServerResponse): Promise<void> {
  let url: URL;
  try {
    url = new URL(request.url ?? "/", "http://localhost");
  } catch {
    sendJson(response, 400, { errors: [{ message: "The address is malformed." }] });
    return;
  }
  await handler(request, response, url);
}

/** The whole body. @throws {Refusal} PAYLOAD_TOO_LARGE beyond `bytesMax`, without reading further. */
export function readBody(request: IncomingMessage, bytesMax: number): Promise<Buffer> {
  const tooLarge = () =>
    new Refusal("PAYLOAD_TOO_LARGE", `The body is larger than ${bytesMax} bytes.`, { maximum: bytesMax });
  return new Promise((resolve, reject) => {
    if (Number(request.headers["content-length"] ?? 0) > bytesMax) return reject(tooLarge());
    const parts: Buffer[] = [];
    let bytes = 0;
    // By events: the iterator over a stream costs more than all else that a short request does, and cuts the connection when it is left.
    const take = (part: Buffer) => {
      bytes += part.length;
      if (bytes <= bytesMax) return void parts.push(part);
      request.off("data", take);
      request.pause();
      reject(tooLarge());
    };
    request.on("data", take);
    request.once("end", () => {
      const [first] = parts;
      resolve(parts.length === 1 && first !== undefined ? first : Buffer.concat(parts, bytes));
    });
    request.once("error", reject);
    request.once("close", () => reject(new Error("The connection ended before the body did.")));
  });
}

/** Answers with JSON. */
export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    "content-type": "application/json; charset=utf-8",
    "content-length": Buffer.byteLength(text),
    ...headers,
  });
  response.end(text);
}

/** One header's value; undefined when it was not sent. */
export function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}
