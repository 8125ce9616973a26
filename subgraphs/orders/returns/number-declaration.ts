import { and, asc, eq, isNull, sql } from "drizzle-orm";
import { orders, returnDeclarations } from "#drizzle/orders/tables.ts";
import { crashPoint } from "#platform/database/crash-point.ts";
import { type Tx, transaction } from "#platform/database/database.ts";
import { newId } from "#platform/shop/ids.ts";
import { emailInput, emailKey } from "#platform/shop/input.ts";
import type { Order } from "../order/order.ts";
import { enqueueOrderMail } from "../order/order-email.ts";
import { parseOrderNumber } from "../order/order-number.ts";
import { attemptOpenRefunds } from "../payment/refund.ts";
import type { Services } from "../services.ts";
import { commitUnlessRejected } from "../shared/commit-if.ts";
import { deadlineIn } from "../shared/deadline.ts";
import { declareReturn } from "./declare-return.ts";

type StoredDeclaration = typeof returnDeclarations.$inferSelect;

const declarationsMax = 50;
const callMsMax = 6_000;

/**
 * Keeps a declaration by number and e-mail, whatever is wrong with it, and returns when it arrived. It is judged afterwards, so that neither the
 * response nor its time says whether there is such an order. A repeat of the key returns the first moment.
 */
export async function keepDeclaration(
  { db }: Services,
  given: {
    orderNumber: string;
    email: string;
    idempotencyKey: string;
    isWithdrawal: boolean;
    reason: string | null;
  },
): Promise<Date> {
  const { idempotencyKey, isWithdrawal, reason } = given;
  const email = emailInput.safeParse(given.email);
  const row = {
    id: newId<StoredDeclaration["id"]>(),
    number: parseOrderNumber(given.orderNumber) ?? "",
    email: email.success ? emailKey(email.data) : "",
    idempotencyKey,
    isWithdrawal,
    reason,
    receivedAt: new Date(),
  };
  await db.insert(returnDeclarations).values(row).onConflictDoNothing();
  const [kept] = await db
    .select({ receivedAt: returnDeclarations.receivedAt })
    .from(returnDeclarations)
    .where(
      and(
        eq(returnDeclarations.number, row.number),
        eq(returnDeclarations.email, row.email),
        eq(returnDeclarations.idempotencyKey, idempotencyKey),
      ),
    );
  return kept?.receivedAt ?? row.receivedAt;
}

/** Judges declarations that arrived by number and e-mail, oldest first. Returns how many there were. */
export async function judgeDeclarations(services: Services): Promise<number> {
  const due = await services.db
    .select()
    .from(returnDeclarations)
    .where(isNull(returnDeclarations.judgedAt))
    .orderBy(asc(returnDeclarations.id))
    .limit(declarationsMax);
  for (const declaration of due) {
    await judge(services, declaration).catch((error) =>
      services.log.error(
        { err: error, declarationId: declaration.id },
        "A declaration could not be judged; it is tried again.",
      ),
    );
  }
  return due.length;
}

async function judge(services: Services, declaration: StoredDeclaration): Promise<void> {
  const { db } = services;
  crashPoint("orders:declaration:before-write");
  const order = await findDeclared(services, declaration);
  const { isWithdrawal, reason, receivedAt } = declaration;
  const content = { isWithdrawal, lines: undefined, reason, actorId: order?.userId ?? null, receivedAt };
  const outcome = await commitUnlessRejected(db, async (tx) => {
    // Another process may be judging the same declaration.
    if (!(await markJudged(tx, declaration)) || order === undefined) return { userErrors: [] };
    return declareReturn(tx, order.id, content, services.withdrawalCountries).then((declared) =>
      "userErrors" in declared ? declared : { userErrors: [] },
    );
  });
  crashPoint("orders:declaration:after-write");
  if (order === undefined) return;
  const [problem] = outcome.userErrors;
  if (problem === undefined) {
    services.afterSale.inc({ step: "return_requested" });
    await attemptOpenRefunds(services, order.id, deadlineIn(callMsMax));
    return;
  }
  await transaction(db, async (tx) => {
    if (!(await markJudged(tx, declaration))) return;
    const template = isWithdrawal ? "withdrawal-rejected" : "return-rejected";
    await enqueueOrderMail(tx, template, order, { receivedAt, problem: problem.message });
  });
}

/** The order of that number, if the e-mail is its own. */
async function findDeclared({ db }: Services, { number, email }: StoredDeclaration): Promise<Order | undefined> {
  if (number === "" || email === "") return undefined;
  const [order] = await db
    .select()
    .from(orders)
    .where(and(eq(orders.number, number), eq(orders.visible, true)));
  const own = order?.email == null ? undefined : emailInput.safeParse(order.email);
  return own?.success === true && emailKey(own.data) === email ? order : undefined;
}

/** Marks a declaration as judged, and returns false if it was before. Its address is not kept any longer than a repeat needs it. */
async function markJudged(tx: Tx, { id }: StoredDeclaration): Promise<boolean> {
  const marked = await tx
    .update(returnDeclarations)
    .set({ judgedAt: sql`now()`, reason: null })
    .where(and(eq(returnDeclarations.id, id), isNull(returnDeclarations.judgedAt)))
    .returning({ id: returnDeclarations.id });
  return marked.length === 1;
}
