const rfc3339 =
  /^(\d{4}-(?:0[1-9]|1[0-2])-\d{2})T((?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d)(\.\d+)?(Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/i;

/**
 * A moment from an RFC 3339 date-time, to the millisecond. Undefined for anything else, days that a month does not have and hour 24 included;
 * `t` and `z` may be lower case. Leap seconds and years before 1 are not supported.
 */
export function parseDateTime(text: string): Date | undefined {
  const [, day = "", time = "", fraction = "", offset = ""] = rfc3339.exec(text) ?? [];
  if (day === "" || !isDay(day)) return undefined;
  const moment = new Date(`${day}T${time}${fraction.slice(0, 4)}${offset.toUpperCase()}`);
  // An offset can carry the first and the last day of the calendar out of it.
  const { length } = "2026-01-01T00:00:00.000Z";
  const canonical = moment.toISOString();
  return canonical.length === length && !canonical.startsWith("0000") ? moment : undefined;
}

/** Whether a `YYYY-MM-DD` is a day of the calendar: JavaScript counts 30 February on into March. */
export function isDay(day: string): boolean {
  const parsed = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(day);
}
