import assigned from "i18n-iso-countries/codes.json" with { type: "json" };

/** Codes of the package's list that ISO 3166-1 leaves to its users. */
const userAssigned: ReadonlySet<string> = new Set(["XK"]);

const countries: ReadonlySet<string> = new Set(
  assigned.flatMap(([code = ""]) => (userAssigned.has(code) ? [] : [code])),
);

/** The upper-case ISO 3166-1 alpha-2 code of a country; undefined for codes that are not officially assigned. */
export function parseCountry(text: string): string | undefined {
  const code = text.trim().toUpperCase();
  return countries.has(code) ? code : undefined;
}
