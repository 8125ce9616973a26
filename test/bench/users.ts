import postgres from "postgres";
import type { Database } from "#platform/database/database.ts";
import { listUsers, type UserQuery } from "#subgraphs/users/admin/user-list.ts";
import { type BenchQuery, compareSizes, dropIndexes, walk } from "./sizes.ts";

/** Of these there are equally many among users of any number, spread over all of them. */
const sellers = 100;
const namesakes = 20;

/**
 * Measures lists of users with 10,000 and with 1,000,000 users.
 *
 * @param sizes other numbers of users, such as "10000 100000".
 */
export function benchUsers(sizes: readonly string[]): Promise<boolean> {
  const [small = 10_000, large = 1_000_000] = sizes.map(Number);
  return compareSizes({
    subgraph: "users",
    table: "users",
    sizes: [small, large],
    fill: fillUsers,
    queries: queriesOf(small),
  });
}

function queriesOf(small: number): BenchQuery[] {
  const page = (query: UserQuery) => async (database: Database) => {
    const { nodes, pageInfo } = await listUsers(database.db, query);
    if (nodes.length === 0) throw new Error(`No user was listed for ${JSON.stringify(query)}.`);
    return pageInfo;
  };
  const timed = (name: string, steady: boolean, query: UserQuery): BenchQuery => ({ name, steady, run: page(query) });
  const counted = (name: string, query: UserQuery): BenchQuery => ({
    name,
    steady: false,
    run: async ({ db }) => (await listUsers(db, { ...query, first: 1 })).totalCount(),
  });
  const cursors = new Map<Database, string>();
  return [
    timed("the first page, newest first", true, {}),
    {
      name: "the thousandth page of ten",
      steady: true,
      run: async (database) => {
        const after =
          cursors.get(database) ??
          (await walk(
            Math.min(9_990, small - 10),
            async (wanted) => (await listUsers(database.db, wanted)).pageInfo.endCursor,
          ));
        cursors.set(database, after);
        return page({ first: 10, after })(database);
      },
    },
    timed(`the ${sellers} sellers, spread over all`, true, { filter: { role: "SELLER" } }),
    timed(`a search by a name that ${namesakes} have`, true, { search: "zephyrine" }),
    timed("the same, by its beginning", true, { search: "zephyr" }),
    timed("a search by two words, each of which many have", false, { search: "first7 last77" }),
    timed("a search by a whole e-mail", false, { search: "first3.last3.3@example.com" }),
    timed("a search by the domain that all have", false, { search: "example.com" }),
    counted("totalCount of everybody", {}),
    counted("totalCount of a search by a name", { search: "zephyrine" }),
  ];
}

/** Fills a migrated users database with made-up accounts, always the same ones: 200 first names, 500 last names, all of one domain. */
async function fillUsers(url: string, rows: number, report: (line: string) => void): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {}, connection: { synchronous_commit: "off" } });
  try {
    const restoreIndexes = await dropIndexes(sql, ["users"]);
    await sql`
      with numbers as (
        select n, 'first' || n % 200 as first_name, 'last' || n % 500 as last_name from generate_series(1, ${rows}::bigint) n
      ), named as (select *, first_name || '.' || last_name || '.' || n || '@example.com' as email from numbers)
      insert into users (id, email, email_key, display_name, username, username_key, first_name, last_name, password_hash, role, activated_at)
      select ('01900000-' || lpad(to_hex(n >> 16), 4, '0') || '-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, email, email,
        case when n % ${Math.floor(rows / namesakes)} = 3 then 'Zephyrine ' || n else 'Customer ' || n end, 'user' || n, 'user' || n,
        first_name, last_name, 'x', case when n % ${Math.floor(rows / sellers)} = 5 then 'SELLER' else 'CUSTOMER' end, now()
      from named`;
    report("indexes");
    await restoreIndexes();
    await sql.unsafe("vacuum analyze");
  } finally {
    await sql.end();
  }
}
