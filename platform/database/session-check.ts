import type { Database } from "./database.ts";

/** The timeouts that {@link openDatabase} asks for on each connection. */
export const sessionTimeoutNames = [
  "statement_timeout",
  "lock_timeout",
  "idle_in_transaction_session_timeout",
] as const;

/**
 * Checks once that the connections are what they asked to be. PgBouncer in transaction mode drops their timeouts without a word when its
 * `ignore_startup_parameters` names them, so the role must have them. And where it does not follow prepared statements, `commit` itself is
 * one that another server does not know: the transaction is rolled back, and reported as committed.
 *
 * @returns a function that resolves when all is well, and after that without a statement. It rejects while something is not, with what to do, and while
 * the database cannot be reached.
 */
export function makeSessionCheck({ sql }: Pick<Database, "sql">): () => Promise<void> {
  let isChecked = false;
  return async () => {
    if (isChecked) return;
    const result = await sql<{ pid: number; role: string; missing: string[] }[]>`
      select pg_backend_pid() as pid, current_user as role, array(
        select name from pg_settings where name in ${sql([...sessionTimeoutNames])} and setting::bigint = 0 order by name desc
      ) as missing`;
    const [{ pid, role, missing } = { pid: 0, role: "", missing: [] }] = result;
    if (missing.length > 0) {
      throw new Error(
        `The connections have no ${missing.join(", ")}. Behind PgBouncer, set them for the role: ALTER ROLE ${role} SET ${missing[0]} = '…'; see docs/operations.md, PgBouncer.`,
      );
    }
    // A pooler makes up the process id that it tells clients.
    const isPooled = result.state.pid !== pid;
    if (isPooled && sql.options.prepare && !(await followsPreparedStatements(sql))) {
      throw new Error(
        "PgBouncer does not follow prepared statements, and would lose writes. Set DATABASE_PREPARED_STATEMENTS=false, or max_prepared_statements of PgBouncer 1.21 or newer.",
      );
    }
    isChecked = true;
  };
}

/** PgBouncer gives the statements that it follows names of its own. */
async function followsPreparedStatements(sql: Database["sql"]): Promise<boolean> {
  return sql.begin(async (tx) => {
    await tx`select 1 as one`;
    return (await tx.unsafe("select from pg_prepared_statements where name like 'PGBOUNCER%'")).length > 0;
  });
}
