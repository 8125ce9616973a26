import { execFile } from "node:child_process";
import path from "node:path";

const root = path.join(import.meta.dirname, "../../..");

/** What a command printed, and its exit code. */
export type CommandResult = { readonly code: number; readonly output: string };

/** Runs one of our own commands or tools as an operator would. */
export function runCommand(
  file: string,
  words: readonly string[],
  variables: Record<string, string>,
): Promise<CommandResult> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [path.join(root, file), ...words],
      { cwd: root, env: { PATH: process.env.PATH, HOME: process.env.HOME, ...variables }, maxBuffer: 50_000_000 },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === "number" ? error.code : 1;
        resolve({ code, output: `${stdout}${stderr}` });
      },
    );
  });
}
