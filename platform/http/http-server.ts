import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type AddressInfo, Server, type Socket } from "node:net";
import { isClockOffset } from "../config/clock-offset.ts";
import { ApiError, type ErrorCode } from "../shop/api-error.ts";

/** Responds to one request. The server turns an exception into an error response. */
export type HttpHandler = (request: IncomingMessage, response: ServerResponse, url: URL) => Promise<void> | void;

/** A listening server. */
export type HttpServer = {
  readonly port: number;
  readonly url: string;
  /** Stops listening, gives requests in flight `drainMs` (10 s by default) to complete, then cuts the rest. Idle connections close at once. */
  close(drainMs?: number): Promise<void>;
};

const headersTimeoutMs = 10_000;
/** A body that is streamed, such as a picture of 20 MiB, may take so long on a slow line; one that is read whole has {@link bodyTimeoutMs}. */
const requestTimeoutMs = 300_000;
const bodyTimeoutMs = 30_000;
/** How often headers and requests are checked. */
const deadlinesCheckedMs = 5_000;
const keepAliveMs = 65_000;
/** Longer than any response takes to produce: a client that reads nothing for this long is disconnected. */
const stalledDefaultMs = 60_000;
const drainDefaultMs = 10_000;
const closeIdleEveryMs = 20;
/**
 * While closing, idle connections are closed once nothing moved for this many checks. Checks are counted, not time: after a stall of the event loop
 * much time has passed although requests that came meanwhile have not been read yet.
 */
const quietChecksMin = 5;

/**
 * Listens on `host` and `port` (0: a free one).
 *
 * @param portName the environment variable that sets the port, named in the error when it is taken.
 * @param stalledMs how long a connection may be stalled during a request before it is cut; a minute by default.
 */
export async function serveHttp(options: {
  host: string;
  port: number;
  portName: string;
  handler: HttpHandler;
  onError: (error: unknown) => void;
  stalledMs?: number;
}): Promise<HttpServer> {
  let closing = false;
  let quietChecks = 0;
  const inFlight = new Set<ServerResponse>();
  const sockets = new Set<Socket>();
  const server = createServer(
    {
      keepAliveTimeout: keepAliveMs,
      requestTimeout: requestTimeoutMs,
      connectionsCheckingInterval: deadlinesCheckedMs,
    },
    (request, response) => {
      if (closing) response.setHeader("connection", "close");
      // Node reads the system's clock for this header, whatever ours was moved to.
      if (isClockOffset()) response.setHeader("date", new Date().toUTCString());
      quietChecks = 0;
      inFlight.add(response);
      response.once("close", () => {
        quietChecks = 0;
        inFlight.delete(response);
      });
      respond(options.handler, request, response).catch((error) => {
        options.onError(error);
        if (response.headersSent) response.destroy();
        else sendFault(response, 500, "INTERNAL_SERVER_ERROR", "Something went wrong on our side.");
      });
    },
  );
  server.headersTimeout = headersTimeoutMs;
  server.timeout = options.stalledMs ?? stalledDefaultMs;
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
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
  /** Closes connections between two requests, and those opened ahead of a first one, as browsers do. A busy one is closed by its next response. */
  const closeIdle = () => {
    quietChecks += 1;
    if (quietChecks <= quietChecksMin) return;
    server.closeIdleConnections();
    for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
  };
  return {
    port,
    url: `http://${options.host.includes(":") ? `[${options.host}]` : options.host}:${port}`,
    close: async (drainMs = drainDefaultMs) => {
      closing = true;
      // Not the HTTP server's own close: it cuts idle connections at once, and a next request may be on its way on one.
      const closed = new Promise<void>((resolve) => Server.prototype.close.call(server, () => resolve()));
      for (const response of inFlight) if (!response.headersSent) response.setHeader("connection", "close");
      quietChecks = 0;
      const idle = setInterval(closeIdle, closeIdleEveryMs);
      const cut = setTimeout(() => server.closeAllConnections(), drainMs);
      await closed;
      clearInterval(idle);
      clearTimeout(cut);
    },
  };
}

async function respond(handler: HttpHandler, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = addressOf(request.url ?? "/");
  if (url === null) return sendFault(response, 400, "BAD_REQUEST", "The address is malformed.");
  await handler(request, response, url);
}

/** What follows two slashes is a path here, not a host. Absolute addresses, as sent to proxies, are accepted as well. */
function addressOf(target: string): URL | null {
  return target.startsWith("/") ? URL.parse(`http://localhost${target}`) : URL.parse(target, "http://localhost");
}

function sendFault(response: ServerResponse, status: number, code: ErrorCode, message: string): void {
  sendJson(response, status, { errors: [{ message, extensions: { code } }] });
}

/** The whole body. @throws {ApiError} PAYLOAD_TOO_LARGE beyond `bytesMax`, without reading further; BAD_REQUEST (408) when it takes longer than 30 s. */
export function readBody(request: IncomingMessage, bytesMax: number): Promise<Buffer> {
  const tooLarge = () =>
    new ApiError("PAYLOAD_TOO_LARGE", `The body is larger than ${bytesMax} bytes.`, { maximum: bytesMax });
  const tooSlow = () => new ApiError("BAD_REQUEST", "The body took too long to arrive.", { http: { status: 408 } });
  return new Promise((resolve, reject) => {
    if (Number(request.headers["content-length"] ?? 0) > bytesMax) return reject(tooLarge());
    const deadline = setTimeout(() => reject(tooSlow()), bodyTimeoutMs).unref();
    const parts: Buffer[] = [];
    let bytes = 0;
    // By events: iterating over the stream costs more than everything else in a short request, and destroys the connection when left early.
    const receive = (part: Buffer) => {
      bytes += part.length;
      if (bytes <= bytesMax) return void parts.push(part);
      request.off("data", receive);
      request.pause();
      reject(tooLarge());
    };
    const interrupted = () => {
      clearTimeout(deadline);
      reject(new Error("The connection ended before the body did."));
    };
    request.on("data", receive);
    request.once("end", () => {
      clearTimeout(deadline);
      // Every request ends with a close, and making an error costs more than everything else here.
      request.off("close", interrupted);
      const [first] = parts;
      resolve(parts.length === 1 && first !== undefined ? first : Buffer.concat(parts, bytes));
    });
    request.once("error", reject);
    request.once("close", interrupted);
  });
}

/** Responds with JSON. */
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
