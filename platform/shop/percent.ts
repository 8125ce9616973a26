import { z } from "zod";

const decimals = 4;
const unitsPerPercent = 10_000;

/** A percentage in millionths (190,000 is 19 %) as a decimal string without zeros at its end, such as "19" or "8.625". */
export function formatPercent(millionths: number): string {
  const fraction = String(millionths % unitsPerPercent)
    .padStart(decimals, "0")
    .replace(/0+$/, "");
  const whole = Math.floor(millionths / unitsPerPercent);
  return fraction === "" ? String(whole) : `${whole}.${fraction}`;
}

/** The millionths of a percentage from 0 to 100 with at most four decimals; undefined for anything else. */
function parsePercent(text: string): number | undefined {
  const match = /^(\d{1,3})(?:\.(\d{1,4}))?$/.exec(text);
  if (match === null) return undefined;
  const [, whole = "", fraction = ""] = match;
  const millionths = Number(whole) * unitsPerPercent + Number(fraction.padEnd(decimals, "0"));
  return millionths <= 100 * unitsPerPercent ? millionths : undefined;
}

/** A percentage from 0 to 100 with at most four decimals, as a decimal string; in millionths. */
export const percentInput: z.ZodType<number> = z.string().transform((value, context) => {
  const millionths = parsePercent(value);
  if (millionths !== undefined) return millionths;
  context.addIssue({ code: "custom", message: "Enter a percentage from 0 to 100 with at most four decimals." });
  return z.NEVER;
});
