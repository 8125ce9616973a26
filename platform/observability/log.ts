import { type DestinationStream, pino } from "pino";
import pretty from "pino-pretty";

/** A logger of one readable sentence per line, with fields: JSON, or formatted on a terminal. */
export type Log = pino.Logger;

/** Fields that never reach a log. */
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

/** Opens the log of one process. Errors under `err` are logged with type, message, stack and cause, and without SQL parameters. */
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

/** An error's loggable fields. Drizzle's messages contain the statement's parameters, so only the cause of a failed query is logged. */
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
