import { type DestinationStream, pino } from "pino";
import pretty from "pino-pretty";

/** One readable sentence a line, with fields; JSON, or pretty on a terminal. */
export type Log = pino.Logger;

/** Never in a log, whoever passes them. */
const secretPaths = [
  "password",
  "token",
  "accessToken",
  "refreshToken",
  "authorization",
  "cookie",
  "secret",
  "*.password",
  "*.token",
  "*.accessToken",
  "*.refreshToken",
  "*.authorization",
  "*.cookie",
  "*.secret",
];

/** A log for one process. Errors under `err` carry their type, message, stack and cause, but no SQL parameters. */
export function openLog(service: string, level: string, destination?: DestinationStream): Log {
  const target =
    destination ??
    (process.stdout.isTTY ? pretty({ colorize: true, ignore: "pid,hostname,service", sync: true }) : undefined);
  const options: pino.LoggerOptions = {
    level,
    base: { service },
    redact: { paths: secretPaths, censor: "…" },
    serializers: { err: describeError },
  };
  return target === undefined ? pino(options) : pino(options, target);
}

/** An error's own facts. Drizzle puts the statement's parameters into its message, so a failed query is told by its cause alone. */
function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { message: String(error) };
  const failedQuery = "query" in error && "params" in error;
  return {
    type: error.name,
    message: failedQuery ? "A database statement failed." : error.message,
    stack: failedQuery ? undefined : error.stack,
    ...(failedQuery ? { statement: String(error.query).slice(0, 2_000) } : {}),
    ...(error.cause === undefined ? {} : { cause: describeError(error.cause) }),
    ...("originalError" in error && error.originalError instanceof Error
      ? { cause: describeError(error.originalError) }
      : {}),
  };
}
