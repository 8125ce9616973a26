/** The member states of the European Union, by their ISO 3166-1 codes. */
const memberStates: ReadonlySet<string> = new Set(
  "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split(" "),
);

/** Whether a country is a member state of the European Union. */
export function isMemberState(country: string): boolean {
  return memberStates.has(country);
}

/** The tax territory of a country: the European Union for its member states, otherwise the country itself. */
export function territoryOf(country: string): string {
  return memberStates.has(country) ? "EU" : country;
}
