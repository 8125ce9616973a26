import {
  type Address,
  AddressFailure,
  type AddressLimits,
  type AddressState,
  addressLimits,
  type IncomingResponse,
  type OutgoingRequest,
  openAddress,
} from "./address.ts";
import { openEndpoints, type ResolveName } from "./endpoints.ts";
import { TransportError } from "./transport-error.ts";

/** The way to one service, over all of its addresses. */
export type Transport = {
  /** @throws {TransportError} UNAVAILABLE, TIMEOUT, RESPONSE_TOO_LARGE, or OVERLOADED when too many requests are in flight. */
  send(request: OutgoingRequest): Promise<IncomingResponse>;
  readonly inFlight: () => number;
  /** How many queries were sent to a second address because the first was slow. */
  readonly hedges: () => number;
  readonly addresses: () => readonly AddressState[];
  close(): Promise<void>;
};

const inFlightMax = 500;
/** Hedges are at most this share of all queries, so that a slow service is not asked twice for everything. */
const hedgeShareMax = 0.05;
const hedgesAtOnceMax = 10;
/** Beyond it a service is slow because it is busy, and hedges would make it busier. */
const inFlightForHedgesMax = 100;

/**
 * Sends requests to the addresses of one service in turn, leaving out those that fail or are not ready.
 *
 * A request whose connection is refused is sent to the next address, a mutation too, because nothing was sent. A query is also sent again when its
 * connection is cut, and to a second address when the first takes unusually long (a hedge); the first response counts. A mutation that a server may
 * have received is never sent again.
 *
 * A name is resolved again every few seconds, and each IP address that it stands for is an address of its own, so that the instances of a headless
 * service are found as they come and go. Requests in flight to one that is gone are finished.
 *
 * @param resolve used instead of the system's resolver.
 */
export function openTransport(
  urls: readonly URL[],
  limits: AddressLimits = addressLimits,
  resolve?: ResolveName,
): Transport {
  const isWatched = () => addresses.length > 1;
  let addresses: readonly Address[] = [];
  const endpoints = openEndpoints<Address>({
    urls,
    open: (endpoint) => openAddress(endpoint, isWatched, limits),
    changed: (current) => {
      addresses = current;
    },
    resolveMs: limits.resolveMs,
    resolve,
  });
  let turn = 0;
  let inFlight = 0;
  let hedges = 0;
  let hedgeTokens = hedgesAtOnceMax;

  /**
   * The next address in turn among the ready ones, else among those that do not fail, else among those that only fail their health checks, as all do on
   * an overloaded machine. Those already tried come last, if they may be tried again.
   */
  const choose = (tried: readonly Address[], again: boolean): Address | undefined => {
    const closed = addresses.filter((address) => address.isClosed());
    const ready = closed.filter((address) => address.isReady());
    const rest = closed.length > 0 ? closed : addresses.filter((address) => address.isUnresponsive());
    const candidates = ready.length > 0 ? ready : rest;
    const untried = candidates.filter((address) => !tried.includes(address));
    const pool = untried.length > 0 || !again ? untried : candidates;
    turn += 1;
    return pool[turn % pool.length];
  };

  const sendToOne = async (request: OutgoingRequest, tried: Address[]): Promise<IncomingResponse> => {
    let last: AddressFailure | undefined;
    let cuts = 0;
    for (;;) {
      const address = choose(tried, last === undefined || (last.kind === "cut" && cuts < 2));
      if (address === undefined) throw last ?? new AddressFailure("refused", "Every address is left out.");
      tried.push(address);
      try {
        return await address.send(request);
      } catch (error) {
        if (!(error instanceof AddressFailure)) throw error;
        last = error;
        if (error.kind === "refused") continue;
        cuts += 1;
        if (request.kind === "mutation" || error.kind === "timeout" || cuts === 2) throw error;
      }
    }
  };

  const mayHedge = (request: OutgoingRequest) =>
    request.kind === "query" && addresses.length > 1 && hedgeTokens >= 1 && inFlight <= inFlightForHedgesMax;

  const sendHedged = (request: OutgoingRequest): Promise<IncomingResponse> => {
    const tried: Address[] = [];
    const controllers: AbortController[] = [];
    return new Promise((resolve, reject) => {
      let underWay = 0;
      const start = () => {
        underWay += 1;
        const controller = new AbortController();
        controllers.push(controller);
        const signal =
          request.signal === undefined ? controller.signal : AbortSignal.any([request.signal, controller.signal]);
        sendToOne({ ...request, signal }, tried).then(
          (response) => {
            clearTimeout(timer);
            resolve(response);
            for (const other of controllers) if (other !== controller) other.abort();
          },
          (error) => {
            underWay -= 1;
            if (underWay > 0) return;
            clearTimeout(timer);
            reject(error);
          },
        );
      };
      start();
      const timer = setTimeout(() => {
        if (!mayHedge(request) || choose(tried, false) === undefined) return;
        hedgeTokens -= 1;
        hedges += 1;
        start();
      }, tried[0]?.slowMs());
    });
  };

  return {
    send: async (request) => {
      if (inFlight >= inFlightMax) throw new TransportError("OVERLOADED");
      inFlight += 1;
      if (request.kind === "query") hedgeTokens = Math.min(hedgesAtOnceMax, hedgeTokens + hedgeShareMax);
      try {
        return await (mayHedge(request) ? sendHedged(request) : sendToOne(request, []));
      } catch (error) {
        if (!(error instanceof AddressFailure)) throw error;
        throw new TransportError(error.kind === "timeout" ? "TIMEOUT" : "UNAVAILABLE", error);
      } finally {
        inFlight -= 1;
      }
    },
    inFlight: () => inFlight,
    hedges: () => hedges,
    addresses: () => addresses.map((address) => address.state()),
    close: endpoints.close,
  };
}
