import { z } from "zod";

/** What a register said about a VAT number. `consultation` is its proof that it was asked; null if it gives none. */
export type VatCheck = { readonly isValid: boolean; readonly consultation: string | null };

/** A VAT number of a member state of the European Union. */
export type VatNumber = {
  /** With its prefix, such as "ATU12345675". */
  readonly number: string;
  /** By its ISO 3166-1 code: Greece is GR, though its numbers begin with EL. */
  readonly memberState: string;
};

/** Whether VAT numbers are registered. */
export type VatNumberVerifier = {
  /** @throws {Error} if the register does not respond in time. */
  readonly check: (number: VatNumber) => Promise<VatCheck>;
};

/** Judges by the format alone, which was checked before: for development. */
export const formatVerifier: VatNumberVerifier = { check: async () => ({ isValid: true, consultation: null }) };

const timeoutMs = 2_000;
const prefixCharacters = 2;

const checkData = z.object({ valid: z.boolean(), requestIdentifier: z.string().nullish() });

/**
 * Asks VIES, the European Commission's register of VAT numbers.
 *
 * @param requester the shop's own number; without one VIES gives no consultation number.
 */
export function openVies(address: string, requester: string | undefined): VatNumberVerifier {
  return {
    check: async ({ number }) => {
      const response = await fetch(new URL("check-vat-number", address), {
        method: "POST",
        headers: { "content-type": "application/json", accept: "application/json" },
        body: JSON.stringify({
          countryCode: number.slice(0, prefixCharacters),
          vatNumber: number.slice(prefixCharacters),
          ...(requester === undefined
            ? {}
            : {
                requesterMemberStateCode: requester.slice(0, prefixCharacters),
                requesterNumber: requester.slice(prefixCharacters),
              }),
        }),
        signal: AbortSignal.timeout(timeoutMs),
      });
      if (!response.ok) throw new Error(`VIES responded with status ${response.status}.`);
      const { valid, requestIdentifier } = checkData.parse(await response.json());
      return { isValid: valid, consultation: requestIdentifier || null };
    },
  };
}
