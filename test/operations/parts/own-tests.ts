import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { z } from "zod";
import { runCommand } from "./command.ts";
import type { PartResult } from "./part.ts";

const report = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  success: z.boolean(),
});

/** A part that a test of its own tries: runs it, and counts it as skipped where the test is. */
export async function ownTests(what: string, files: readonly string[], pattern = ""): Promise<PartResult> {
  const directory = await mkdtemp(path.join(tmpdir(), "agora-trial-"));
  const file = path.join(directory, "report.json");
  const vitest = path.relative(
    path.join(import.meta.dirname, "../../.."),
    path.join(path.dirname(createRequire(import.meta.url).resolve("vitest/package.json")), "vitest.mjs"),
  );
  const words = [
    "run",
    ...files,
    "--reporter=json",
    `--outputFile=${file}`,
    ...(pattern === "" ? [] : ["-t", pattern]),
  ];
  const { output } = await runCommand(vitest, words, { PATH: process.env.PATH ?? "" });
  const text = await readFile(file, "utf8").catch(() => undefined);
  await rm(directory, { recursive: true, force: true });
  if (text === undefined) return { passed: false, report: `${what}: the tests did not run: ${output.slice(-300)}` };
  const { numPassedTests, numFailedTests, success } = report.parse(JSON.parse(text));
  if (success && numPassedTests === 0)
    return { passed: "skipped", report: `${what}: this machine lacks what it needs` };
  return { passed: success, report: `${what}: ${numPassedTests} tests passed, ${numFailedTests} failed` };
}
