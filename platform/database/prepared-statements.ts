import postgres from "postgres";

/** What became of a pool's statements. */
export type StatementCounts = {
  /** Texts that are prepared, counted once for each combination of parameter types. No connection has more. */
  shapes(): number;
  /** Statements since the start that were sent unprepared, because there were too many shapes or a table had changed. */
  unprepared(): number;
};

/** The most shapes that one pool prepares. Postgres keeps the plans of each, in each connection. */
export const preparedShapesMax = 200;
/** So long after a table has changed, transactions are sent unprepared: their connections still have the old plans. */
const unpreparedMs = 1_000;

/** "cached plan must not change result type": a table has changed since the statement was prepared. */
export const stalePlan = "0A000";

/**
 * A client of the driver on which every statement with `unsafe`, the way by which Drizzle sends all of its own, is prepared on the server: parsed once
 * in each connection. Beyond 200 shapes, statements run unprepared.
 *
 * When a migration has made a plan stale, the driver forgets the statement and repeats it unprepared. Within a transaction it cannot: the transaction
 * fails with 0A000, and for a second all statements run unprepared, so that its repetition succeeds.
 *
 * @param onStatement called with the text of each statement, and with begin and commit of transactions, by the code that sends it: what it reads of
 * the async context is the sender's.
 */
export function prepareStatements(
  client: postgres.Sql,
  onStatement: (text: string) => void = () => {},
): { readonly client: postgres.Sql; readonly counts: StatementCounts } {
  const shapes = new Map<string, Set<string>>();
  let shapesKnown = 0;
  let unprepared = 0;
  let unpreparedUntil = 0;

  const isPrepared = (text: string, values: readonly unknown[]): boolean => {
    if (unpreparedUntil > performance.now()) return false;
    let types = "";
    for (const value of values) types += typeOf(value);
    const known = shapes.get(text);
    if (known?.has(types)) return true;
    if (shapesKnown >= preparedShapesMax) return false;
    shapesKnown += 1;
    if (known === undefined) shapes.set(text, new Set([types]));
    else known.add(types);
    return true;
  };

  const note = (error: unknown) => {
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
    if (cause instanceof postgres.PostgresError && cause.code === stalePlan)
      unpreparedUntil = performance.now() + unpreparedMs;
  };

  /** What is not replaced is the client's own. */
  const wrap = <Client extends postgres.ISql>(inner: Client): Client => {
    const unsafe: Client["unsafe"] = (text, values = [], options = {}) => {
      onStatement(text);
      const prepare = isPrepared(text, values);
      if (!prepare) unprepared += 1;
      // Without parameters, the driver would otherwise use the simple protocol, in which nothing is prepared.
      const prepared: postgres.UnsafeQueryOptions & { simple: false } = { ...options, prepare: true, simple: false };
      return inner.unsafe(text, values, prepare ? prepared : options);
    };
    const within =
      (name: "begin" | "savepoint") =>
      async (...given: unknown[]) => {
        const run: unknown = Reflect.get(inner, name);
        if (typeof run !== "function") throw new Error(`The client has no ${name}.`);
        onStatement(name);
        try {
          const result: unknown = await Reflect.apply(run, inner, given.map(wrapWork));
          if (name === "begin") onStatement("commit");
          return result;
        } catch (error) {
          note(error);
          throw error;
        }
      };
    return Object.assign(Object.create(inner), { unsafe, begin: within("begin"), savepoint: within("savepoint") });
  };

  const wrapWork = (given: unknown): unknown =>
    typeof given === "function" ? (inner: postgres.TransactionSql) => given(wrap(inner)) : given;

  return { client: wrap(client), counts: { shapes: () => shapesKnown, unprepared: () => unprepared } };
}

/** A character for the type by which the driver sends a value; the same text with other types is another statement. */
function typeOf(value: unknown): string {
  if (typeof value === "string" || typeof value === "number" || value === null || value === undefined) return "s";
  if (typeof value === "boolean") return "b";
  if (typeof value === "bigint") return "i";
  if (value instanceof Date) return "d";
  if (value instanceof Uint8Array) return "y";
  return Array.isArray(value) ? `[${value.length === 0 ? "s" : typeOf(value[0])}` : "s";
}
