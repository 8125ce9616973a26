/** What production requires beyond valid variables. A process that does not read a variable is not checked for it. */
const rules: Readonly<Record<string, (value: unknown, env: Readonly<Record<string, unknown>>) => string | undefined>> =
  {
    STOREFRONT_URL: (value, { SHOP_URL }) => requireHttps(value ?? SHOP_URL ?? ""),
    PUBLIC_URL: (value, { SHOP_URL }) => requireHttps(value ?? SHOP_URL ?? ""),
    OAUTH_RETURN_URL: requireHttps,
    SHOP_LOGO_URL: requireHttps,
    GOOGLE_REDIRECT_URL: requireHttps,
    GITHUB_REDIRECT_URL: requireHttps,
    FACEBOOK_REDIRECT_URL: requireHttps,
    GOOGLE_ISSUER: requirePrivacy,
    GITHUB_ORIGIN: requirePrivacy,
    GITHUB_API_ORIGIN: requirePrivacy,
    FACEBOOK_ORIGIN: requirePrivacy,
    FACEBOOK_GRAPH_ORIGIN: requirePrivacy,
    STRIPE_API_URL: requirePrivacy,
    MEDIA_URL: requireHttps,
    MEDIA_S3_ENDPOINT: requirePrivacy,
    VIES_URL: requirePrivacy,
    TOKEN_KEY: requireRandomness,
    ROUTER_SECRET: requireRandomness,
    SMTP_HOST: (value) =>
      value === undefined ? "it must be set, or emails would only be written to files" : undefined,
    SMTP_SENDER: (value) =>
      String(value).includes("@agora.example") ? "it must be set to the shop's own address" : undefined,
    BUDGETS_ENABLED: (value) => (value === false ? "budgets cannot be off" : undefined),
    DEMO_ACCOUNTS: (value) => (value === "allowed" ? "demo accounts cannot be allowed" : undefined),
  };

/**
 * Checks a process's settings before it starts in production; elsewhere everything is accepted.
 *
 * @param reads the names of the variables that the process reads, set or not.
 * @param more what else the process found wrong, by variable.
 * @throws {Error} naming each variable that production does not accept, and why; never its value.
 */
export function checkProduction(
  env: Readonly<Record<string, unknown>>,
  reads: readonly string[],
  more: Readonly<Record<string, string | undefined>> = {},
): void {
  if (env.NODE_ENV !== "production") return;
  const problems = Object.entries({
    ...Object.fromEntries(reads.map((name) => [name, rules[name]?.(env[name], env)])),
    ...more,
  });
  const sentences = problems.flatMap(([name, problem]) =>
    problem === undefined ? [] : [`The environment variable ${name} is not usable in production: ${problem}.`],
  );
  if (sentences.length > 0) throw new Error(sentences.join("\n"));
}

function addressesOf(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).filter((entry) => typeof entry === "string");
}

function requireHttps(value: unknown): string | undefined {
  return addressesOf(value).every((address) => /^https:/i.test(address)) ? undefined : "it must be an https address";
}

/** For addresses that the shop calls: what stays on this machine needs no encryption. */
function requirePrivacy(value: unknown): string | undefined {
  const isPrivate = (address: string) =>
    /^https:/i.test(address) || /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:|\/|$)/i.test(address);
  return addressesOf(value).every(isPrivate) ? undefined : "it must be an https address";
}

const distinctCharactersMin = 10;
const distinctStepsMin = 8;

/**
 * Rejects secrets that a person typed, such as 32 zeros, `abcdefgh…`, or one word repeated. Random ones pass: 32 hexadecimal digits have fewer than
 * ten distinct ones once in ten thousand times, and base64 practically never.
 */
function requireRandomness(value: unknown): string | undefined {
  if (typeof value !== "string") return undefined;
  const steps = new Set(Array.from(value).map((_, index) => value.charCodeAt(index + 1) - value.charCodeAt(index)));
  const isRepeated = `${value}${value}`.indexOf(value, 1) < value.length;
  const isRandom = new Set(value).size >= distinctCharactersMin && steps.size >= distinctStepsMin && !isRepeated;
  return isRandom ? undefined : 'it must be random, such as the output of "openssl rand -base64 32"';
}
