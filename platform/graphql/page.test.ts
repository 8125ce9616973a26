import { sql } from "drizzle-orm";
import { PgDialect } from "drizzle-orm/pg-core";
import { describe, expect, test } from "vitest";
import { connection, keyset, readPage } from "./page.ts";

describe("paging arguments", () => {
  test("a page is 20 rows unless asked, and never more than 100", () => {
    expect(readPage({}, "s", 1).size).toBe(20);
    expect(readPage({ first: 100 }, "s", 1).size).toBe(100);
    expect(readPage({ first: 0 }, "s", 1).size).toBe(0);
    for (const args of [{ first: 101 }, { last: 101 }, { first: -1 }]) {
      expect(() => readPage(args, "s", 1)).toThrow(expect.objectContaining({ code: "BAD_USER_INPUT" }));
    }
  });

  test("`first` and `last` together are rejected", () => {
    expect(() => readPage({ first: 1, last: 1 }, "s", 1)).toThrow(expect.objectContaining({ code: "BAD_USER_INPUT" }));
  });

  test("a cursor is accepted by its own list and rejected by every other", () => {
    const page = readPage({ first: 1 }, "name:asc", 2);
    const { edges } = connection(page, [{ name: "x", id: "1" }], (row) => [row.name, row.id]);
    const cursor = edges[0]?.cursor ?? "";
    expect(readPage({ after: cursor }, "name:asc", 2).after).toEqual(["x", "1"]);
    for (const [sort, count] of [
      ["name:desc", 2],
      ["name:asc", 1],
    ] as const) {
      expect(() => readPage({ after: cursor }, sort, count)).toThrow(
        expect.objectContaining({ code: "BAD_USER_INPUT" }),
      );
    }
    for (const forged of [
      "",
      "nonsense",
      Buffer.from('["name:asc",{"a":1},null]').toString("base64url"),
      "A".repeat(5000),
    ]) {
      expect(() => readPage({ after: forged }, "name:asc", 2)).toThrow(
        expect.objectContaining({ code: "BAD_USER_INPUT" }),
      );
    }
  });
});

test("a backward page is read from the end and given in the list's own order", () => {
  const page = readPage({ last: 2 }, "id", 1);
  const read = connection(page, [{ id: "5" }, { id: "4" }, { id: "3" }], (row) => [row.id]);
  expect(read.nodes).toEqual([{ id: "4" }, { id: "5" }]);
  expect(read.pageInfo).toMatchObject({ hasPreviousPage: true, hasNextPage: false });
});

test("one direction is one row comparison, which an index serves; two are compared column by column", () => {
  const text = (statement: ReturnType<typeof sql>) => new PgDialect().sqlToQuery(statement).sql;
  const id = "01900000-0000-7000-8000-000000000001";
  const page = { ...readPage({}, "s", 2), after: ["12", id] };
  const same = keyset(page, [
    { column: sql`name`, direction: "asc", cast: "text" },
    { column: sql`id`, direction: "asc", cast: "uuid" },
  ]);
  expect(same.conditions.map(text)).toEqual(["(name, id) > ($1::text, $2::uuid)"]);
  const mixed = keyset(page, [
    { column: sql`price`, direction: "desc", cast: "bigint" },
    { column: sql`id`, direction: "asc", cast: "uuid" },
  ]);
  expect(mixed.conditions.map(text)).toEqual(["((price < $1::bigint) or (price = $2::bigint and id > $3::uuid))"]);
  expect(mixed.order.map(text)).toEqual(["price desc", "id asc"]);
});

test("a cursor whose values cannot be compared with their columns is the caller's mistake", () => {
  const column = (cast: string) => [{ column: sql`x`, direction: "asc" as const, cast }];
  for (const [value, cast] of [
    ["x", "uuid"],
    ["yesterday", "timestamptz"],
    ["2026-02-30 00:00:00+00", "timestamptz"],
    ["0000-01-01T00:00:00Z", "timestamptz"],
    ["2026-01-01T25:00:00Z", "timestamptz"],
    ["2026-01-01 00:00:00+99", "timestamptz"],
    ["1e99", "bigint"],
    ["x", "int"],
    ["99999999999", "int"],
    ["1e99", "real"],
    ["1e-99", "real"],
    ["a\0b", "text"],
  ] as const) {
    const page = { ...readPage({}, "s", 1), after: [value] };
    expect(() => keyset(page, column(cast))).toThrow(expect.objectContaining({ code: "BAD_USER_INPUT" }));
  }
});

test("what a list gave as a cursor is taken back, whatever its column's type", () => {
  for (const [value, cast] of [
    ["2026-11-20 11:37:18.275+00", "timestamptz"],
    ["2024-02-29T23:59:59.999Z", "timestamptz"],
    ["0.6079271", "real"],
    ["1e-20", "real"],
    ["0", "real"],
    [12, "int"],
    ["-5", "bigint"],
    ["a", "text"],
  ] as const) {
    const page = { ...readPage({}, "s", 1), after: [value] };
    expect(() => keyset(page, [{ column: sql`x`, direction: "asc", cast }])).not.toThrow();
  }
});
