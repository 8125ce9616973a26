import type { MutationResolvers } from "#schema/generated/users.ts";
import { acceptedPayload, accountPayload, revokedPayload, tokenPayload } from "./payload.ts";
import { activateAccount, registerAccount } from "./registration.ts";
import { refreshSession, revokeByToken } from "./session.ts";
import { signIn } from "./sign-in.ts";

/** The users subgraph's mutations. */
export const mutations: MutationResolvers = {
  accountRegister: async (_parent, { input }, { db, tools }) =>
    acceptedPayload(await registerAccount(db, tools, input)),
  accountActivate: async (_parent, { input }, { db, tools }) =>
    accountPayload(await activateAccount(db, tools.settings, input.token)),
  tokenCreate: async (_parent, { input }, { db, tools, facts }) =>
    tokenPayload(await signIn(db, tools, input, facts, new Date())),
  tokenRefresh: async (_parent, { input }, { db, tools }) =>
    tokenPayload(await refreshSession(db, tools, input.refreshToken, new Date())),
  tokenRevoke: async (_parent, { input }, { db, tools }) =>
    revokedPayload(await revokeByToken(db, tools.settings, input.refreshToken)),
};
