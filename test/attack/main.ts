import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { fillCatalogue } from "../bench/catalogue-data.ts";
import { type Cluster, openCluster } from "../chaos/cluster.ts";
import { adminToken, createProducts } from "../chaos/seed.ts";
import { attack } from "./attacker.ts";
import { declinedCharges, mailsToVictim, watchPeaks } from "./damage.ts";
import { buy, guestAt, type Product } from "./guest.ts";
import { quantile, shop } from "./shoppers.ts";

// `npm run test:attack`: one guest attacks the shop while others shop. Exits with 1 when a bound does not hold.

/** A bound of the trial, and whether it held. */
type Bound = { readonly name: string; readonly value: string; readonly holds: boolean };

const slowdownMax = 3;
const unitsHeldMax = 150;
const mailsToVictimMax = 5;
const declinedChargesMax = 30;
const gatewayMebibytesMax = 400;
const plentyOfUnits = 100_000;
const officeAddress = "192.0.2.10";
const newcomerAddress = "192.0.2.99";

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seconds: { type: "string", default: "60" },
      products: { type: "string", default: "20000" },
      guests: { type: "string", default: "50" },
    },
  });
  const seconds = Number(values.seconds);
  await using cluster = await openCluster({
    variables: { BUDGETS_ENABLED: "true", RATE_LIMIT_ENABLED: "true", TRUSTED_PROXIES: "127.0.0.1" },
  });
  await fillCatalogue(cluster.databaseUrls.products, Number(values.products), () => {});
  const admin = await adminToken(cluster);
  const products = await createProducts(cluster, admin, 6, plentyOfUnits);
  const [last] = await createProducts(cluster, admin, 1, 1);
  if (last === undefined) throw new Error("The product with one unit was not created.");

  // Once before it is measured, so that plans and statements are as in a shop that has run for a while.
  await shop(cluster.url, products, AbortSignal.timeout(5_000));
  const quiet = await shop(cluster.url, products, AbortSignal.timeout((seconds * 1_000) / 2));
  report("quiet load", quiet.durationsMs, quiet.failures);

  const ends = AbortSignal.timeout(seconds * 1_000);
  const [attacks, load, peaks, newcomer, office] = await Promise.all([
    attack(cluster.url, products, ends),
    shop(cluster.url, products, ends),
    watchPeaks(cluster, ends),
    sleep((seconds * 1_000) / 4).then(() => shopAsNewcomer(cluster, products, last)),
    sleep((seconds * 1_000) / 4).then(() => shopFromOneAddress(cluster, products, Number(values.guests))),
  ]);
  report("load under attack", load.durationsMs, load.failures);
  for (const [name, outcomes] of Object.entries(attacks)) {
    console.log(`attack by ${name}: ${[...outcomes].map(([outcome, count]) => `${count} ${outcome}`).join(", ")}`);
  }
  const quietMs = quantile(quiet.durationsMs, 0.99);
  const loadMs = quantile(load.durationsMs, 0.99);
  const mails = mailsToVictim(cluster);
  const declined = await declinedCharges(cluster);
  const bounds: Bound[] = [
    {
      name: `p99 of the load at most ${slowdownMax} times its quiet value`,
      value: `${quietMs.toFixed(0)} ms quiet, ${loadMs.toFixed(0)} ms under attack`,
      holds: loadMs <= quietMs * slowdownMax,
    },
    bound("units held by the attacker", peaks.unitsHeld, unitsHeldMax),
    bound("mails to the victim", mails, mailsToVictimMax),
    bound("declined charges of the attacker", declined, declinedChargesMax),
    bound("MiB of the gateway's memory", peaks.gatewayMebibytes, gatewayMebibytesMax),
    { name: "a new guest buys two units, and the last unit of a variant", ...outcome(newcomer) },
    { name: `${values.guests} guests at one address behind the proxy check out`, ...outcome(office) },
  ];
  for (const { name, value, holds } of bounds) console.log(`${holds ? "holds " : "BROKEN"} ${name}: ${value}`);
  return bounds.every(({ holds }) => holds) ? 0 : 1;
}

function bound(name: string, value: number, max: number): Bound {
  return { name: `${name}, at most ${max}`, value: String(value), holds: value <= max };
}

function outcome(problems: readonly string[]): Pick<Bound, "value" | "holds"> {
  const [first] = problems;
  return first === undefined
    ? { value: "yes", holds: true }
    : { value: `${problems.length} failed; ${first}`, holds: false };
}

/** Buys as a guest at a new address, and returns what failed. */
async function shopAsNewcomer(cluster: Cluster, products: readonly Product[], last: Product): Promise<string[]> {
  const guest = guestAt(cluster.url, newcomerAddress);
  const [first] = products;
  const orders = [
    first === undefined
      ? "There is no product."
      : await buy(guest, first, { quantity: 2, email: "newcomer@example.org", token: "tok_ok" }),
    await buy(guest, last, { quantity: 1, email: "newcomer@example.org", token: "tok_ok" }),
  ];
  return orders.flatMap(problemOf);
}

/** Lets guests at one address, such as an office, buy one unit each at once, and returns what failed. */
async function shopFromOneAddress(cluster: Cluster, products: readonly Product[], guests: number): Promise<string[]> {
  const orders = await Promise.all(
    Array.from({ length: guests }, async (_, index) => {
      const product = products[index % products.length];
      if (product === undefined) return "There is no product.";
      const email = `colleague-${index}@example.org`;
      return buy(guestAt(cluster.url, officeAddress), product, { quantity: 1, email, token: "tok_ok" });
    }),
  );
  return orders.flatMap(problemOf);
}

function problemOf(order: Awaited<ReturnType<typeof buy>>): string[] {
  if (typeof order === "string") return [order];
  return order.paymentStatus === "PAID" ? [] : [`An order is ${order.paymentStatus}.`];
}

function report(name: string, durationsMs: readonly number[], failures: ReadonlyMap<string, number>): void {
  const times = [0.5, 0.95, 0.99].map((share) => `p${share * 100} ${quantile(durationsMs, share).toFixed(0)} ms`);
  const failed = [...failures].map(([code, count]) => `${count} ${code}`).join(", ");
  console.log(`${name}: ${durationsMs.length} requests, ${times.join(", ")}; failed: ${failed || "none"}`);
}

process.exitCode = await main();
