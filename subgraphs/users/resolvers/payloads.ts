import type { SavedAddress } from "../account/saved-address.ts";
import type { User } from "../account/user.ts";
import type { SignedInPair } from "../session/session.ts";
import type { Result, UserError } from "../shared/result.ts";

/** `AccountPayload` of what came of it. */
export function accountPayload(outcome: Result<User>) {
  return outcome.ok ? { user: outcome.value, userErrors: [] } : { user: null, userErrors: outcome.userErrors };
}

/** `AcceptedPayload`, `AccountRegisterPayload` of what came of it. */
export function acceptedPayload(outcome: Result<unknown>): { accepted: boolean; userErrors: UserError[] } {
  return outcome.ok ? { accepted: true, userErrors: [] } : { accepted: false, userErrors: outcome.userErrors };
}

/** `TokenPayload` of what came of it. */
export function tokenPayload(outcome: Result<SignedInPair>) {
  if (!outcome.ok) return { userErrors: outcome.userErrors };
  const { access, refreshToken, refreshTokenExpiresAt, user } = outcome.value;
  return {
    accessToken: access.text,
    accessTokenExpiresAt: access.expiresAt,
    refreshToken,
    refreshTokenExpiresAt,
    user,
    userErrors: [],
  };
}

/** `TokenRevokePayload` of what came of it. */
export function revokedPayload(outcome: Result<number>): { revokedSessions: number; userErrors: UserError[] } {
  return outcome.ok
    ? { revokedSessions: outcome.value, userErrors: [] }
    : { revokedSessions: 0, userErrors: outcome.userErrors };
}

/** `SavedAddressPayload` of what came of it. */
export function addressPayload(outcome: Result<SavedAddress>) {
  return outcome.ok ? { address: outcome.value, userErrors: [] } : { address: null, userErrors: outcome.userErrors };
}
