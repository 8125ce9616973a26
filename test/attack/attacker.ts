import { randomUUID } from "node:crypto";
import { buy, type Guest, guestAt, type Product } from "./guest.ts";

/** The kinds of attack, each of which one guest runs in a loop. */
export type Attack = "heavy counts" | "new plans" | "reservations" | "emails" | "declined cards";

/** What the attacker's requests came to: the number of responses by outcome, for each attack. */
export type AttackReport = Readonly<Record<Attack, ReadonlyMap<string, number>>>;

/** The mailbox that the attacker floods; also as `victim+1@…` and so on. */
export const victim = "victim@example.com";
/** The beginning of every other email address of the attacker. */
export const attackerPrefix = "attacker-";
const attackerAddress = "203.0.113.66";
const concurrencyByAttack: Readonly<Record<Attack, number>> = {
  "heavy counts": 6,
  "new plans": 4,
  reservations: 3,
  emails: 3,
  "declined cards": 2,
};
const unitsPerReservation = 40;

const aliases = Array.from(
  { length: 30 },
  (_, index) =>
    `a${index}: products(first: 1, filter: { price: { min: "0.${index + 10}" } }) {
      totalCount facets { inStock categories { value count } tags { value count } priceRange { min { amount } } } }`,
);
const heavyCount = `query HeavyCounts { ${aliases.join("\n")} }`;

/** Returns an operation that no plan cache has: 24 conditions nested in a new order, with new aliases. */
function newPlan(): { document: string; variables: Record<string, boolean> } {
  const names = Array.from({ length: 24 }, (_, index) => `b${index}`);
  const order = names.toSorted(() => Math.random() - 0.5);
  const unique = `x${randomUUID().replaceAll("-", "")}`;
  const inner = order.reduceRight(
    (selection, name, index) => `... @include(if: $${name}) { p${index}: owner { displayName } ${selection} }`,
    `${unique}: name`,
  );
  const declared = names.map((name) => `$${name}: Boolean!`).join(", ");
  return {
    document: `query NewPlan(${declared}) { products(first: 1) { nodes { id ${inner} } } }`,
    variables: Object.fromEntries(names.map((name) => [name, Math.random() < 0.5])),
  };
}

const register = `mutation Register($input: AccountRegisterInput!) {
  accountRegister(input: $input) { accepted userErrors { code } } }`;
const requestReset = `mutation RequestReset($input: EmailInput!) {
  passwordResetRequest(input: $input) { accepted userErrors { code } } }`;
const cancel = `mutation Cancel($input: OrderCancelInput!) { orderCancel(input: $input) { userErrors { code } } }`;

/** Runs every attack from one address until the signal aborts. */
export async function attack(url: string, products: readonly Product[], signal: AbortSignal): Promise<AttackReport> {
  const guest = guestAt(url, attackerAddress);
  const report: Record<Attack, Map<string, number>> = {
    "heavy counts": new Map(),
    "new plans": new Map(),
    reservations: new Map(),
    emails: new Map(),
    "declined cards": new Map(),
  };
  let number = 0;
  const next = () => {
    number += 1;
    return { number, product: products[number % products.length] };
  };
  const steps: Readonly<Record<Attack, () => Promise<string>>> = {
    "heavy counts": async () => outcomeOf(await guest.send(heavyCount)),
    "new plans": async () => {
      const { document, variables } = newPlan();
      return outcomeOf(await guest.send(document, variables));
    },
    reservations: async () => {
      const { number: unique, product } = next();
      const email = `${attackerPrefix}${unique}@example.com`;
      return await order(guest, product, { quantity: unitsPerReservation, email }, () => "reserved");
    },
    emails: async () => {
      const { number: unique, product } = next();
      const tagged = victim.replace("@", `+${unique}@`);
      await guest.send(register, { input: { email: tagged, password: `a long password ${unique}` } });
      await guest.send(requestReset, { input: { email: victim } });
      const email = unique % 2 === 0 ? victim : tagged;
      return await order(guest, product, { quantity: 1, email }, async ({ id, guestOrderToken }) =>
        outcomeOf(await guest.send(cancel, { input: { orderId: id, guestOrderToken } })),
      );
    },
    "declined cards": async () => {
      const { number: unique, product } = next();
      const email = `${attackerPrefix}card-${unique}@example.com`;
      return await order(guest, product, { quantity: 1, email, token: "tok_declined" }, (made) => made.paymentStatus);
    },
  };
  const loops = (Object.keys(steps) as Attack[]).flatMap((name) =>
    Array.from({ length: concurrencyByAttack[name] }, async () => {
      while (!signal.aborted) {
        const outcome = await steps[name]();
        report[name].set(outcome, (report[name].get(outcome) ?? 0) + 1);
      }
    }),
  );
  await Promise.all(loops);
  return report;
}

type Order = Exclude<Awaited<ReturnType<typeof buy>>, string>;

/** Orders without the pauses that responses ask for. Returns the outcome of `then`, or that the order was rejected. */
async function order(
  guest: Guest,
  product: Product | undefined,
  options: Parameters<typeof buy>[2],
  then: (made: Order) => string | Promise<string>,
): Promise<string> {
  if (product === undefined) return "no product";
  const made = await buy({ ...guest, sendPatiently: guest.send }, product, options);
  return typeof made === "string" ? "rejected" : await then(made);
}

function outcomeOf(response: Awaited<ReturnType<Guest["send"]>>): string {
  if (response === undefined) return "no response";
  return String(response.errors[0]?.extensions?.code ?? "ok");
}
