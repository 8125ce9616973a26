import { readFileSync } from "node:fs";
import { z } from "zod";

/**
 * Reads one process's environment, once, at start.
 *
 * @param shape a zod object whose keys are the variables' names. An empty string counts as not set. A variable that is not set is read from the file
 * that its name with `_FILE` names, without white space at the ends.
 * @throws {Error} naming each variable that is missing or invalid, and why, one a line. The message never contains a value.
 */
export function readEnv<Shape extends z.ZodObject>(
  shape: Shape,
  source: Record<string, string | undefined> = process.env,
): z.infer<Shape> {
  const given = new Map<string, string>();
  for (const name of Object.keys(shape.shape)) {
    const value = source[name] || readSecretFile(`${name}_FILE`, source);
    if (value) given.set(name, value);
  }
  const parsed = shape.safeParse(Object.fromEntries(given));
  if (parsed.success) return parsed.data;
  const problems = new Map<string, string>();
  for (const { path, message } of parsed.error.issues) {
    const name = String(path[0]);
    const problem = given.has(name) ? `is not usable: ${message}` : "is not set";
    if (!problems.has(name)) problems.set(name, `The environment variable ${name} ${problem}.`);
  }
  throw new Error(Array.from(problems.values()).join("\n"));
}

function readSecretFile(name: string, source: Record<string, string | undefined>): string | undefined {
  const file = source[name];
  if (!file) return undefined;
  try {
    return readFileSync(file, "utf8").trim();
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    throw new Error(`The environment variable ${name} is not usable: the file that it names cannot be read (${code}).`);
  }
}

/** A TCP port; 0 lets the system choose. */
export const portVariable = z.coerce.number().int().min(0).max(65_535);

/** "true" or "false". */
export const flagVariable = z.enum(["true", "false"]).transform((value) => value === "true");

/** A list separated by spaces or commas; empty when not set. */
export const listVariable = z
  .string()
  .default("")
  .transform((value) => value.split(/[\s,]+/).filter((entry) => entry !== ""));

const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };

/** A duration in seconds: a whole number of them, or with a unit such as "15m", "72h", "30d". */
export const durationVariable = (secondsMin: number, secondsMax: number) =>
  z.string().transform((value, context) => {
    const [, amount, unit = "s"] = /^(\d{1,9})([smhd])?$/.exec(value.trim()) ?? [];
    const seconds = Number(amount) * (unitSeconds[unit] ?? Number.NaN);
    if (seconds >= secondsMin && seconds <= secondsMax) return seconds;
    context.addIssue({
      code: "custom",
      message: `it must be from ${secondsMin} to ${secondsMax} seconds, such as "900" or "15m"`,
    });
    return z.NEVER;
  });

/** JSON, or the path of a file that holds it. */
const jsonVariable = z.string().transform((value, context): unknown => {
  try {
    return JSON.parse(value.trimStart().startsWith("{") ? value : readFileSync(value, "utf8"));
  } catch {
    context.addIssue({ code: "custom", message: "it is neither JSON nor the path of a file of JSON" });
    return z.NEVER;
  }
});

/** A JWK Set of public keys; rejected if it holds a private or symmetric one, which every process would then know. */
const publicJwksVariable = jsonVariable.refine(
  (set) => !/"(d|k|p|q|dp|dq|qi)"\s*:/.test(JSON.stringify(set)),
  "it holds private keys, and only the public halves belong there",
);

/** A secret of at least 32 characters, such as `openssl rand -base64 32` makes. */
export const secretVariable = z.string().min(32, "a secret needs at least 32 characters");

/** What every process reads. Databases have names of their own, so each process adds its own. */
export const commonVariables = {
  /** `production` is the one switch for production. */
  NODE_ENV: z.enum(["development", "test", "staging", "production"]).default("development"),
  LOG_LEVEL: z.enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"]).default("info"),
  /** Where services listen. */
  HOST: z.string().default("127.0.0.1"),
  METRICS_HOST: z.string().default("127.0.0.1"),
  /** How long a process keeps serving after SIGTERM while its readiness is 503. See {@link drainSeconds}. */
  DRAIN_SECONDS: z.coerce.number().int().min(0).max(120).optional(),
  /** This process's own private key, a JWK; signs internal tokens. */
  INTERNAL_KEY: jsonVariable,
  /** The public halves of every process's key, a JWK Set; each key's `kid` is the issuer's name, a dot and a thumbprint. */
  INTERNAL_JWKS: publicJwksVariable,
  /** Moves this process's clock, for trials of skewed clocks; refused in production. See {@link offsetClock}. */
  CLOCK_OFFSET_SECONDS: z.coerce.number().int().min(-86_400).max(86_400).default(0),
  /** Traces go there over OTLP/HTTP when it is set. */
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url().optional(),
} as const;

/** The addresses of all instances of a service, separated by commas. */
export function addressesVariable(defaultAddress: string): z.ZodType<readonly URL[]> {
  return z
    .string()
    .default(defaultAddress)
    .transform((value, context) => {
      const addresses = value.split(",").map((address) => URL.parse(address.trim()));
      const valid = addresses.filter((address) => address !== null);
      if (valid.length === addresses.length) return valid;
      context.addIssue({ code: "custom", message: "it must be a list of http addresses, separated by commas" });
      return z.NEVER;
    });
}

/** DRAIN_SECONDS, or else 5 in production and 0 elsewhere, where nothing balances load and Ctrl-C should be quick. */
export function drainSeconds(env: { readonly NODE_ENV: string; readonly DRAIN_SECONDS?: number | undefined }): number {
  return env.DRAIN_SECONDS ?? (env.NODE_ENV === "production" ? 5 : 0);
}

/** Whether only developers use this shop, so that its log may hold the links of mails. Staging is reached by others. */
export function isDevelopment(env: { readonly NODE_ENV: string }): boolean {
  return env.NODE_ENV === "development" || env.NODE_ENV === "test";
}

/** What every process with a database reads besides its database's address. */
export const databaseVariables = {
  DB_POOL_MAX: z.coerce.number().int().min(1).max(500).default(25),
  DB_POOL_IDLE_SECONDS: z.coerce.number().int().min(1).default(900),
  /** `false` for PgBouncer before 1.21, or without `max_prepared_statements`, where it pools transactions. */
  DATABASE_PREPARED_STATEMENTS: flagVariable.default(true),
} as const;
