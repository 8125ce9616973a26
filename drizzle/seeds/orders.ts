import { eq, sql } from "drizzle-orm";
import { type Db, transaction } from "#platform/database/database.ts";
import { type CurrencyCode, parseMoney } from "#platform/shop/money.ts";
import { type ShippingMethodId, settingsRevision, shippingMethods, shippingRates, taxRates } from "../orders/tables.ts";
import { demoEuMarketId } from "./ids.ts";
import { euMembers } from "./markets.ts";
import { vatRates, vatRatesAt } from "./vat-rates.ts";

const firstRevision = 1;

/**
 * Puts in the VAT rates of the European Union and two shipping methods for its market, unless settings were changed before. The default market has no
 * shipping rates. The United Kingdom's and Switzerland's rates are left out: the demo shop is not registered there, so what it ships there is an export.
 * Safe to run again.
 */
export async function putDemoData(db: Db): Promise<void> {
  await transaction(db, async (tx) => {
    const begun = await tx
      .update(settingsRevision)
      .set({ revision: firstRevision })
      .where(eq(settingsRevision.revision, 0))
      .returning();
    if (begun.length === 0) return;
    const charged = vatRates.filter(({ country }) => euMembers.includes(country));
    const rates = charged.flatMap(({ country, standard, reduced }) => [
      { country, taxClass: "standard", percent: standard },
      ...(reduced === null ? [] : [{ country, taxClass: "reduced", percent: reduced }]),
    ]);
    await tx.insert(taxRates).values(
      rates.map(({ country, taxClass, percent }) => ({
        id: sql`gen_random_uuid()`,
        country,
        taxClass,
        name: `VAT ${percent}%`,
        rateMillionths: Math.round(Number(percent) * 10_000),
        validFrom: new Date(vatRatesAt),
        recordedAt: firstRevision,
      })),
    );
    for (const [index, { name, price, freeFrom, minDays, maxDays }] of methods.entries()) {
      const id = `01900000-0000-7000-8008-${String(index + 1).padStart(12, "0")}` as ShippingMethodId;
      await tx
        .insert(shippingMethods)
        .values({ id, version: 1, name, isPickup: false, isActive: true, recordedAt: firstRevision });
      await tx.insert(shippingRates).values({
        methodId: id,
        version: 1,
        position: 0,
        marketId: demoEuMarketId,
        countries: [],
        basis: "FLAT",
        fromValue: 0n,
        currency: "EUR" as CurrencyCode,
        priceMinor: euros(price),
        freeFromMinor: freeFrom === null ? null : euros(freeFrom),
        minDays,
        maxDays,
      });
    }
  });
}

const methods = [
  { name: "Standard", price: "4.90", freeFrom: "50.00", minDays: 2, maxDays: 4 },
  { name: "Express", price: "12.90", freeFrom: null, minDays: 1, maxDays: 1 },
];

function euros(amount: string): bigint {
  const money = parseMoney(amount, "EUR");
  if (money === undefined) throw new Error(`${amount} is no price.`);
  return money.minorUnits;
}
