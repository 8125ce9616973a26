import postgres from "postgres";
import type { Database } from "#platform/database/database.ts";
import { listUsers, type UserQuery } from "#subgraphs/users/admin/user-list.ts";
import { compareSizes, dropIndexes, type Question, walk } from "./sizes.ts";

/** Of these there are equally many among users of any number, spread over all of them. */
const sellers = 100;
const namesakes = 20;

/**
 * Measures what lists of users answer with 10,000 and with 1,000,000 users side by side.
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
    questions: questionsOf(small),
  });
}

function questionsOf(small: number): Question[] {
  const page = (query: UserQuery) => async (database: Database) => {
    const { nodes, pageInfo } = await listUsers(database.db, query);
    if (nodes.length === 0) throw new Error(`Nobody was listed for ${JSON.stringify(query)}.`);
    return pageInfo;
  };
  const asked = (name: string, steady: boolean, query: UserQuery): Question => ({ name, steady, ask: page(query) });
  const counted = (name: string, query: UserQuery): Question => ({
    name,
    steady: false,
    ask: async ({ db }) => (await listUsers(db, { ...query, first: 1 })).totalCount(),
  });
  const cursors = new Map<Database, string>();
  return [
    asked("the first page, newest first", true, {}),
    {
      name: "the thousandth page of ten",
      steady: true,
      ask: async (database) => {
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
    asked(`the ${sellers} sellers, spread over all`, true, { filter: { role: "SELLER" } }),
    asked(`a search by a name that ${namesakes} have`, true, { search: "zephyrine" }),
    asked("the same, by its beginning", true, { search: "zephyr" }),
    asked("a search by two words, each of which many have", false, { search: "first7 last77" }),
    asked("a search by a whole e-mail", false, { search: "first3.last3.3@example.com" }),
    asked("a search by the domain that all have", false, { search: "example.com" }),
    counted("totalCount of everybody", {}),
    counted("totalCount of a search by a name", { search: "zephyrine" }),
  ];
}

/** Fills a migrated users database with made-up accounts, always the same ones: 200 first names, 500 last names, all of one domain. */
async function fillUsers(url: string, rows: number, say: (sentence: string) => void): Promise<void> {
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
    say("indexes");
    await restoreIndexes();
    await sql.unsafe("vacuum analyze");
  } finally {
    await sql.end();
  }
}
