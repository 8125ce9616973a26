import { AsyncLocalStorage } from "node:async_hooks";
import { randomUUID } from "node:crypto";
import { currentTrace } from "#platform/observability/trace-context.ts";

/** The statements that a service in this process sends its database to serve requests. What its workers send is not among them. */
export type StatementLog = {
  /** Notes a statement: the service's `onStatement`. */
  note(statement: string): void;
  /** The statements sent for these requests, with begin and commit of transactions, in order. */
  of(requestIds: ReadonlySet<string>): string[];
};

/** Opens the log of one service. */
export function makeStatementLog(): StatementLog {
  const sent = new Map<string, string[]>();
  return {
    note: (statement) => {
      const trace = currentTrace();
      if (trace?.work !== "request") return;
      const known = sent.get(trace.requestId);
      if (known === undefined) sent.set(trace.requestId, [statement]);
      else known.push(statement);
    },
    of: (requestIds) => [...requestIds].flatMap((id) => sent.get(id) ?? []),
  };
}

const made = new AsyncLocalStorage<Set<string>>();

/** Returns the ids of the requests that `work` makes with `postGraph`. */
export async function requestsOf(work: () => Promise<unknown>): Promise<ReadonlySet<string>> {
  const ids = new Set<string>();
  await made.run(ids, work);
  return ids;
}

/** The header that names a request to a subgraph. The gateway gives its own id, which {@link noteRequestId} takes from the response. */
export function requestIdHeader(): Record<string, string> {
  const ids = made.getStore();
  if (ids === undefined) return {};
  const id = randomUUID();
  ids.add(id);
  return { "x-request-id": id };
}

export function noteRequestId(headers: Headers): void {
  const id = headers.get("x-request-id");
  if (id !== null) made.getStore()?.add(id);
}
