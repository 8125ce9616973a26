import { stripVTControlCharacters, styleText } from "node:util";

interface Amount {
  readonly amount: string;
  readonly currencyCode: string;
}

/** Formats an exact amount with its currency: "$1,299.99", "¥1,500". */
export function price({ amount, currencyCode }: Amount): string {
  return new Intl.NumberFormat("en", { style: "currency", currency: currencyCode }).format(parseDecimal(amount));
}

function parseDecimal(amount: string): Intl.StringNumericLiteral {
  if (!/^-?\d+(\.\d+)?$/.test(amount)) throw new Error(`"${amount}" is not a decimal number.`);
  return amount as Intl.StringNumericLiteral;
}

/** Formats one price, or the range from the lowest to the highest. */
export function priceRange({ min, max }: { min: Amount; max: Amount }): string {
  return min.amount === max.amount ? price(min) : `${price(min)} – ${price(max)}`;
}

/** Formats a time in the local time zone: "20 Nov 2026, 14:05". */
export function moment(time: string): string {
  return new Date(time).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" });
}

/** Formats an enum value in lower case: "order placed" for "ORDER_PLACED". */
export function words(value: string): string {
  return value.toLowerCase().replaceAll("_", " ");
}

/** Formats the status of an order, a product or a payment, in a colour. */
export function state(value: string): string {
  return styleText(colours[value] ?? "cyan", words(value));
}

const colours: Readonly<Record<string, "green" | "yellow" | "red" | "dim">> = {
  PENDING: "yellow",
  UNPAID: "yellow",
  PAID: "green",
  DELIVERED: "green",
  SHIPPED: "green",
  FAILED: "red",
  CANCELLED: "dim",
  REFUNDED: "dim",
  ARCHIVED: "dim",
};

/** Formats the available quantity, in a colour. */
export function stock(quantity: number): string {
  if (quantity === 0) return styleText("red", "sold out");
  return quantity <= 5 ? styleText("yellow", `only ${quantity} left`) : styleText("green", `${quantity} in stock`);
}

/**
 * Formats rows in columns as wide as their widest cell, under their heads. Cells may be coloured.
 *
 * @param heads a column whose head begins with ">" is aligned to the right.
 */
export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const [head = "", ...lines] = columns(
    [heads.map((name) => name.replace(/^>/, "")), ...rows],
    heads.map((name) => name.startsWith(">")),
  );
  return [styleText("dim", head), ...lines].join("\n");
}

/** Formats rows in columns without heads; returns one string per row. */
export function columns(rows: readonly (readonly string[])[], isRight: readonly boolean[] = []): string[] {
  const count = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, column) => Math.max(...rows.map((row) => width(row[column] ?? ""))));
  return rows.map((row) =>
    row
      .map((cell, column) => {
        const padding = " ".repeat((widths[column] ?? 0) - width(cell));
        return isRight[column] === true ? padding + cell : cell + padding;
      })
      .join("  ")
      .trimEnd(),
  );
}

const graphemes = new Intl.Segmenter();

/** Returns the columns that text takes in a terminal: none for colours, two for East Asian characters and emoji. */
function width(text: string): number {
  let columns = 0;
  for (const { segment } of graphemes.segment(stripVTControlCharacters(text))) {
    columns +=
      /\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60]/u.test(
        segment,
      )
        ? 2
        : 1;
  }
  return columns;
}

/** Returns the name of a cart or order line, with the variant only if the product has several. */
export function lineName(productName: string, variantName: string | null): string {
  return variantName === null || variantName === "Default" || variantName === productName
    ? productName
    : `${productName}, ${variantName}`;
}

/** Returns at most `charactersMax` characters of a text, ending with an ellipsis if it was cut. */
export function cut(text: string, charactersMax: number): string {
  return text.length <= charactersMax ? text : `${text.slice(0, charactersMax - 1)}…`;
}
