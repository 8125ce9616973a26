import type postgres from "postgres";
import { inSpan, startSpan } from "../observability/trace-context.ts";

const statementCharactersMax = 500;

/**
 * A client of the driver that makes a span of every statement and transaction that Drizzle runs on it within a traced request. Spans hold the
 * text of the statement, never its parameters.
 */
export function traceStatements<Client extends postgres.ISql>(client: Client): Client {
  return new Proxy(client, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== "function") return value;
      if (name === "unsafe") {
        return (text: string, ...rest: unknown[]) => {
          const query = Reflect.apply(value, target, [text, ...rest]);
          watch(query, text);
          return query;
        };
      }
      if (name !== "begin" && name !== "savepoint") return value;
      return (...given: unknown[]) =>
        inSpan(name === "begin" ? "transaction" : "savepoint", {}, () =>
          Reflect.apply(
            value,
            target,
            given.map((one) => (typeof one === "function" ? withTraced(one) : one)),
          ),
        );
    },
  });
}

type Work = (client: postgres.TransactionSql) => unknown;

function withTraced(work: unknown): Work {
  return (client) => (work as Work)(traceStatements(client));
}

/** Ends the span when the query settles. Drizzle sets the form of the result before the current turn ends, and only then is the query executed. */
function watch(query: PromiseLike<unknown>, text: string): void {
  const [operation = "statement"] = /^\w+/.exec(text.trimStart()) ?? [];
  const span = startSpan(operation.toUpperCase(), {
    kind: "CLIENT",
    attributes: { "db.system.name": "postgresql", "db.query.text": text.slice(0, statementCharactersMax) },
  });
  if (span === undefined) return;
  queueMicrotask(() => {
    query.then(
      () => span.end(),
      (error: unknown) => {
        span.fail(error instanceof Error && "code" in error ? String(error.code) : "failed");
        span.end();
      },
    );
  });
}
