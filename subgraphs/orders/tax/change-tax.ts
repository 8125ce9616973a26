import { and, asc, eq, isNull, sql } from "drizzle-orm";
import { z } from "zod";
import { taxRates, taxSettings, unregisteredTaxes } from "#drizzle/orders/tables.ts";
import type { Db } from "#platform/database/database.ts";
import { newId } from "#platform/shop/ids.ts";
import {
  countryInput,
  editConflictError,
  momentInput,
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

const regionInput = z.string().nullish();
const settingsInput = z.object({
  homeCountry: countryInput,
  homeRegion: regionInput,
  unregistered: z.enum(unregisteredTaxes),
  expectedVersion: z.int().nullish(),
});

/** The result of changing the tax settings. */
export type TaxSettingsPayload = { readonly taxSettings?: TaxSettings; readonly userErrors: readonly UserError[] };
/** The result of setting tax rates. */
export type TaxRatesPayload = { readonly taxRates?: TaxRate[]; readonly userErrors: readonly UserError[] };

/** Changes the tax settings. */
export async function updateTaxSettings({ db, settings }: Services, input: unknown): Promise<TaxSettingsPayload> {
  const parsed = parseInput(settingsInput, input);
  if (!parsed.ok) return { userErrors: parsed.userErrors };
  const { homeCountry, unregistered, expectedVersion } = parsed.value;
  const region = parseRegion(homeCountry, parsed.value.homeRegion);
  if (region === undefined) return { userErrors: [regionError(["homeRegion"])] };
  const before = await settings.recent(await settings.moment());
  return changeSettings(db, async (tx, revision): Promise<TaxSettingsPayload> => {
    const [last] = await tx
      .select({ version: sql<number>`coalesce(max(${taxSettings.version}), ${before.tax.version})`.mapWith(Number) })
      .from(taxSettings);
    const version = last?.version ?? before.tax.version;
    if (expectedVersion != null && expectedVersion !== version) return { userErrors: [editConflictError(version)] };
    const row = { version: version + 1, homeCountry, homeRegion: region, unregistered, recordedAt: revision };
    await tx.insert(taxSettings).values(row);
    return { taxSettings: row, userErrors: [] };
  });
}

const rateInput = z.object({
  region: regionInput,
  taxClass: taxClassInput.default("standard"),
  name: text(settingNameCharactersMax, 1),
  rate: percentInput,
  validFrom: momentInput.nullish(),
  validUntil: momentInput.nullish(),
});
const ratesInput = z.object({
  country: countryInput,
  rates: z.array(z.unknown()).max(taxRatesPerCountryMax, `A country can have at most ${taxRatesPerCountryMax} rates.`),
});

type NewRate = Pick<TaxRate, "region" | "taxClass" | "name" | "rateMillionths" | "validFrom" | "validUntil">;

/** Replaces all rates of a country. Those that were in force stay known, for orders placed before. */
export async function setTaxRates({ db, settings }: Services, input: unknown): Promise<TaxRatesPayload> {
  const parsed = parseInput(ratesInput, input);
  if (!parsed.ok) return { userErrors: parsed.userErrors };
  const { country } = parsed.value;
  const { now } = await settings.moment();
  const { rates, userErrors } = parseRates(country, parsed.value.rates, now);
  if (userErrors.length > 0) return { userErrors };
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
  country: string,
  inputs: readonly unknown[],
  now: Date,
): { rates: NewRate[]; userErrors: UserError[] } {
  const rates: NewRate[] = [];
  const userErrors: UserError[] = [];
  for (const [index, input] of inputs.entries()) {
    const at = ["rates", index];
    const parsed = parseInput(rateInput, input, at);
    if (!parsed.ok) {
      userErrors.push(...parsed.userErrors);
      continue;
    }
    const { taxClass, name, rate, validFrom, validUntil } = parsed.value;
    const region = parseRegion(country, parsed.value.region);
    const period = { validFrom: validFrom ?? now, validUntil: validUntil ?? null };
    if (region === undefined) userErrors.push(regionError([...at, "region"]));
    else if (period.validUntil !== null && period.validUntil <= period.validFrom) {
      userErrors.push(validationError([...at, "validUntil"], "The end must be after the beginning."));
    } else {
      const added = { region, taxClass, name, rateMillionths: rate, ...period };
      if (rates.some((other) => overlaps(other, added))) {
        userErrors.push(validationError(at, "Another rate of this region and class holds at the same time."));
      }
      rates.push(added);
    }
  }
  return { rates, userErrors };
}

function overlaps(a: NewRate, b: NewRate): boolean {
  return (
    a.region === b.region &&
    a.taxClass === b.taxClass &&
    (a.validUntil === null || a.validUntil > b.validFrom) &&
    (b.validUntil === null || b.validUntil > a.validFrom)
  );
}

/** The region's code, null without one; undefined for what is none. */
function parseRegion(country: string, region: string | null | undefined): string | null | undefined {
  const key = regionKey(country, region || null);
  return key === null || /^[A-Z0-9]{1,3}$/.test(key) ? key : undefined;
}

function regionError(field: readonly (string | number)[]): UserError {
  return validationError(field, "Enter the part of an ISO 3166-2 code after the country, such as CA for US-CA.");
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
