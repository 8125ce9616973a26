import { and, eq, isNotNull, isNull, like, type SQL, sql } from "drizzle-orm";
import { type Role, users } from "#drizzle/users/tables.ts";
import type { Db } from "#platform/database/database.ts";
import { type Connection, connection, keyset, type PageArguments, readPage } from "#platform/graphql/page.ts";
import { ApiError } from "#platform/shop/api-error.ts";
import { emailSearchText } from "#platform/shop/input.ts";
import { lookupText } from "#platform/shop/text.ts";
import { isAccount, type User, userColumns } from "../account/user.ts";

/** Which users are wanted. */
export type UserQuery = PageArguments & {
  search?: string | null | undefined;
  filter?: { role?: Role | null | undefined; isActivated?: boolean | null | undefined } | null | undefined;
};

/** A page of users, as the graph's `UserConnection` stands for it; they are counted only when that is asked. */
export type UserList = Connection<User> & { readonly totalCount: () => Promise<number> };

const searchCharactersMax = 200;
const wordsMax = 8;
/** Shorter words have no trigram of their own to be found by; they match the beginnings of words. */
const wordCharactersMin = 3;

/**
 * Users, the newest first. Each word of `search` must stand in the name, handle or address, regardless of case.
 *
 * @throws {ApiError} BAD_USER_INPUT for a search that is too long, and for wrong paging.
 */
export async function listUsers(db: Db, query: UserQuery): Promise<UserList> {
  const page = readPage(query, "id:desc", 1);
  const wanted = and(isAccount, ...filters(query), ...searches(query.search));
  const { conditions, order } = keyset(page, [{ column: users.id, direction: "desc", cast: "uuid" }]);
  const rows = await db
    .select(userColumns)
    .from(users)
    .where(and(wanted, ...conditions))
    .orderBy(...order)
    .limit(page.size + 1);
  return {
    ...connection(page, rows, ({ id }) => [id]),
    totalCount: async () => {
      const [counted] = await db.select({ count: sql<number>`count(*)::int` }).from(users).where(wanted);
      return counted?.count ?? 0;
    },
  };
}

function filters({ filter }: UserQuery): (SQL | undefined)[] {
  const { role, isActivated } = filter ?? {};
  return [
    role === null || role === undefined ? undefined : eq(users.role, role),
    isActivated === true ? isNotNull(users.activatedAt) : undefined,
    isActivated === false ? isNull(users.activatedAt) : undefined,
  ];
}

function searches(search: string | null | undefined): (SQL | undefined)[] {
  const words = lookupText(search ?? "")
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "")
    .map((word) => (word.includes("@") ? emailSearchText(word) : word));
  if ((search ?? "").length > searchCharactersMax || words.length > wordsMax) {
    throw new ApiError(
      "BAD_USER_INPUT",
      `\`search\` takes ${searchCharactersMax} characters and ${wordsMax} words at most.`,
    );
  }
  return words.map((word) => {
    const escaped = word.replaceAll(/[\\%_]/g, (character) => `\\${character}`);
    return like(users.searchText, word.length < wordCharactersMin ? `% ${escaped}%` : `%${escaped}%`);
  });
}
