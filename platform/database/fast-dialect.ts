import { Column, Name, Param, Placeholder, type Query, SQL, StringChunk, Subquery, Table, View } from "drizzle-orm";
import { PgDialect } from "drizzle-orm/pg-core";

type Written = { text: string; readonly params: unknown[] };

/**
 * Drizzle's dialect with another way to write the text of a statement: in one pass, into one string. Drizzle's own makes an object and an array for each
 * piece of the statement and tries its class by name. Parts that this one does not know are left to Drizzle, with the whole statement.
 */
export class FastDialect extends PgDialect {
  /** The texts of tables and columns, which never change. */
  readonly #names = new WeakMap<Table | Column, string>();

  override sqlToQuery(statement: SQL, invokeSource?: "indexes"): Query {
    if (invokeSource === undefined) {
      const written: Written = { text: "", params: [] };
      if (this.#write(statement, written)) return { sql: written.text, params: written.params };
    }
    return super.sqlToQuery(statement, invokeSource);
  }

  /** Returns false for a part that is left to Drizzle. */
  #write(chunk: unknown, written: Written): boolean {
    if (chunk instanceof StringChunk) {
      for (const text of chunk.value) written.text += text;
      return true;
    }
    if (chunk instanceof SQL) {
      if (Reflect.get(chunk, "shouldInlineParams") === true) return false;
      for (const part of chunk.queryChunks) if (!this.#write(part, written)) return false;
      return true;
    }
    if (chunk instanceof Param) return this.#writeParam(chunk, written);
    if (chunk === undefined) return true;
    if (chunk === null || typeof chunk !== "object") {
      return typeof chunk === "function" ? false : this.#bind(chunk, written);
    }
    if (chunk instanceof Name) {
      written.text += this.escapeName(chunk.value);
      return true;
    }
    if (chunk instanceof Column || chunk instanceof Table) {
      written.text += this.#nameOf(chunk);
      return true;
    }
    if (Array.isArray(chunk)) return this.#writeList(chunk, written);
    if (chunk instanceof SQL.Aliased) {
      written.text += this.escapeName(chunk.fieldAlias);
      return true;
    }
    if (chunk instanceof Subquery) return this.#writeSubquery(chunk, written);
    if (chunk instanceof Placeholder) return this.#bind(chunk, written);
    if (chunk instanceof View) return false;
    if (!("getSQL" in chunk) || typeof chunk.getSQL !== "function") return this.#bind(chunk, written);
    return this.#writeWrapped(chunk, written);
  }

  #bind(value: unknown, written: Written): boolean {
    written.text += this.escapeParam(written.params.length);
    written.params.push(value);
    return true;
  }

  #writeParam(param: Param, written: Written): boolean {
    if (param.value instanceof Placeholder) return this.#bind(param, written);
    const value: unknown = param.value === null ? null : param.encoder.mapToDriverValue(param.value);
    return value instanceof SQL ? this.#write(value, written) : this.#bind(value, written);
  }

  #nameOf(named: Table | Column): string {
    const known = this.#names.get(named);
    if (known !== undefined) return known;
    const { sql: text } = super.sqlToQuery(new SQL([named]));
    this.#names.set(named, text);
    return text;
  }

  #writeList(list: readonly unknown[], written: Written): boolean {
    written.text += "(";
    for (const [index, part] of list.entries()) {
      if (index > 0) written.text += ", ";
      if (!this.#write(part, written)) return false;
    }
    written.text += ")";
    return true;
  }

  #writeSubquery({ _: { sql, alias, isWith } }: Subquery, written: Written): boolean {
    if (!isWith) {
      written.text += "(";
      if (!this.#write(sql, written)) return false;
      written.text += ") ";
    }
    written.text += this.escapeName(alias);
    return true;
  }

  /** Writes a statement within a statement, as a query builder has it. */
  #writeWrapped(wrapper: object, written: Written): boolean {
    const omits: unknown = Reflect.get(wrapper, "shouldOmitSQLParens");
    const isBare = typeof omits === "function" && Reflect.apply(omits, wrapper, []) === true;
    const inner: unknown = Reflect.apply(Reflect.get(wrapper, "getSQL"), wrapper, []);
    if (!(inner instanceof SQL)) return false;
    if (!isBare) written.text += "(";
    if (!this.#write(inner, written)) return false;
    if (!isBare) written.text += ")";
    return true;
  }
}
