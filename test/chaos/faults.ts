import type { Subgraph } from "#schema/subgraphs.ts";

/** What goes on while a fault is to show itself. */
export type Scene =
  | "shopping"
  | "shopping twice"
  | "paying and cancelling"
  | "a rush"
  | "products killed"
  | "products crashing";

/** A fault to be planted: what is changed in one source file as it is loaded, and which of the judge's checks must see it. */
export type Fault = {
  readonly name: string;
  /** The checks that may see it, by their numbers; one of them has to. */
  readonly checks: readonly string[];
  readonly scene: Scene;
  /** The end of the file's path. */
  readonly file: string;
  readonly changes: readonly (readonly [find: string, put: string])[];
  /** What is done to a database besides, such as dropping the constraint that would have caught it. */
  readonly statement?: { readonly database: Subgraph; readonly text: string };
};

/** Each breaks one promise, as a careless change would. */
export const faults: readonly Fault[] = [
  {
    name: "stock is looked at first and taken later",
    checks: ["1", "2"],
    scene: "a rush",
    file: "subgraphs/products/reservation/reservation.ts",
    changes: [
      ["      for no key update of level\n", ""],
      ["where (select count(*) from locked) =", "where (select count(*) from locked, pg_sleep(0.2)) ="],
    ],
    statement: {
      database: "products",
      text: "ALTER TABLE stock_levels DROP CONSTRAINT stock_levels_never_below_zero",
    },
  },
  {
    name: "the ledger forgets reservations",
    checks: ["2"],
    scene: "shopping",
    file: "subgraphs/products/reservation/reservation.ts",
    changes: [
      [
        "0, wanted.quantity, held.order_id from held, wanted",
        "0, wanted.quantity, held.order_id from held, wanted where false",
      ],
    ],
  },
  {
    name: "a cancelled order's stock stays where it is",
    checks: ["3"],
    scene: "shopping",
    file: "subgraphs/products/events/apply-order-events.ts",
    changes: [
      [
        'export async function applyCancelled(tx: Tx, event: ReceivedEvent<"order.cancelled">): Promise<void> {',
        'export async function applyCancelled(tx: Tx, event: ReceivedEvent<"order.cancelled">): Promise<void> { if (tx !== undefined) return;',
      ],
    ],
  },
  {
    name: "a total is a cent too high",
    checks: ["4"],
    scene: "shopping",
    file: "subgraphs/orders/checkout/write-order.ts",
    changes: [["totalMinor: total.minorUnits,", "totalMinor: total.minorUnits + 1n,"]],
  },
  {
    name: "the provider gets a new key each time it is asked",
    checks: ["5"],
    scene: "shopping",
    file: "subgraphs/orders/payment/charge.ts",
    changes: [["    const charge = {\n      id,", "    const charge = {\n      id: crypto.randomUUID() as typeof id,"]],
  },
  {
    name: "a cancelled order keeps the money",
    checks: ["5"],
    scene: "paying and cancelling",
    file: "subgraphs/orders/payment/cancellation.ts",
    changes: [["if (refundMinor > 0n) {", "if (refundMinor < 0n) {"]],
  },
  {
    name: "the relay marks before it delivers",
    checks: ["6"],
    scene: "products killed",
    file: "platform/events/relay.ts",
    changes: [
      [
        "const confirmed: OutboxId[] = [];",
        "const confirmed: OutboxId[] = []; if (rows.length > 0) await markSent(relay, rows.map(({ id }) => id));",
      ],
    ],
  },
  {
    name: "the inbox is noted in a transaction of its own",
    checks: ["3"],
    scene: "products crashing",
    file: "platform/events/events.ts",
    changes: [
      [
        "const outcome = await transaction(db, async (tx) => {\n    if (!(await takeIn(tx, inbox,",
        "if (!(await takeIn(db as Tx, inbox,",
      ],
      [
        'event.type))) return "known";',
        'event.type))) return "known";\n if (event.type !== "order.placed") crashPoint("planted"); const outcome = await transaction(db, async (tx) => {',
      ],
    ],
  },
  {
    name: "an idempotency key is unique to nobody",
    checks: ["7", "8"],
    scene: "shopping twice",
    file: "subgraphs/orders/shared/idempotency.ts",
    changes: [["    .onConflictDoNothing()\n", ""]],
    statement: {
      database: "orders",
      text: "ALTER TABLE idempotency_keys DROP CONSTRAINT idempotency_keys_scope_mutation_key_pk",
    },
  },
  {
    name: "each attempt at a mail has a Message-ID of its own",
    checks: ["10"],
    scene: "shopping",
    file: "platform/email/mailer.ts",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: this is the text of a source file.
    changes: [["messageId: `${row.messageId}@", "messageId: `${crypto.randomUUID()}@"]],
  },
];

/** @throws {Error} when there is none of that name. */
export function faultNamed(name: string): Fault {
  const fault = faults.find((each) => each.name === name);
  if (fault === undefined) throw new Error(`There is no fault ${name}.`);
  return fault;
}
