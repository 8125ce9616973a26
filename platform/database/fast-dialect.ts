import {
  Column,
  Name,
  Param,
  Placeholder,
  type Query,
  SQL,
  StringChunk,
  Subquery,
  sql,
  Table,
  View,
} from "drizzle-orm";
import { PgDialect } from "drizzle-orm/pg-core";

type Written = { text: string; readonly params: unknown[] };

type Field = { readonly field: unknown };

/** Columns that follow each other in a select or behind returning, as they are written. */
type Selection = { readonly columns: readonly unknown[]; readonly isSingleTable: boolean; readonly written: SQL };

const selectionsOfColumnMax = 20;

/**
 * Drizzle's dialect with another way to write the text of a statement: in one pass, into one string. Drizzle's own makes an object and an array for each
 * piece of the statement and tries its class by name. Parts that this one does not know are left to Drizzle, with the whole statement. Lists of columns,
 * which are most of a statement that returns rows, are written once.
 */
export class FastDialect extends PgDialect {
  /** The texts of tables and columns, which never change. */
  readonly #names = new WeakMap<Table | Column, string>();
  /** By their first column. */
  readonly #selections = new WeakMap<Column, Selection[]>();

  constructor() {
    super();
    // Drizzle declares it as private, so that it cannot be overridden by its name.
    const build: unknown = Reflect.get(this, "buildSelection");
    if (typeof build !== "function") throw new Error("Drizzle's dialect builds no selection.");
    const value = (fields: readonly Field[], options?: { readonly isSingleTable?: boolean }) => {
      const runs = runsOf(fields).map((run) =>
        this.#select(run, options?.isSingleTable === true, () => Reflect.apply(build, this, [run, options])),
      );
      return runs.length === 1 ? runs[0] : sql.join(runs, sql`, `);
    };
    Object.defineProperty(this, "buildSelection", { value });
  }

  override sqlToQuery(statement: SQL, invokeSource?: "indexes"): Query {
    if (invokeSource === undefined) {
      const written: Written = { text: "", params: [] };
      if (this.#write(statement, written)) return { sql: written.text, params: written.params };
    }
    return super.sqlToQuery(statement, invokeSource);
  }

  /** @param fields as {@link runsOf} returns them. */
  #select(fields: readonly Field[], isSingleTable: boolean, build: () => SQL): SQL {
    const first = fields[0]?.field;
    if (!(first instanceof Column)) return build();
    const known = this.#selections.get(first) ?? [];
    const found = known.find(
      ({ columns, ...selection }) =>
        selection.isSingleTable === isSingleTable &&
        columns.length === fields.length &&
        columns.every((column, index) => column === fields[index]?.field),
    );
    if (found !== undefined) return found.written;
    const built = build();
    if (known.length >= selectionsOfColumnMax) return built;
    const columns = fields.map(({ field }) => field);
    const written = new SQL([new StringChunk(super.sqlToQuery(built).sql)]);
    this.#selections.set(first, [...known, { columns, isSingleTable, written }]);
    return written;
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

/** Splits fields, in their order, into those that are columns and those that are not. */
function runsOf(fields: readonly Field[]): readonly (readonly Field[])[] {
  const runs: Field[][] = [];
  let isColumns = false;
  for (const field of fields) {
    const isColumn = field.field instanceof Column;
    const run = runs.at(-1);
    if (run === undefined || isColumn !== isColumns) runs.push([field]);
    else run.push(field);
    isColumns = isColumn;
  }
  return runs;
}
