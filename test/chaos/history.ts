import type { GraphqlResponse } from "#test/harness/subgraph-client.ts";

/** What a client asked for. */
export type Operation = "checkoutComplete" | "orderCreate" | "paymentProcess" | "orderCancel" | "refundCreate" | "edit";

/** A payload, as far as the judge looks. */
export type Told = {
  /** The order's id, or undefined when there is none in the answer. */
  readonly orderId: string | undefined;
  readonly status: string | undefined;
  readonly paymentStatus: string | undefined;
  /** The total, in minor units. */
  readonly total: string | undefined;
  /** The codes of its user errors. */
  readonly codes: readonly string[];
};

/** One thing that a client wanted, asked for until it was told what became of it. */
export type Wish = {
  readonly client: string;
  readonly operation: Operation;
  /** The idempotency key, or what stands for it. */
  readonly key: string;
  /** The order that it is about; for a checkout unknown. */
  readonly about: string | undefined;
  /** The test provider's token, when it pays. */
  readonly payment: string | undefined;
  /** Every answer that was one, oldest first; the rest were refusals of the whole, or no answer at all. */
  readonly told: Told[];
  /** How often it was sent. */
  sent: number;
  /** Refusals of the whole, by their codes, and NETWORK for no answer. */
  readonly refused: Record<string, number>;
};

/** All that the clients of a run asked and were told. */
export type History = {
  readonly wishes: Wish[];
  /** The orders that each client may see in the end: its user's id, or its guest's address. */
  readonly clients: Map<string, { userId: string } | { email: string }>;
};

/** Nothing was asked yet. */
export function newHistory(): History {
  return { wishes: [], clients: new Map() };
}

/** The wish's last answer; undefined when there never was one. */
export function lastTold(wish: Wish): Told | undefined {
  return wish.told.at(-1);
}

/** Reads a mutation's answer; undefined when it says nothing about what became of the wish. */
export function readTold(field: string, answer: GraphqlResponse): Told | undefined {
  const payload = answer.data?.[field];
  if (payload === null || payload === undefined) return undefined;
  const order = payload.order ?? payload.payment?.order;
  // The order could not be read for the answer, as the error beside it says: a client asks again.
  if (order == null && answer.errors.length > 0) return undefined;
  return {
    orderId: order?.id,
    status: order?.status,
    paymentStatus: order?.paymentStatus ?? payload.payment?.status,
    total: order?.total === undefined ? undefined : String(order.total.amount),
    codes: payload.userErrors.map(({ code }: { code: string }) => code),
  };
}
