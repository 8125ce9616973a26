import { type DataOf, type Shop, ShopError, type UserError, ViewerDocument } from "#client/sdk/index.ts";
import { messageFor, messagesFor } from "./errors.ts";
import { columns } from "./format.ts";
import { Back, type Terminal } from "./terminal.ts";

/** The signed-in user; null for a guest. */
export type Viewer = DataOf<typeof ViewerDocument>["me"];

/** What every page of the command uses. */
export interface CommandContext {
  readonly shop: Shop;
  readonly terminal: Terminal;
  /** Returns the token in the newest email to an address; null when emails cannot be read. */
  readonly mailedToken: (email: string) => Promise<string | null>;
  readonly readsMail: boolean;
}

/** Queries the signed-in user; null for a guest. */
export async function readViewer({ shop }: CommandContext): Promise<Viewer> {
  // The user is known even while orders, which has the cart, is unavailable.
  return (await shop.queryPart(ViewerDocument)).data.me;
}

/** An empty page, for a list that the viewer may not read. */
export const emptyPage = { nodes: [], pageInfo: { hasNextPage: false, endCursor: null } };

/** Runs one page until it returns. Escape ends it; an error of the shop is shown and ends it too. */
export async function visit(context: CommandContext, page: () => Promise<void>): Promise<void> {
  try {
    await page();
  } catch (error) {
    if (error instanceof Back) return;
    if (!(error instanceof ShopError)) throw error;
    context.terminal.warn(messageFor(error));
  }
}

/** Returns whether a mutation succeeded; otherwise shows its errors. */
export function succeeded({ terminal }: CommandContext, payload: { userErrors: readonly UserError[] }): boolean {
  if (payload.userErrors.length === 0) return true;
  terminal.warn(messagesFor(payload.userErrors));
  return false;
}

/** One page of a list, with the cursor of the next. */
export interface Page<Row> {
  readonly nodes: readonly Row[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

/** Shows a list page by page. A chosen row is opened, and then the list is shown again. */
export async function chooseFrom<Row>(
  context: CommandContext,
  title: string,
  list: {
    load: (after: string | undefined) => Promise<Page<Row>>;
    /** Returns the cells of a row, and a hint beside them. */
    line: (row: Row) => { cells: readonly string[]; hint: string };
    empty: string;
    open: (row: Row) => Promise<void>;
  },
): Promise<void> {
  const { terminal } = context;
  const cursors: (string | undefined)[] = [undefined];
  for (;;) {
    const page = await terminal.withSpinner("Loading", () => list.load(cursors.at(-1)));
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
    else await visit(context, () => list.open(choice));
  }
}

/** Returns a check for input that must be a whole number. */
export function wholeNumber(min: number, max: number): (input: string) => string | undefined {
  return (input) =>
    /^-?\d+$/.test(input) && Number(input) >= min && Number(input) <= max
      ? undefined
      : `Enter a whole number from ${min} to ${max}.`;
}

/** Checks input that must not be empty. */
export function required(input: string): string | undefined {
  return input === "" ? "This cannot be empty." : undefined;
}

/** Checks input that must be an amount of money, such as 79.99. */
export function amount(input: string): string | undefined {
  return /^\d+(\.\d+)?$/.test(input) ? undefined : "Enter an amount such as 79.99.";
}
