import type { LedgerEntry } from "#subgraphs/orders/payment-providers/provider-ledger.ts";
import type { Books, OrderRecord, ReservationRecord, TransactionRecord, Units } from "./books.ts";

/** What `--repair` does about a difference. */
export type Repair =
  /** Sends the events about the order again, with their original ids. */
  | { readonly kind: "resend"; readonly sender: "orders" | "products"; readonly orderId: string }
  /** Raises the counter of events, so that the next event is newer than those that the receiver has applied. */
  | {
      readonly kind: "count";
      readonly sender: "orders" | "products";
      readonly orderId: string;
      readonly sequence: number;
    }
  /** Books a charge or refund that the provider has made. */
  | {
      readonly kind: "book";
      readonly provider: string;
      readonly orderId: string;
      readonly entry: LedgerEntry & { readonly transactionId: string };
    };

/** A difference between the books. Without repairs, an operator decides. */
export type Difference = { readonly text: string; readonly repairs: readonly Repair[] };

/** Compares the books. Returns what differs: stock first, then payments, then accounts. */
export function findDifferences(books: Books): Difference[] {
  return [
    ...books.unbalanced.map((id) =>
      manual(`Variant ${id}: the stock is not the sum of its movements and reservations.`),
    ),
    ...compareStock(books),
    ...comparePayments(books),
    ...books.revivedAccounts.map((id) => manual(`Account ${id} was deleted and exists again. Delete it again.`)),
    ...books.unknownAccounts.map((id) => manual(`Account ${id} owns orders and does not exist.`)),
  ];
}

function manual(text: string): Difference {
  return { text, repairs: [] };
}

function compareStock({ orders, reservations, unsettled, available, ledgers, transactions }: Books): Difference[] {
  const left = new Map(Object.entries(available));
  const found: Difference[] = [];
  const booked = new Set(transactions.filter(({ status }) => status !== "FAILED").map(({ orderId }) => orderId));
  const charges = [...ledgers.values()].flat().filter(({ type }) => type === "CHARGE");
  for (const order of orders.values()) {
    if (unsettled.has(order.id) || order.isInProgress) continue;
    const isPaid =
      booked.has(order.id) || charges.some(({ orderNumber }) => orderNumber?.replaceAll("-", "") === order.number);
    found.push(...compareOrder(order, reservations.get(order.id), left, isPaid));
  }
  for (const { orderId, status } of reservations.values()) {
    const holds = status === "HELD" || status === "SOLD";
    if (orders.has(orderId) || unsettled.has(orderId) || !holds) continue;
    found.push(
      manual(
        `Reservation ${orderId} is ${status} and has no order. Once its payment is refunded, release it: reconcile --release ${orderId}`,
      ),
    );
  }
  return found;
}

function compareOrder(
  order: OrderRecord,
  reservation: ReservationRecord | undefined,
  left: Map<string, number>,
  isPaid: boolean,
): Difference[] {
  const { id: orderId } = order;
  const name = `Order ${order.number} (${order.status})`;
  const due = stockDue(order);
  const has = reservation?.status === "HELD" || reservation?.status === "SOLD" ? reservation.status : "NOTHING";
  const found: Difference[] = [];
  if (reservation !== undefined && reservation.sequence > order.sequence) {
    const repair = { kind: "count", sender: "orders", orderId, sequence: reservation.sequence } as const;
    found.push({ text: `${name}: products has applied newer events than orders has sent.`, repairs: [repair] });
  }
  if (order.stockSequence > (reservation?.eventsSent ?? 0)) {
    const repair = { kind: "count", sender: "products", orderId, sequence: order.stockSequence } as const;
    found.push({ text: `${name}: orders has applied newer events than products has sent.`, repairs: [repair] });
  }
  const resend = (sender: "orders" | "products") => [{ kind: "resend", sender, orderId } as const];
  if (has !== due) {
    const text = `${name}: its stock is ${reservation?.status ?? "not reserved"} and should be ${due === "NOTHING" ? "released" : due}.`;
    if (due === "NOTHING") return [...found, { text, repairs: resend("orders") }];
    if (due === "HELD" && has === "SOLD") {
      return isPaid
        ? [...found, { text, repairs: resend("products") }]
        : [...found, manual(`${text} It was confirmed or paid outside the shop: repeat that.`)];
    }
    if (reservation?.cancelled === true || reservation?.status === "FAILED")
      return [...found, manual(`${text} It was cancelled: cancel it again.`)];
    const short = takeUnits(left, order.lines, has === "NOTHING" ? {} : (reservation?.lines ?? {}));
    if (short !== undefined) return [...found, manual(`${text} Correct the inventory of variant ${short} first.`)];
    return [...found, { text, repairs: resend("orders") }];
  }
  if (due !== "NOTHING" && !hasSameUnits(order.lines, reservation?.lines ?? {})) {
    const text = `${name}: the reservation has other lines.`;
    return [...found, due === "HELD" ? { text, repairs: resend("orders") } : manual(text)];
  }
  const stockStatus = due === "HELD" ? "RESERVED" : due;
  if (due !== "NOTHING" && order.stockStatus !== stockStatus) {
    const text = `${name}: its stock is ${due}, and the order says ${order.stockStatus}.`;
    return [...found, { text, repairs: resend("products") }];
  }
  return found;
}

/** What an order should have of the stock. */
function stockDue({ visible, status, stockStatus }: OrderRecord): "HELD" | "SOLD" | "NOTHING" {
  if (!visible || status === "CANCELLED" || stockStatus === "RELEASED") return "NOTHING";
  return status === "PENDING" ? "HELD" : "SOLD";
}

/** Takes what the lines need beyond what the order holds. Returns the first variant of which too few units are left, and takes nothing then. */
function takeUnits(left: Map<string, number>, lines: Units, held: Units): string | undefined {
  const needed = Object.entries(lines).map(([id, quantity]) => [id, quantity - (held[id] ?? 0)] as const);
  const short = needed.find(([id, quantity]) => quantity > (left.get(id) ?? 0));
  if (short !== undefined) return short[0];
  for (const [id, quantity] of needed) left.set(id, (left.get(id) ?? 0) - quantity);
  return undefined;
}

function hasSameUnits(a: Units, b: Units): boolean {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].every((id) => a[id] === b[id]);
}

function comparePayments(books: Books): Difference[] {
  const { orders, transactions, ledgers, unsettled } = books;
  const found: Difference[] = [];
  const ours = new Map(transactions.map((row) => [row.id, row]));
  for (const [provider, entries] of ledgers) {
    for (const entry of entries) {
      const known = entry.transactionId === null ? undefined : ours.get(entry.transactionId);
      const difference =
        known === undefined ? unknownEntry(books, provider, entry, entries) : knownEntry(provider, entry, known);
      if (difference !== undefined) found.push(difference);
    }
    const theirs = new Set(entries.map(({ reference }) => reference));
    for (const row of transactions) {
      if (row.provider !== provider || row.status !== "SUCCEEDED" || !row.isRecent) continue;
      if (row.reference !== null && theirs.has(row.reference)) continue;
      found.push(manual(`${row.type} ${row.id} is booked and not in the ledger of ${provider}.`));
    }
  }
  for (const order of orders.values()) {
    if (unsettled.has(order.id) || order.status !== "PAID") continue;
    const isPaid = transactions.some(
      ({ orderId, type, status }) => orderId === order.id && type === "CHARGE" && status === "SUCCEEDED",
    );
    if (!isPaid && order.totalMinor !== "0") found.push(manual(`Order ${order.number} is PAID without a charge.`));
  }
  return found;
}

function describe(provider: string, { type, reference, amount }: LedgerEntry): string {
  return `${type} ${reference} of ${amount.minorUnits} ${amount.currency} (minor units) at ${provider}`;
}

/** A charge or refund that both have. */
function knownEntry(provider: string, entry: LedgerEntry, row: TransactionRecord): Difference | undefined {
  const name = describe(provider, entry);
  if (row.status === "FAILED") return manual(`${name} is FAILED in our books.`);
  if (BigInt(row.amountMinor) !== entry.amount.minorUnits) return manual(`${name} has another amount in our books.`);
  if (row.status === "SUCCEEDED" || row.reference !== null) return undefined;
  const repair = bookRepair(provider, row.orderId, entry);
  return repair === undefined ? undefined : { text: `${name} is still PENDING in our books.`, repairs: [repair] };
}

/** A charge or refund that only the provider has. */
function unknownEntry(
  { orders, transactions }: Books,
  provider: string,
  entry: LedgerEntry,
  entries: readonly LedgerEntry[],
): Difference | undefined {
  const name = describe(provider, entry);
  if (entry.type === "REFUND") {
    const charge = transactions.find(({ type, reference }) => type === "CHARGE" && reference === entry.chargeReference);
    const order = charge === undefined ? undefined : orders.get(charge.orderId);
    // The refund of a charge that is not booked is compared once the charge is.
    if (order === undefined) return undefined;
    const rest = BigInt(order.amountPaidMinor) - BigInt(order.refundCommittedMinor);
    const repair = rest >= entry.amount.minorUnits ? bookRepair(provider, order.id, entry) : undefined;
    return repair === undefined
      ? manual(`${name} is not in our books. Order ${order.number} cannot take it.`)
      : { text: `${name} is not in our books.`, repairs: [repair] };
  }
  const refunded = entries.reduce(
    (sum, other) =>
      other.type === "REFUND" && other.chargeReference === entry.reference ? sum + other.amount.minorUnits : sum,
    0n,
  );
  const number = entry.orderNumber?.replaceAll("-", "");
  const order = [...orders.values()].find((each) => each.number === number);
  if (refunded === entry.amount.minorUnits && order === undefined) return undefined;
  if (order === undefined)
    return manual(`${name} belongs to no order (${entry.orderNumber ?? "unknown number"}). Refund it at ${provider}.`);
  const isOpen =
    (order.paymentStatus === "UNPAID" || order.paymentStatus === "FAILED") &&
    order.status !== "CANCELLED" &&
    BigInt(order.totalMinor) === entry.amount.minorUnits &&
    order.currency === entry.amount.currency;
  const repair = isOpen ? bookRepair(provider, order.id, entry) : undefined;
  return repair === undefined
    ? manual(
        `${name} is not in our books. Order ${order.number} (${order.status}, ${order.paymentStatus}) cannot take it.`,
      )
    : {
        text: `${name} is not in our books. It pays order ${order.number}.`,
        repairs: [repair, { kind: "resend", sender: "products", orderId: order.id }],
      };
}

function bookRepair(provider: string, orderId: string, entry: LedgerEntry): Repair | undefined {
  const { transactionId } = entry;
  return transactionId === null ? undefined : { kind: "book", provider, orderId, entry: { ...entry, transactionId } };
}
