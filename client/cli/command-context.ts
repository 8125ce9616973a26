import { type DataOf, type Shop, ShopError, type UserError, ViewerDocument } from "#client/sdk/index.ts";
import { inPlainWords, problemsOf } from "./errors.ts";
import { columns } from "./format.ts";
import { Back, type Terminal } from "./terminal.ts";

/** Who is signed in; null for a guest. */
export type Viewer = DataOf<typeof ViewerDocument>["me"];

/** What every page of the command works with. */
export interface Desk {
  readonly shop: Shop;
  readonly terminal: Terminal;
  /** The token of the newest mail to an address; null where mails cannot be read. */
  readonly mailedToken: (email: string) => Promise<string | null>;
  readonly readsMail: boolean;
}

/** Who is signed in, asked anew. */
export async function readViewer({ shop }: Desk): Promise<Viewer> {
  // The cart's part may be away; who somebody is still counts.
  return (await shop.queryPart(ViewerDocument)).data.me;
}

/** An empty page, for a list that the viewer cannot see. */
export const nothing = { nodes: [], pageInfo: { hasNextPage: false, endCursor: null } };

/** Runs one page until it is done. Escape ends it; what the shop refuses is told in plain words and ends it too. */
export async function visit(desk: Desk, page: () => Promise<void>): Promise<void> {
  try {
    await page();
  } catch (error) {
    if (error instanceof Back) return;
    if (!(error instanceof ShopError)) throw error;
    desk.terminal.warn(inPlainWords(error));
  }
}

/** Tells what stands in the way, if anything does; whether nothing did. */
export function granted({ terminal }: Desk, payload: { userErrors: readonly UserError[] }): boolean {
  if (payload.userErrors.length === 0) return true;
  terminal.warn(problemsOf(payload.userErrors));
  return false;
}

/** A page of a list, and the way to the next. */
export interface Page<Row> {
  readonly nodes: readonly Row[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

/** Shows a list page by page; what is chosen is opened, and then the list is shown again. */
export async function chooseFrom<Row>(
  desk: Desk,
  title: string,
  list: {
    load: (after: string | undefined) => Promise<Page<Row>>;
    /** The cells of its line, and a word about it. */
    line: (row: Row) => { cells: readonly string[]; hint: string };
    empty: string;
    open: (row: Row) => Promise<void>;
  },
): Promise<void> {
  const { terminal } = desk;
  const cursors: (string | undefined)[] = [undefined];
  for (;;) {
    const page = await terminal.during("Looking", () => list.load(cursors.at(-1)));
    if (page.nodes.length === 0) return terminal.say(list.empty);
    const next = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
    const labels = columns(page.nodes.map((row) => list.line(row).cells));
    const choice = await terminal.choose<Row | "next" | "previous" | "back">(title, [
      ...page.nodes.map((value, index) => ({ value, label: labels[index] ?? "", hint: list.line(value).hint })),
      ...(next === null ? [] : [{ value: "next" as const, label: "Next page" }]),
      ...(cursors.length === 1 ? [] : [{ value: "previous" as const, label: "Previous page" }]),
      { value: "back" as const, label: "Back" },
    ]);
    if (choice === "back") return;
    if (choice === "next") cursors.push(next ?? undefined);
    else if (choice === "previous") cursors.pop();
    else await visit(desk, () => list.open(choice));
  }
}

/** Checks an answer that must be a whole number. */
export function wholeNumber(min: number, max: number): (answer: string) => string | undefined {
  return (answer) =>
    /^-?\d+$/.test(answer) && Number(answer) >= min && Number(answer) <= max
      ? undefined
      : `Please give a whole number from ${min} to ${max}.`;
}

/** Checks an answer that must not be empty. */
export function something(answer: string): string | undefined {
  return answer === "" ? "Please give something." : undefined;
}

/** Checks an amount of money, such as 79.99. */
export function amount(answer: string): string | undefined {
  return /^\d+(\.\d+)?$/.test(answer) ? undefined : "Please give an amount such as 79.99.";
}
