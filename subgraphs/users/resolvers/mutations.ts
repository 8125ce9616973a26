import { ApiError } from "#platform/shop/api-error.ts";
import type { AddressId, SessionId, UserId } from "#platform/shop/ids.ts";
import { idOrUndefined, notFoundError } from "#platform/shop/input.ts";
import { signedIn } from "#platform/shop/viewer.ts";
import type { MutationResolvers } from "#schema/generated/users.ts";
import { deleteAccount } from "../account/account-deletion.ts";
import { confirmEmailChange, requestEmailChange } from "../account/email-change.ts";
import { changePassword, requestPasswordReset, resetPassword } from "../account/password-change.ts";
import { updateAccount } from "../account/profile.ts";
import { activateAccount, registerAccount, resendActivation } from "../account/registration.ts";
import { createAddress, deleteAddress, updateAddress } from "../account/saved-address.ts";
import { disableUser, enableUser, setPermissions, setRole } from "../admin/user-administration.ts";
import { refreshSession, revokeByToken, revokeSession, revokeSessionsOf } from "../session/session.ts";
import { signIn } from "../session/sign-in.ts";
import { err } from "../shared/result.ts";
import { signInSocially } from "../social/social-sign-in.ts";
import { acceptedPayload, accountPayload, addressPayload, revokedPayload, tokenPayload } from "./payloads.ts";

const permissionsMax = 100;

/** The users subgraph's mutations. */
export const mutations: MutationResolvers = {
  accountRegister: async (_parent, { input }, { db, tools, facts }, info) => {
    await tools.limits.demandPace(facts.clientAddress, info);
    await tools.limits.demandMail(facts.clientAddress);
    return acceptedPayload(await registerAccount(db, tools, input));
  },
  accountActivate: async (_parent, { input }, { db, tools }) => accountPayload(await activateAccount(db, tools, input)),
  accountActivationResend: async (_parent, { input }, { db, tools, facts }, info) => {
    await tools.limits.demandPace(facts.clientAddress, info);
    await tools.limits.demandMail(facts.clientAddress);
    return acceptedPayload(await resendActivation(db, tools, input));
  },

  tokenCreate: async (_parent, { input }, { db, tools, facts }, info) => {
    await tools.limits.demandPace(facts.clientAddress, info);
    return tokenPayload(await signIn(db, tools, input, { ...facts, info }, new Date()));
  },
  oauthTokenCreate: async (_parent, { input }, { db, tools, facts }, info) => {
    await tools.limits.demandPace(facts.clientAddress, info);
    return tokenPayload(await signInSocially(db, tools, input, facts, new Date()));
  },
  tokenRefresh: async (_parent, { input }, { db, tools }) =>
    tokenPayload(await refreshSession(db, tools, input.refreshToken, new Date())),
  tokenRevoke: async (_parent, { input }, { db, tools }) =>
    revokedPayload(await revokeByToken(db, tools.settings, input.refreshToken)),
  tokenRevokeAll: async (_parent, _args, { db, viewer }) =>
    revokedPayload({ ok: true, value: await revokeSessionsOf(db, signedIn(viewer).id) }),
  sessionRevoke: async (_parent, { id }, { db, viewer }) => {
    const sessionId = idOrUndefined<SessionId>(id);
    const ended = sessionId === undefined ? 0 : await revokeSession(db, signedIn(viewer).id, sessionId);
    return revokedPayload(ended === 0 ? err(notFoundError(["id"])) : { ok: true, value: ended });
  },

  passwordResetRequest: async (_parent, { input }, { db, tools, facts }, info) => {
    await tools.limits.demandPace(facts.clientAddress, info);
    await tools.limits.demandMail(facts.clientAddress);
    return acceptedPayload(await requestPasswordReset(db, tools, input));
  },
  passwordReset: async (_parent, { input }, { db, tools, facts }, info) => {
    await tools.limits.demandPace(facts.clientAddress, info);
    return acceptedPayload(await resetPassword(db, tools, input));
  },
  passwordChange: async (_parent, { input }, { db, tools, viewer, facts: { clientAddress } }, info) => {
    await tools.limits.demandPace(clientAddress, info);
    return acceptedPayload(await changePassword(db, tools, signedIn(viewer), input, { clientAddress, info }));
  },

  accountUpdate: async (_parent, { input }, { db, viewer }) =>
    accountPayload(await updateAccount(db, signedIn(viewer), input)),
  emailChangeRequest: async (_parent, { input }, { db, tools, viewer, facts: { clientAddress } }, info) => {
    await tools.limits.demandPace(clientAddress, info);
    return acceptedPayload(await requestEmailChange(db, tools, signedIn(viewer), input, { clientAddress, info }));
  },
  emailChangeConfirm: async (_parent, { input }, { db, tools }) =>
    accountPayload(await confirmEmailChange(db, tools.settings, input.token)),
  accountDelete: async (_parent, { input }, { db, tools, viewer, facts: { clientAddress } }, info) => {
    await tools.limits.demandPace(clientAddress, info);
    return acceptedPayload(await deleteAccount(db, tools, signedIn(viewer), input, { clientAddress, info }));
  },

  addressCreate: async (_parent, { input }, { db, viewer }) =>
    addressPayload(await createAddress(db, signedIn(viewer), input)),
  addressUpdate: async (_parent, { id, input }, { db, viewer }) =>
    addressPayload(await updateAddress(db, signedIn(viewer), idOrUndefined<AddressId>(id), input)),
  addressDelete: async (_parent, { id }, { db, viewer }) =>
    addressPayload(await deleteAddress(db, signedIn(viewer), idOrUndefined<AddressId>(id))),

  userRoleSet: async (_parent, { userId, role }, { db, viewer }) =>
    accountPayload(await setRole(db, signedIn(viewer), idOrUndefined<UserId>(userId), role)),
  userPermissionsSet: async (_parent, { userId, permissions }, { db, viewer }) => {
    if (permissions.length > permissionsMax) {
      throw new ApiError("BAD_USER_INPUT", `\`permissions\` can have at most ${permissionsMax} entries.`);
    }
    return accountPayload(await setPermissions(db, signedIn(viewer), idOrUndefined<UserId>(userId), permissions));
  },
  userDisable: async (_parent, { userId }, { db, viewer }) =>
    accountPayload(await disableUser(db, signedIn(viewer), idOrUndefined<UserId>(userId))),
  userEnable: async (_parent, { userId }, { db, viewer }) =>
    accountPayload(await enableUser(db, signedIn(viewer), idOrUndefined<UserId>(userId))),
};
