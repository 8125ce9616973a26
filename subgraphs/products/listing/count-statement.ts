import type { SQL } from "drizzle-orm";
import type { Reader } from "#platform/database/shared-reads.ts";

/** A count that is not made yet: statements, and what their rows, in the same order, come to. Rows may come as JSON. */
export type Count<Result> = {
  readonly statements: readonly SQL[];
  readonly read: (rows: readonly (readonly Record<string, unknown>[])[]) => Result;
};

/** A count that is one statement. */
export function countOf<Row, Result>(statement: SQL, read: (rows: readonly Row[]) => Result): Count<Result> {
  return { statements: [statement], read: ([rows]) => read((rows ?? []) as readonly Row[]) };
}

/** A count that several counts come to. */
export function combined<Part, Result>(
  counts: readonly Count<Part>[],
  read: (parts: readonly Part[]) => Result,
): Count<Result> {
  return {
    statements: counts.flatMap(({ statements }) => statements),
    read: (rows) => {
      let taken = 0;
      return read(
        counts.map((count) => {
          const own = rows.slice(taken, taken + count.statements.length);
          taken += own.length;
          return count.read(own);
        }),
      );
    },
  };
}

/** Makes a count, each of its statements by itself. */
export async function makeCount<Result>(reads: Reader, { statements, read }: Count<Result>): Promise<Result> {
  return read(await Promise.all(statements.map((statement) => reads.execute(statement))));
}
