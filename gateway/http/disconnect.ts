import type { ServerResponse } from "node:http";

/** Somebody who may go away before the answer is there. Lighter than an AbortSignal, for there is one for each request. */
export type Departure = {
  readonly gone: () => boolean;
  /** Calls back once, when it happens; what comes back takes the wish back. */
  readonly whenGone: (callback: () => void) => () => void;
};

/** A departure, and how to make it happen. */
export function makeDeparture(): Departure & { readonly leave: () => void } {
  let gone = false;
  const callbacks = new Set<() => void>();
  return {
    gone: () => gone,
    whenGone: (callback) => {
      callbacks.add(callback);
      return () => callbacks.delete(callback);
    },
    leave: () => {
      if (gone) return;
      gone = true;
      for (const callback of [...callbacks]) callback();
      callbacks.clear();
    },
  };
}

/** The client's departure: its connection was closed before the answer was sent. */
export function departureOf(response: ServerResponse): Departure {
  const departure = makeDeparture();
  response.once("close", () => {
    if (!response.writableEnded) departure.leave();
  });
  return departure;
}
