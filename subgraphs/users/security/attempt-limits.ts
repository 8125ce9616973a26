import { createHmac } from "node:crypto";
import type { GraphQLResolveInfo } from "graphql";
import { getGraphQLRateLimiter } from "graphql-rate-limit";
import type { Budgets } from "#platform/budgets/budgets.ts";
import { clientNetwork } from "#platform/budgets/subjects.ts";
import type { Db } from "#platform/database/database.ts";
import { ApiError } from "#platform/shop/api-error.ts";
import type { UserId } from "#platform/shop/ids.ts";
import type { Settings } from "../env.ts";
import type { Attempt, AttemptStore, Rule } from "./attempt-store.ts";

/** Limits on how often something may be attempted. Beyond them: RATE_LIMITED with `retryAfterSeconds`. */
export type Limits = {
  /** Counts a call of sign-in and the like against the client's address: 2 a second, 4 at once, unless set otherwise. */
  demandPace(clientAddress: string, info: GraphQLResolveInfo): Promise<void>;
  /**
   * Counts a password as wrong before it is tried, so that no number of tries at once gets more of them: 5 per account and client address, 50
   * per account, in 15 minutes. The one that turns out right is given back.
   *
   * @param account its address, and its token generation, so that a new password begins at nought.
   * @param isTrusted asked once the account has no tries left: whether the caller was signed in before, so that only the caller's own tries count.
   * Otherwise anyone could lock the owner out.
   */
  countFailure(
    account: { emailKey: string; tokenGeneration: number },
    clientAddress: string,
    info: GraphQLResolveInfo,
    isTrusted: () => Promise<boolean>,
  ): Promise<{ giveBack(): Promise<void> }>;
  /** Whether one more request for a mail of a kind is kept for an address, or on behalf of a user, within the hour. */
  isMailAllowed(kind: MailKind, subject: string): Promise<boolean>;
  /** Counts a mail that a client causes, for any recipient. @throws {ApiError} RATE_LIMITED. */
  demandMail(clientAddress: string, user?: UserId): Promise<void>;
  /** Counts a call that asks for the password again. @throws {ApiError} RATE_LIMITED. */
  demandReauthentication(clientAddress: string, user: UserId): Promise<void>;
};

/** Mails that anybody can have sent to an address. */
type MailKind = "registration" | "activation-again" | "email-change" | "email-change-asked";

const failuresWindowMs = 15 * 60_000;
/** So many client addresses' worth of failures are allowed for one account. */
const failuresPerAccountFactor = 10;
const mailsWindowMs = 3_600_000;
const mailsMax: Readonly<Record<MailKind, number>> = {
  registration: 10,
  "activation-again": 3,
  "email-change": 3,
  "email-change-asked": 10,
};

/** The limits over a store. Keys are fingerprints, so that the store holds no addresses. */
export function makeLimits(store: AttemptStore, budgets: Budgets<Db>, settings: Settings): Limits {
  const keyOf = (...parts: string[]) =>
    createHmac("sha256", settings.TOKEN_KEY)
      .update(`limit\0${parts.join("\0")}`)
      .digest("base64url");
  const pace: Rule = {
    max: settings.AUTH_RATE_LIMIT_BURST,
    windowMs: (settings.AUTH_RATE_LIMIT_BURST / settings.AUTH_RATE_LIMIT_RPS) * 1_000,
  };
  const failuresHere: Rule = { max: settings.SIGN_IN_FAILURES_MAX, windowMs: failuresWindowMs };
  const failuresAnywhere: Rule = { ...failuresHere, max: settings.SIGN_IN_FAILURES_MAX * failuresPerAccountFactor };
  return {
    demandPace: async (clientAddress, info) => {
      if (!settings.RATE_LIMIT_ENABLED || clientAddress === "") return;
      await take(store, keyOf("pace", clientNetwork(clientAddress)), pace, info);
    },
    countFailure: async ({ emailKey, tokenGeneration }, clientAddress, info, isTrusted) => {
      const account = [emailKey, String(tokenGeneration)];
      const here = await take(store, keyOf("here", ...account, clientNetwork(clientAddress)), failuresHere, info);
      const anywhere = await take(store, keyOf("anywhere", ...account), failuresAnywhere, info).catch(async (error) => {
        if (await isTrusted()) return undefined;
        await here.giveBack();
        throw error;
      });
      return { giveBack: async () => void (await Promise.all([here.giveBack(), anywhere?.giveBack()])) };
    },
    isMailAllowed: async (kind, subject) => {
      const { taken } = await store.take(keyOf("mail", kind, subject), {
        max: mailsMax[kind],
        windowMs: mailsWindowMs,
      });
      return taken;
    },
    demandMail: (address, user) => budgets.spend("mails", { address, user }),
    demandReauthentication: (address, user) => budgets.spend("reauthentication", { address, user }),
  };
}

/**
 * Takes one attempt through graphql-rate-limit. It counts by reading and then writing, which lets callers at once all pass; so the store it is
 * given decides by itself, in the reading, and the writing does nothing.
 */
async function take(
  store: AttemptStore,
  key: string,
  rule: Rule,
  info: GraphQLResolveInfo,
): Promise<Extract<Attempt, { taken: true }>> {
  let attempt: Attempt | undefined;
  const limiter = getGraphQLRateLimiter({
    identifyContext: () => key,
    store: {
      getForIdentity: async ({ contextIdentity }) => {
        attempt = await store.take(contextIdentity, rule);
        return attempt.taken ? [] : Array.from({ length: rule.max }, () => Date.now());
      },
      setForIdentity: () => {},
    },
  });
  const message = await limiter(
    { parent: undefined, args: {}, context: {}, info },
    { max: rule.max, window: `${rule.windowMs}ms`, message: "Too many attempts. Try again later." },
  );
  if (message === undefined && attempt?.taken === true) return attempt;
  const retryAfterMs = attempt?.taken === false ? attempt.retryAfterMs : rule.windowMs;
  throw new ApiError("RATE_LIMITED", message ?? "Too many attempts.", {
    retryAfterSeconds: Math.max(1, Math.ceil(retryAfterMs / 1_000)),
  });
}
