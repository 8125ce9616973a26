import type { GraphqlResponse } from "#test/harness/subgraph-client.ts";

/** The operations that clients send. */
export type Operation = "checkoutComplete" | "orderCreate" | "paymentProcess" | "orderCancel" | "refundCreate" | "edit";

/** The part of a payload that the invariants need. */
export type RecordedResponse = {
  /** The order's id; undefined when the response has no order. */
  readonly orderId: string | undefined;
  readonly status: string | undefined;
  readonly paymentStatus: string | undefined;
  /** The total, in minor units. */
  readonly total: string | undefined;
  /** The codes of its user errors. */
  readonly codes: readonly string[];
};

/** A request of a client, which was sent until there was a response. */
export type SentRequest = {
  readonly client: string;
  readonly operation: Operation;
  /** The idempotency key, or a unique id for operations without one. */
  readonly key: string;
  /** The order that it concerns; undefined for a checkout. */
  readonly about: string | undefined;
  /** The sandbox provider's token, if it pays. */
  readonly payment: string | undefined;
  /** The responses with a payload, oldest first. */
  readonly responses: RecordedResponse[];
  /** The number of times that it was sent. */
  sent: number;
  /** The number of failed attempts by error code; NETWORK when there was no response. */
  readonly errors: Record<string, number>;
};

/** All requests and responses of a run. */
export type History = {
  readonly requests: SentRequest[];
  /** The user id of each client, or the email address of a guest; identifies the orders of the run. */
  readonly clients: Map<string, { userId: string } | { email: string }>;
};

/** Returns an empty history. */
export function newHistory(): History {
  return { requests: [], clients: new Map() };
}

/** Returns the last response to a request; undefined when there was none. */
export function lastResponse(request: SentRequest): RecordedResponse | undefined {
  return request.responses.at(-1);
}

/** Reads the response to a mutation; undefined when it does not say whether the request succeeded. */
export function readResponse(field: string, response: GraphqlResponse): RecordedResponse | undefined {
  const payload = response.data?.[field];
  if (payload === null || payload === undefined) return undefined;
  const order = payload.order ?? payload.payment?.order;
  // The order could not be read for the response, as the error beside it says: the client retries.
  if (order == null && response.errors.length > 0) return undefined;
  return {
    orderId: order?.id,
    status: order?.status,
    paymentStatus: order?.paymentStatus ?? payload.payment?.status,
    total: order?.total === undefined ? undefined : String(order.total.amount),
    codes: payload.userErrors.map(({ code }: { code: string }) => code),
  };
}
