import { and, asc, eq, isNull, sql } from "drizzle-orm";
import { z } from "zod";
import { taxRates, taxSettings, unregisteredTaxes } from "#drizzle/orders/tables.ts";
import type { Db } from "#platform/database/database.ts";
import { newId } from "#platform/shop/ids.ts";
import {
  countryInput,
  despiteOtherErrors,
  editConflictError,
  isPeriod,
  momentInput,
  type Parsed,
  parseInput,
  taxClassInput,
  validationError,
} from "#platform/shop/input.ts";
import { percentInput } from "#platform/shop/percent.ts";
import { text } from "#platform/shop/text.ts";
import type { Services } from "../services.ts";
import { changeSettings } from "../settings/change-settings.ts";
import type { TaxRate, TaxSettings } from "../settings/settings.ts";
import { settingNameCharactersMax, taxRatesPerCountryMax } from "../shared/limits.ts";
import type { UserError } from "../shared/user-errors.ts";
import { regionKey } from "./tax-rules.ts";

const settingsInput = (country: string) =>
  z.object({
    homeCountry: countryInput,
    homeRegion: regionInput(country),
    unregistered: z.enum(unregisteredTaxes),
    expectedVersion: z.int().nullish(),
  });

/** The result of changing the tax settings. */
export type TaxSettingsPayload = { readonly taxSettings?: TaxSettings; readonly userErrors: readonly UserError[] };
/** The result of setting tax rates. */
export type TaxRatesPayload = { readonly taxRates?: TaxRate[]; readonly userErrors: readonly UserError[] };

/** Changes the tax settings. */
export async function updateTaxSettings({ db, settings }: Services, input: unknown): Promise<TaxSettingsPayload> {
  const given = z.object({ homeCountry: countryInput }).safeParse(input).data?.homeCountry;
  const parsed = parseInput(settingsInput(given ?? ""), input);
  if (!parsed.ok) return { userErrors: parsed.userErrors };
  const { homeCountry, homeRegion, unregistered, expectedVersion } = parsed.value;
  const before = await settings.recent(await settings.moment());
  return changeSettings(db, async (tx, revision): Promise<TaxSettingsPayload> => {
    const [last] = await tx
      .select({ version: sql<number>`coalesce(max(${taxSettings.version}), ${before.tax.version})`.mapWith(Number) })
      .from(taxSettings);
    const version = last?.version ?? before.tax.version;
    if (expectedVersion != null && expectedVersion !== version) return { userErrors: [editConflictError(version)] };
    const row = { version: version + 1, homeCountry, homeRegion, unregistered, recordedAt: revision };
    await tx.insert(taxSettings).values(row);
    return { taxSettings: row, userErrors: [] };
  });
}

const rateInput = (country: string, now: Date) =>
  z
    .object({
      region: regionInput(country),
      taxClass: taxClassInput.default("standard"),
      name: text(settingNameCharactersMax, 1),
      rate: percentInput,
      validFrom: momentInput.nullish().transform((moment) => moment ?? now),
      validUntil: momentInput.nullish().transform((moment) => moment ?? null),
    })
    .refine(({ validFrom, validUntil }) => isPeriod(validFrom, validUntil), {
      ...despiteOtherErrors,
      path: ["validUntil"],
      error: "The end must be after the beginning.",
    });
const countryRatesInput = z.object({
  country: countryInput,
  rates: z.array(z.unknown()).max(taxRatesPerCountryMax, `A country can have at most ${taxRatesPerCountryMax} rates.`),
});

type NewRate = Pick<TaxRate, "region" | "taxClass" | "name" | "rateMillionths" | "validFrom" | "validUntil">;

/** Replaces all rates of a country. Those that were in force stay known, for orders placed before. */
export async function setTaxRates({ db, settings }: Services, input: unknown): Promise<TaxRatesPayload> {
  const { now } = await settings.moment();
  const parsed = parseRates(input, now);
  if (!parsed.ok) return { userErrors: parsed.userErrors };
  const { country, rates } = parsed.value;
  return changeSettings(db, async (tx, revision): Promise<TaxRatesPayload> => {
    await tx
      .update(taxRates)
      .set({ replacedAt: revision })
      .where(and(eq(taxRates.country, country), isNull(taxRates.replacedAt)));
    if (rates.length > 0) {
      await tx.insert(taxRates).values(rates.map((rate) => ({ ...rate, id: newId(), country, recordedAt: revision })));
    }
    return { taxRates: await readTaxRates(tx, country), userErrors: [] };
  });
}

/** All problems at once: each rate's own, and for each that overlaps an earlier one of its region and class. */
function parseRates(
  input: unknown,
  now: Date,
): Parsed<{ readonly country: string; readonly rates: readonly NewRate[] }> {
  const head = parseInput(countryRatesInput, input);
  const country = z.object({ country: countryInput }).safeParse(input).data?.country ?? "";
  const given = z.object({ rates: z.array(z.unknown()).max(taxRatesPerCountryMax) }).safeParse(input).data?.rates ?? [];
  const rates: NewRate[] = [];
  const userErrors = head.ok ? [] : [...head.userErrors];
  for (const [index, one] of given.entries()) {
    const at = ["rates", index];
    const parsed = parseInput(rateInput(country, now), one, at);
    if (!parsed.ok) {
      userErrors.push(...parsed.userErrors);
      continue;
    }
    const { rate: rateMillionths, ...fields } = parsed.value;
    const added = { ...fields, rateMillionths };
    if (rates.some((other) => overlaps(other, added))) {
      userErrors.push(validationError(at, "Another rate of this region and class holds at the same time."));
    }
    rates.push(added);
  }
  return userErrors.length > 0 ? { ok: false, userErrors } : { ok: true, value: { country, rates } };
}

function overlaps(a: NewRate, b: NewRate): boolean {
  return (
    a.region === b.region &&
    a.taxClass === b.taxClass &&
    (a.validUntil === null || a.validUntil > b.validFrom) &&
    (b.validUntil === null || b.validUntil > a.validFrom)
  );
}

/** The code of a region of a country; null without one. */
function regionInput(country: string): z.ZodType<string | null> {
  return z
    .string()
    .nullish()
    .transform((value, context) => {
      const key = regionKey(country, value || null);
      if (key === null || /^[A-Z0-9]{1,3}$/.test(key)) return key;
      context.addIssue({
        code: "custom",
        message: "Enter the part of an ISO 3166-2 code after the country, such as CA for US-CA.",
      });
      return z.NEVER;
    });
}

/** The rates that were not replaced, by country, region, class and time. */
export async function readTaxRates(db: Db, country?: string): Promise<TaxRate[]> {
  return db
    .select()
    .from(taxRates)
    .where(and(isNull(taxRates.replacedAt), country === undefined ? undefined : eq(taxRates.country, country)))
    .orderBy(
      asc(taxRates.country),
      sql`${taxRates.region} nulls first`,
      asc(taxRates.taxClass),
      asc(taxRates.validFrom),
    );
}
