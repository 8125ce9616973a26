import { readFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { serviceNames } from "#platform/auth/internal-tokens.ts";

/** Marks the errors that a process died of, which are listed first. */
const fatal = "FATAL ";
const shownMax = 25;
const charactersMax = 300;
const logLine = z.object({
  level: z.number(),
  service: z.string().default(""),
  msg: z.string().default(""),
  err: z
    .object({ message: z.string().default(""), cause: z.unknown() })
    .loose()
    .optional(),
});
const cause = z.object({ message: z.string() });

/** Returns the warnings and errors in the processes' logs, the most frequent first, to investigate a violation. */
export async function loggedProblems(directory: string): Promise<string[]> {
  const counts = new Map<string, number>();
  for (const service of serviceNames) {
    const text = await readFile(path.join(directory, `${service}.log`), "utf8").catch(() => "");
    for (const line of text.split("\n")) {
      const sentence = readLine(service, line);
      if (sentence !== undefined) counts.set(sentence, (counts.get(sentence) ?? 0) + 1);
    }
  }
  return [...counts]
    .toSorted((a, b) => Number(b[0].includes(fatal)) - Number(a[0].includes(fatal)) || b[1] - a[1])
    .slice(0, shownMax)
    .map(([sentence, count]) => `${count} × ${sentence}`);
}

function readLine(service: string, line: string): string | undefined {
  if (!line.startsWith("{")) {
    return /^\S*Error/.test(line) ? `${fatal}${service}: ${line.slice(0, charactersMax)}` : undefined;
  }
  const parsed = logLine.safeParse(JSON.parse(line));
  if (!parsed.success || parsed.data.level < 40) return undefined;
  const { msg, err, level } = parsed.data;
  const why = cause.safeParse(err?.cause);
  const parts = [msg, err?.message, why.success ? why.data.message : undefined].filter((part) => part !== undefined);
  // Equal problems differ in ports and ids only.
  return `${level >= 60 ? fatal : ""}${service}: ${parts.join(" ← ")}`
    .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "…")
    .replaceAll(/:\d{4,5}\b/g, ":…")
    .slice(0, charactersMax);
}
