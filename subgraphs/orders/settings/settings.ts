import { and, asc, eq, getTableColumns, gt, isNull, lte, or, type SQL, sql } from "drizzle-orm";
import { LRUCache } from "lru-cache";
import {
  discountHistory,
  discounts,
  settingsRevision,
  shippingMethods,
  shippingRates,
  taxRates,
  taxSettings,
  type unregisteredTaxes,
} from "#drizzle/orders/tables.ts";
import type { Db } from "#platform/database/database.ts";

/** Where the shop is established, and what a destination without rates of its own is charged. */
export type TaxSettings = {
  readonly homeCountry: string;
  readonly homeRegion: string | null;
  readonly unregistered: (typeof unregisteredTaxes)[number];
  readonly version: number;
};

/** A rate of a country or region. */
export type TaxRate = typeof taxRates.$inferSelect;

/** A way of shipping, with its prices in all markets. */
export type ShippingMethod = typeof shippingMethods.$inferSelect & { readonly rates: ShippingRate[] };

/** A price of a shipping method. */
export type ShippingRate = typeof shippingRates.$inferSelect;

/** A discount, as it was at the revision it was read for. */
export type Discount = typeof discounts.$inferSelect;

/** Everything that staff set about what orders cost, as of one revision. */
export type Settings = {
  readonly revision: number;
  readonly tax: TaxSettings;
  readonly taxRates: readonly TaxRate[];
  /** Oldest first. */
  readonly shippingMethods: readonly ShippingMethod[];
  /** Those that apply without a code, the inactive and ended ones left out. */
  readonly automaticDiscounts: readonly Discount[];
};

/** A revision of the settings, and the time at which it was the current one. */
export type SettingsMoment = { readonly revision: number; readonly now: Date };

/** Reads settings. */
export type SettingsReader = {
  /** The current revision and the database's time. */
  readonly moment: () => Promise<SettingsMoment>;
  /** The settings of a revision that was just the current one, from memory if they have not changed since they were last read. */
  readonly recent: (moment: SettingsMoment) => Promise<Settings>;
  /** The settings as they were at a revision and time. */
  readonly past: (moment: SettingsMoment) => Promise<Settings>;
};

/** The current revision, as a column of any statement. */
export const currentRevision: SQL<number> = sql`(select ${settingsRevision.revision} from ${settingsRevision})`.mapWith(
  Number,
) as SQL<number>;
/** The database's time, as a column of any statement. */
export const databaseTime: SQL<Date> = sql`now()`.mapWith(settingsTime) as SQL<Date>;

function settingsTime(value: unknown): Date {
  return value instanceof Date ? value : new Date(String(value));
}

const revisionsKeptMax = 4;

/**
 * Opens the settings of a database.
 *
 * @param homeCountry where the shop is until staff say something else.
 */
export function openSettings(db: Db, homeCountry: string): SettingsReader {
  const kept = new LRUCache<number, Promise<Settings>>({ max: revisionsKeptMax });
  return {
    moment: async () => {
      const [row] = await db.select({ revision: settingsRevision.revision, now: databaseTime }).from(settingsRevision);
      if (row === undefined) throw new Error("The settings have no revision.");
      return row;
    },
    recent: (moment) => {
      const known = kept.get(moment.revision);
      if (known !== undefined) return known;
      const read = readSettings(db, homeCountry, moment);
      kept.set(moment.revision, read);
      read.catch(() => kept.delete(moment.revision));
      return read;
    },
    past: (moment) => readSettings(db, homeCountry, moment),
  };
}

async function readSettings(db: Db, homeCountry: string, { revision, now }: SettingsMoment): Promise<Settings> {
  const [tax, rates, methods, methodRates, automatic] = await Promise.all([
    db
      .select()
      .from(taxSettings)
      .where(lte(taxSettings.recordedAt, revision))
      .orderBy(sql`${taxSettings.version} desc`)
      .limit(1),
    db.select().from(taxRates).where(wasCurrent(taxRates, revision)).orderBy(asc(taxRates.id)),
    db
      .select()
      .from(shippingMethods)
      .where(wasCurrent(shippingMethods, revision))
      .orderBy(asc(shippingMethods.createdAt), asc(shippingMethods.id)),
    db
      .select({ rate: getTableColumns(shippingRates) })
      .from(shippingRates)
      .innerJoin(
        shippingMethods,
        and(eq(shippingMethods.id, shippingRates.methodId), eq(shippingMethods.version, shippingRates.version)),
      )
      .where(wasCurrent(shippingMethods, revision))
      .orderBy(asc(shippingRates.position)),
    readDiscounts(
      db,
      revision,
      sql`not ${discounts.needsCode} and ${discounts.isActive} and coalesce(${discounts.endsAt} > ${now.toISOString()}::timestamptz, true)`,
    ),
  ]);
  const ratesOf = Map.groupBy(methodRates, ({ rate }) => rate.methodId);
  return {
    revision,
    tax: tax[0] ?? { homeCountry, homeRegion: null, unregistered: "NO_TAX", version: 1 },
    taxRates: rates,
    shippingMethods: methods.map((method) => ({
      ...method,
      rates: (ratesOf.get(method.id) ?? []).map(({ rate }) => rate),
    })),
    automaticDiscounts: automatic,
  };
}

function wasCurrent(table: typeof taxRates | typeof shippingMethods, revision: number): SQL | undefined {
  return and(lte(table.recordedAt, revision), or(isNull(table.replacedAt), gt(table.replacedAt, revision)));
}

/** The discounts that fulfil a condition, each as it was at the revision, oldest first. The condition is about what they were. */
export async function readDiscounts(db: Db, revision: number, condition: SQL): Promise<Discount[]> {
  const before = db
    .select()
    .from(discountHistory)
    .where(sql`${discountHistory.discountId} = "discounts"."id" and ${discountHistory.untilRevision} > ${revision}`)
    .orderBy(asc(discountHistory.untilRevision))
    .limit(1)
    .as("before");
  const changed = sql`${before.discountId} is not null`;
  const then = db
    .select({
      ...getTableColumns(discounts),
      name: sql<string>`case when ${changed} then ${before.name} else ${discounts.name} end`.as("name"),
      needsCode: sql<boolean>`case when ${changed} then ${before.needsCode} else ${discounts.needsCode} end`.as(
        "needs_code",
      ),
      startsAt: sql`case when ${changed} then ${before.startsAt} else ${discounts.startsAt} end`
        .mapWith(discounts.startsAt)
        .as("starts_at"),
      endsAt: sql`case when ${changed} then ${before.endsAt} else ${discounts.endsAt} end`
        .mapWith(discounts.endsAt)
        .as("ends_at"),
      isActive: sql<boolean>`case when ${changed} then ${before.isActive} else ${discounts.isActive} end`.as(
        "is_active",
      ),
    })
    .from(discounts)
    .leftJoinLateral(before, sql`true`)
    .where(lte(discounts.createdRevision, revision))
    .as("discounts");
  return db.select().from(then).where(condition).orderBy(asc(then.createdAt), asc(then.id));
}
