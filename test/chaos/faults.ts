import type { Subgraph } from "#schema/subgraphs.ts";

/** The load under which a fault shows. */
export type Workload =
  | "shopping"
  | "shopping twice"
  | "paying and cancelling"
  | "last units"
  | "orders crashing before a delivery"
  | "products crashing";

/** A fault to inject: what is changed in one source file as it is loaded, and which invariants must detect it. */
export type Fault = {
  readonly name: string;
  /** The numbers of the invariants that may detect it; at least one must. */
  readonly checks: readonly string[];
  readonly workload: Workload;
  /** The file's path from the root of the repository. */
  readonly file: string;
  readonly changes: readonly (readonly [find: string, put: string])[];
  /** A statement to run in a database besides, such as dropping a constraint that would catch the fault. */
  readonly statement?: { readonly database: Subgraph; readonly text: string };
};

/** Each breaks one guarantee, as a careless change would. */
export const faults: readonly Fault[] = [
  {
    name: "stock is checked before it is locked",
    checks: ["1", "2"],
    workload: "last units",
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
    name: "the stock ledger misses reservations",
    checks: ["2"],
    workload: "shopping",
    file: "subgraphs/products/reservation/reservation.ts",
    changes: [
      [
        "0, wanted.quantity, held.order_id from held, wanted",
        "0, wanted.quantity, held.order_id from held, wanted where false",
      ],
    ],
  },
  {
    name: "the stock of a cancelled order is not released",
    checks: ["3"],
    workload: "shopping",
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
    workload: "shopping",
    file: "subgraphs/orders/order/order-price.ts",
    // Two sums, or the table's check would not take it.
    changes: [
      ["subtotalMinor: price.subtotal,", "subtotalMinor: price.subtotal + 1n,"],
      ["totalMinor: price.total,", "totalMinor: price.total + 1n,"],
    ],
  },
  {
    name: "each attempt at a charge has a new idempotency key",
    checks: ["5"],
    workload: "shopping",
    file: "subgraphs/orders/payment/charge.ts",
    changes: [
      [": provider.charge(charge);", ": provider.charge({ ...charge, id: crypto.randomUUID() as typeof id });"],
    ],
  },
  {
    name: "a cancelled order is not refunded",
    checks: ["5"],
    workload: "paying and cancelling",
    file: "subgraphs/orders/payment/cancellation.ts",
    changes: [
      [
        "await refundRest(tx, id, {",
        "await (async (..._given: unknown[]): Promise<bigint | undefined> => undefined)(tx, id, {",
      ],
    ],
  },
  {
    name: "the relay marks events as sent before it delivers them",
    checks: ["6"],
    workload: "orders crashing before a delivery",
    file: "platform/events/relay.ts",
    changes: [
      [
        "const confirmed: OutboxId[] = [];",
        "const confirmed: OutboxId[] = []; if (rows.length > 0) await markSent(relay, rows.map(({ id }) => id));",
      ],
    ],
  },
  {
    name: "the inbox is written in a separate transaction",
    checks: ["3"],
    workload: "products crashing",
    file: "platform/events/events.ts",
    changes: [
      [
        "const applied = await transaction(db, async (tx) => {\n      const recorded = await recordReceived(tx, inbox, events);",
        'const recorded = await recordReceived(db as Tx, inbox, events); if (events.some(({ type }) => type !== "order.placed")) crashPoint("injected"); const applied = await transaction(db, async (tx) => {',
      ],
    ],
  },
  {
    name: "idempotency keys are not unique",
    checks: ["7", "8"],
    workload: "shopping twice",
    file: "subgraphs/orders/shared/idempotency.ts",
    changes: [["    .onConflictDoNothing()\n", ""]],
    statement: {
      database: "orders",
      text: "ALTER TABLE idempotency_keys DROP CONSTRAINT idempotency_keys_scope_mutation_key_pk",
    },
  },
  {
    name: "each attempt at an email has a new Message-ID",
    checks: ["10"],
    workload: "shopping",
    file: "platform/email/mailer.ts",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: this is the text of a source file.
    changes: [["messageId: `${row.messageId}@", "messageId: `${crypto.randomUUID()}@"]],
  },
];

/** Returns the fault with a name. @throws {Error} when there is none. */
export function faultNamed(name: string): Fault {
  const fault = faults.find((each) => each.name === name);
  if (fault === undefined) throw new Error(`Unknown fault: ${name}.`);
  return fault;
}
