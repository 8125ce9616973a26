import {
  BrokenCircuitError,
  type CircuitBreakerPolicy,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  handleType,
} from "cockatiel";
import { Pool } from "undici";
import { ApiError } from "#platform/shop/api-error.ts";
import type { Departure } from "../http/disconnect.ts";

/** What goes to a subgraph in one post. */
export type Post = {
  /** A mutation has longer to answer, and is never sent twice. */
  readonly kind: "query" | "mutation";
  /** Of something else than the graph. */
  readonly other?: { readonly method: "GET" | "POST"; readonly path: string } | undefined;
  readonly body: string | Buffer;
  readonly headers: Readonly<Record<string, string>>;
  /** Ends the fetch when whoever asked has gone away. */
  readonly departure?: Departure | undefined;
};

/** What came back, whatever its status. */
export type Answer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly bytes: Buffer;
};

/** The way to one subgraph, over all of its addresses. */
export type Transport = {
  /** @throws {ApiError} SUBGRAPH_UNAVAILABLE, TIMEOUT, or OVERLOADED when too much is under way already. */
  post(post: Post): Promise<Answer>;
  readonly inFlight: () => number;
  /** Each address with the state of its breaker and of its pool. */
  readonly addresses: () => readonly AddressState[];
  close(): Promise<void>;
};

/** How one address stands: whether it is left out, and its connections. */
export type AddressState = {
  readonly origin: string;
  readonly open: boolean;
  readonly connections: number;
  readonly running: number;
  readonly waiting: number;
};

const connectionsMaxPerAddress = 100;
const inFlightMax = 500;
const connectTimeoutMs = 1_000;
const queryTimeoutMs = 5_000;
const mutationTimeoutMs = 10_000;
const answerBytesMax = 32 * 1024 * 1024;
const failuresUntilOpen = 5;
const openMs = 1_000;
/** Below the subgraphs' own 65 s, so that no request goes into a connection that is just being closed. */
const keepAliveMs = 30_000;

/** The address itself failed: it did not take the connection, cut it, or did not answer in time. */
class AddressFailure extends Error {
  readonly kind: "refused" | "cut" | "timeout";
  /** Undefined where every address was left out. */
  readonly address: Address | undefined;
  constructor(kind: AddressFailure["kind"], address: Address | undefined, cause?: unknown) {
    super(kind, { cause });
    this.kind = kind;
    this.address = address;
  }
}

type Address = { readonly url: URL; readonly pool: Pool; readonly breaker: CircuitBreakerPolicy };

/**
 * Pools of kept connections to the addresses of one subgraph, used in turn. An address that failed five times in a row is left out for a second,
 * then tried with one request. A query whose connection was refused or cut is sent once more, to another address where there is one; a mutation
 * never.
 */
export function openTransport(urls: readonly URL[]): Transport {
  const addresses: Address[] = urls.map((url) => ({
    url,
    pool: new Pool(url.origin, {
      connections: connectionsMaxPerAddress,
      connect: { timeout: connectTimeoutMs },
      keepAliveTimeout: keepAliveMs,
      keepAliveMaxTimeout: keepAliveMs,
      headersTimeout: 0,
      bodyTimeout: 0,
      allowH2: false,
    }),
    breaker: circuitBreaker(handleType(AddressFailure), {
      halfOpenAfter: openMs,
      breaker: new ConsecutiveBreaker(failuresUntilOpen),
    }),
  }));
  let turn = 0;
  let inFlight = 0;

  const next = (): Address | undefined => {
    turn += 1;
    return addresses[(turn - 1) % addresses.length];
  };

  /** One try, at the next address that is not left out; the one that failed already comes last. */
  const tryNext = async (post: Post, failed?: Address): Promise<Answer> => {
    for (let tried = 0; tried <= addresses.length; tried += 1) {
      const isLast = tried === addresses.length;
      const address = isLast ? failed : next();
      if (address === undefined || address.breaker.state === CircuitState.HalfOpen) continue;
      if (address === failed && !isLast) continue;
      try {
        return await address.breaker.execute(() => send(address, post));
      } catch (error) {
        if (!(error instanceof BrokenCircuitError)) throw error;
      }
    }
    throw new AddressFailure("refused", undefined, "every address is left out");
  };

  return {
    post: async (post) => {
      if (inFlight >= inFlightMax) {
        throw new ApiError("OVERLOADED", "Too much is under way. Try again in a moment.", { retryAfterSeconds: 1 });
      }
      inFlight += 1;
      try {
        return await tryNext(post).catch((error: unknown) => {
          if (post.kind === "mutation" || !(error instanceof AddressFailure) || error.kind === "timeout") throw error;
          return tryNext(post, error.address);
        });
      } catch (error) {
        if (!(error instanceof AddressFailure)) throw error;
        throw error.kind === "timeout"
          ? new ApiError("TIMEOUT", "A part of the shop did not answer in time.", {}, error)
          : new ApiError("SUBGRAPH_UNAVAILABLE", "A part of the shop is away.", {}, error);
      } finally {
        inFlight -= 1;
      }
    },
    inFlight: () => inFlight,
    addresses: () =>
      addresses.map(({ url, breaker, pool }) => ({
        origin: url.origin,
        open: breaker.state !== CircuitState.Closed,
        connections: pool.stats.connected,
        running: pool.stats.running,
        waiting: pool.stats.queued,
      })),
    close: async () => {
      await Promise.all(addresses.map(({ pool }) => pool.destroy()));
    },
  };
}

/** A fault of ours at the fields that it was to bring; the rest of the client's answer stands. */
function tooLarge(): ApiError {
  const cause = `The answer is larger than ${answerBytesMax} bytes.`;
  return new ApiError("INTERNAL_SERVER_ERROR", "Something went wrong on our side.", {}, cause);
}

/** Posts and collects the answer, on the dispatcher's own interface: the streams and readers above it would cost as much as the rest. */
function send(address: Address, post: Post): Promise<Answer> {
  const { url, pool, breaker } = address;
  // The request by which an address is tried again is not given up with whoever asked: leaving would pass for an answer.
  const departure = breaker.state === CircuitState.Closed ? post.departure : undefined;
  return new Promise((resolve, reject) => {
    let abort: ((reason: Error) => void) | undefined;
    let stay: (() => void) | undefined;
    let settled = false;
    let sent = false;
    let status = 0;
    let headers: Answer["headers"] = {};
    let bytes = 0;
    const parts: Buffer[] = [];
    const settle = (finish: () => void) => {
      if (settled) return;
      settled = true;
      clearTimeout(deadline);
      stay?.();
      finish();
    };
    const fail = (error: Error) => {
      settle(() => reject(error));
      abort?.(error);
    };
    const deadline = setTimeout(
      () => fail(new AddressFailure("timeout", address)),
      post.kind === "mutation" ? mutationTimeoutMs : queryTimeoutMs,
    );
    const leave = () => fail(new Error("whoever asked has gone away"));
    if (departure?.gone()) return leave();
    stay = departure?.whenGone(leave);
    pool.dispatch(
      {
        method: post.other?.method ?? "POST",
        path: post.other?.path ?? url.pathname + url.search,
        headers: post.headers,
        body: post.other?.method === "GET" ? null : post.body,
      },
      {
        onRequestStart: (controller) => {
          sent = true;
          abort = (reason) => controller.abort(reason);
          if (settled) controller.abort(new Error("given up"));
        },
        onResponseStart: (_controller, statusCode, answerHeaders) => {
          status = statusCode;
          headers = answerHeaders;
        },
        onResponseData: (_controller, part) => {
          bytes += part.length;
          if (bytes > answerBytesMax) fail(tooLarge());
          else parts.push(part);
        },
        onResponseEnd: () => {
          const [first] = parts;
          const whole = parts.length === 1 && first !== undefined ? first : Buffer.concat(parts, bytes);
          settle(() => resolve({ status, headers, bytes: whole }));
        },
        onResponseError: (_controller, error) => {
          settle(() => reject(new AddressFailure(sent ? "cut" : "refused", address, error)));
        },
      },
    );
  });
}
