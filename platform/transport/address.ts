import type { LookupFunction } from "node:net";
import { Readable } from "node:stream";
import { Pool } from "undici";
import { makeSkewGauge } from "./clock-skew.ts";
import { TransportError } from "./transport-error.ts";

/** A request to another service. */
export type OutgoingRequest = {
  /** A mutation has more time, and is sent once at most to a server that may have received it. */
  readonly kind: "query" | "mutation";
  /** For requests other than a POST to the address itself. */
  readonly other?: { readonly method: "GET" | "POST" | "PUT"; readonly path: string } | undefined;
  /** A stream is sent as it comes, once. */
  readonly body: string | Buffer | Readable;
  /** Instead of what a request of its kind has. */
  readonly timeoutMs?: number | undefined;
  readonly headers: Readonly<Record<string, string>>;
  /** Ends the request when the client has disconnected. */
  readonly signal?: AbortSignal | undefined;
};

/** A service's response, whatever its status. */
export type IncomingResponse = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly bytes: Buffer;
};

/** The state of one address: whether it is left out, and its connections. */
export type AddressState = {
  readonly origin: string;
  readonly open: boolean;
  readonly connections: number;
  readonly running: number;
  readonly waiting: number;
  /** By how much its clock is ahead of ours; undefined while it is not known. See {@link makeSkewGauge}. */
  readonly skewSeconds: number | undefined;
};

/**
 * The address failed. `refused`: it took no connection, so nothing was sent. `cut`: the connection ended before the response. `timeout`: it did not
 * respond in time. `left-out`: it was left out while the request was waiting for it.
 */
export class AddressFailure extends Error {
  readonly kind: "refused" | "cut" | "timeout" | "left-out";

  constructor(kind: AddressFailure["kind"], cause?: unknown) {
    super(kind, { cause });
    this.kind = kind;
  }
}

/** One address of a service, with its connections and its health. */
export type Address = {
  readonly url: URL;
  /** Whether its breaker is closed: it did not fail repeatedly. */
  isClosed(): boolean;
  /** Whether it also says that it is ready to serve. */
  isReady(): boolean;
  /** Whether only its health checks failed: it may be busy rather than gone, and serve as a last resort. */
  isUnresponsive(): boolean;
  /** How long a response usually takes at most, in milliseconds. */
  slowMs(): number;
  /** @throws {AddressFailure | TransportError} */
  send(request: OutgoingRequest): Promise<IncomingResponse>;
  state(): AddressState;
  /** Lets the requests in flight finish, then closes the connections. */
  retire(): Promise<void>;
  close(): Promise<void>;
};

/** Where an address is: its URL, and for a name that was resolved the IP address. */
export type Endpoint = { readonly url: URL; readonly ip?: string | undefined };

const connectionsMax = 100;
const connectTimeoutMs = 1_000;
const responseBytesMax = 32 * 1024 * 1024;
/** Below the servers' own 65 s, so that no request is sent on a connection that is just being closed. */
const keepAliveMs = 30_000;
const failuresUntilOpen = 5;
const probeFailuresUntilOpen = 2;
const slowMsMin = 100;
const slowMsMax = 1_000;

/** How long an address may take. */
export type AddressLimits = {
  readonly queryTimeoutMs: number;
  readonly mutationTimeoutMs: number;
  /** The pause between two health checks. */
  readonly probeMs: number;
  readonly probeTimeoutMs: number;
  /** The pause between two resolutions of a name. */
  readonly resolveMs: number;
};

/** The limits of production. */
export const addressLimits: AddressLimits = {
  queryTimeoutMs: 5_000,
  mutationTimeoutMs: 10_000,
  probeMs: 500,
  probeTimeoutMs: 1_000,
  resolveMs: 5_000,
};

/**
 * Opens a pool of kept-alive connections to one address. A breaker leaves the address out after five consecutive failures of requests, or, where there is
 * another one to turn to, one refused connection or two failed health checks, and takes it back when `GET /health/ready` succeeds: probing costs no client's request.
 *
 * @param isWatched whether health is checked while the breaker is closed too. That pays off only where there is another address to turn to.
 */
export function openAddress(
  { url, ip }: Endpoint,
  isWatched: () => boolean,
  limits: AddressLimits = addressLimits,
): Address {
  // The name stays in the Host header and in the certificate that TLS checks.
  const lookup = ip === undefined ? {} : { lookup: lookupOf(ip) };
  const pool = new Pool(url.origin, {
    connections: connectionsMax,
    connect: { timeout: connectTimeoutMs, ...lookup },
    keepAliveTimeout: keepAliveMs,
    keepAliveMaxTimeout: keepAliveMs,
    headersTimeout: 0,
    bodyTimeout: 0,
    allowH2: false,
  });
  // Health is asked for on connections of its own: those of a hung or busy address are all taken.
  const probePool = new Pool(url.origin, {
    connections: 1,
    pipelining: 0,
    connect: { timeout: limits.probeTimeoutMs, ...lookup },
  });
  const waiting = new Set<(error: AddressFailure) => void>();
  let isClosed = true;
  let isReady = true;
  let isUnresponsive = false;
  let failures = 0;
  let probeFailures = 0;
  let meanMs = 0;
  let deviationMs = slowMsMax;
  let timer: NodeJS.Timeout | undefined;

  const open = (reason: "requests" | "health", giveUpWaiting: boolean) => {
    isClosed = false;
    isUnresponsive = reason === "health";
    if (giveUpWaiting) for (const giveUp of [...waiting]) giveUp(new AddressFailure("left-out"));
  };
  const watch = () => {
    timer = setTimeout(async () => {
      if (isWatched() || !isClosed) await probe();
      if (!closing) watch();
    }, limits.probeMs);
    timer.unref();
  };
  const probe = async () => {
    const sentAtMs = Date.now();
    const { status, date } = await readyStatus(probePool, limits.probeTimeoutMs);
    if (closing) return;
    skew.note(date, sentAtMs);
    if (status === undefined) {
      probeFailures += 1;
      // Requests that wait for a hung address are better sent elsewhere; where there is nowhere else, they may still succeed.
      if (probeFailures >= probeFailuresUntilOpen && isClosed) open("health", isWatched());
      return;
    }
    probeFailures = 0;
    isReady = status < 500;
    // A server that responds is there, ready or not; whether its database is too is for the response to say.
    isClosed = true;
    failures = 0;
  };
  const noteFailure = ({ kind }: AddressFailure) => {
    failures += 1;
    if (kind === "refused") isUnresponsive = false;
    if (isClosed && ((kind === "refused" && isWatched()) || failures >= failuresUntilOpen)) open("requests", false);
  };
  const noteSuccess = (ms: number) => {
    failures = 0;
    const difference = ms - meanMs;
    meanMs += difference / 16;
    deviationMs += (Math.abs(difference) - deviationMs) / 16;
  };
  const skew = makeSkewGauge();
  let closing = false;
  watch();

  return {
    url,
    isClosed: () => isClosed,
    isReady: () => isClosed && isReady,
    isUnresponsive: () => !isClosed && isUnresponsive,
    slowMs: () => Math.min(slowMsMax, Math.max(slowMsMin, meanMs + 4 * deviationMs)),
    send: async (request) => {
      const startedAt = performance.now();
      const sentAtMs = Date.now();
      try {
        const response = await dispatch(pool, url, request, waiting, limits);
        skew.note(response.headers.date, sentAtMs);
        // How long a stream takes is up to the client that sends it.
        if (!(request.body instanceof Readable)) noteSuccess(performance.now() - startedAt);
        return response;
      } catch (error) {
        if (error instanceof AddressFailure && error.kind !== "left-out") noteFailure(error);
        throw error;
      }
    },
    state: () => ({
      origin: ip === undefined ? url.origin : originOf(url, ip),
      open: !isClosed,
      connections: pool.stats.connected,
      running: pool.stats.running,
      waiting: pool.stats.queued,
      skewSeconds: skew.seconds(),
    }),
    retire: async () => {
      closing = true;
      clearTimeout(timer);
      await Promise.all([pool.close(), probePool.destroy()]);
    },
    close: async () => {
      closing = true;
      clearTimeout(timer);
      await Promise.all([pool.destroy(), probePool.destroy()]);
    },
  };
}

/** Connects to the IP address whatever the name. */
function lookupOf(ip: string): LookupFunction {
  const family = ip.includes(":") ? 6 : 4;
  return (_name, options, done) => (options.all ? done(null, [{ address: ip, family }]) : done(null, ip, family));
}

function originOf(url: URL, ip: string): string {
  const port = url.port === "" ? "" : `:${url.port}`;
  return `${url.protocol}//${ip.includes(":") ? `[${ip}]` : ip}${port}`;
}

/** The status of the readiness page and the server's clock; undefined when there is no response in time. A graph of other services may have no such page: 404 is fine. */
async function readyStatus(
  pool: Pool,
  timeoutMs: number,
): Promise<{ status: number | undefined; date?: string | string[] | undefined }> {
  try {
    const { statusCode, headers, body } = await pool.request({
      method: "GET",
      path: "/health/ready",
      signal: AbortSignal.timeout(timeoutMs),
    });
    await body.dump();
    return { status: statusCode, date: headers.date };
  } catch {
    return { status: undefined };
  }
}

/** Sends and collects the response on the dispatcher's own interface: the streams and readers above it would cost as much as the rest. */
function dispatch(
  pool: Pool,
  url: URL,
  request: OutgoingRequest,
  waiting: Set<(error: AddressFailure) => void>,
  limits: AddressLimits,
): Promise<IncomingResponse> {
  const { kind, other, signal } = request;
  return new Promise((resolve, reject) => {
    let abort: ((reason: Error) => void) | undefined;
    let settled = false;
    let sent = false;
    let status = 0;
    let headers: IncomingResponse["headers"] = {};
    let bytes = 0;
    const parts: Buffer[] = [];
    const settle = (finish: () => void) => {
      if (settled) return;
      settled = true;
      clearTimeout(deadline);
      signal?.removeEventListener("abort", disconnect);
      waiting.delete(fail);
      finish();
    };
    const fail = (error: Error) => {
      settle(() => reject(error));
      abort?.(error);
    };
    const disconnect = () => fail(new Error("The client disconnected."));
    const deadline = setTimeout(
      () => fail(new AddressFailure("timeout")),
      request.timeoutMs ?? (kind === "mutation" ? limits.mutationTimeoutMs : limits.queryTimeoutMs),
    );
    if (signal?.aborted) return disconnect();
    signal?.addEventListener("abort", disconnect);
    if (kind === "query") waiting.add(fail);
    pool.dispatch(
      {
        method: other?.method ?? "POST",
        path: other?.path ?? url.pathname + url.search,
        headers: request.headers,
        body: other?.method === "GET" ? null : request.body,
      },
      {
        onRequestStart: (controller) => {
          sent = true;
          abort = (reason) => controller.abort(reason);
          if (settled) controller.abort(new Error("The request was given up."));
        },
        onResponseStart: (_controller, statusCode, responseHeaders) => {
          status = statusCode;
          headers = responseHeaders;
        },
        onResponseData: (_controller, part) => {
          bytes += part.length;
          if (bytes > responseBytesMax)
            fail(new TransportError("RESPONSE_TOO_LARGE", `The response is larger than ${responseBytesMax} bytes.`));
          else parts.push(part);
        },
        onResponseEnd: () => {
          const [first] = parts;
          const whole = parts.length === 1 && first !== undefined ? first : Buffer.concat(parts, bytes);
          settle(() => resolve({ status, headers, bytes: whole }));
        },
        onResponseError: (_controller, error) => {
          settle(() => reject(new AddressFailure(sent ? "cut" : "refused", error)));
        },
      },
    );
  });
}
