import { sql } from "drizzle-orm";
import jsvat from "jsvat";
import { vatChecks } from "#drizzle/orders/tables.ts";
import type { VatCheck, VatNumber } from "../clients/vat-register.ts";
import type { Services } from "../services.ts";
import { vatChecksKeptHours } from "../shared/limits.ts";
import { isMemberState } from "./tax-territory.ts";

/** A VAT number that a register confirmed, with its proof. */
export type VerifiedVatNumber = VatNumber & Pick<VatCheck, "consultation">;

/** The VAT number of a member state that a text stands for; undefined if its form or its check digits are wrong. */
export function parseVatNumber(text: string): VatNumber | undefined {
  const { isValid, value, country } = jsvat.checkVAT(text, jsvat.countries);
  const memberState = country?.isoCode.short;
  if (!isValid || value === undefined || memberState === undefined || !isMemberState(memberState)) return undefined;
  return { number: value, memberState };
}

/**
 * Verifies a VAT number. It fails closed: undefined if the number is not valid, and also while the register does not respond, so that tax is charged and
 * the checkout goes on. A response is kept for a day. Numbers that are not kept count against the address.
 *
 * @throws {ApiError} RATE_LIMITED if the address had too many numbers checked.
 */
export async function verifyVatNumber(
  { db, vatNumbers, limits, log }: Services,
  text: string,
  clientAddress: string,
): Promise<VerifiedVatNumber | undefined> {
  const number = parseVatNumber(text);
  if (number === undefined) return undefined;
  const [kept] = await db
    .select()
    .from(vatChecks)
    .where(
      sql`${vatChecks.number} = ${number.number} and ${vatChecks.checkedAt} > now() - ${vatChecksKeptHours} * interval '1 hour'`,
    );
  if (kept !== undefined) return kept.isValid ? { ...number, consultation: kept.consultation } : undefined;
  await limits.budgets.spend("vat_checks", { address: clientAddress });
  let check: VatCheck;
  try {
    check = await vatNumbers.check(number);
  } catch (error) {
    log.warn({ err: error }, "The register of VAT numbers does not respond; tax is charged.");
    return undefined;
  }
  await db
    .insert(vatChecks)
    .values({ number: number.number, ...check })
    .onConflictDoUpdate({ target: vatChecks.number, set: { ...check, checkedAt: sql`now()` } });
  return check.isValid ? { ...number, consultation: check.consultation } : undefined;
}
