import { createHmac } from "node:crypto";
import { and, eq, isNotNull, sql } from "drizzle-orm";
import { knownNetworks, users } from "#drizzle/users/tables.ts";
import { clientNetwork } from "#platform/budgets/subjects.ts";
import type { Db } from "#platform/database/database.ts";
import type { UserId } from "#platform/shop/ids.ts";

/** Notes that an account was signed in to from a client address: failures elsewhere do not lock its owner out there. */
export async function rememberNetwork(db: Db, tokenKey: string, userId: UserId, clientAddress: string): Promise<void> {
  if (clientAddress === "") return;
  await db
    .insert(knownNetworks)
    .values({ userId, network: networkHash(tokenKey, clientAddress) })
    .onConflictDoUpdate({ target: [knownNetworks.userId, knownNetworks.network], set: { usedAt: sql`now()` } });
}

/** Whether the account of an address was signed in to from the client's network. The work is the same for addresses without an account. */
export async function isKnownNetwork(
  db: Db,
  tokenKey: string,
  emailKey: string,
  clientAddress: string,
): Promise<boolean> {
  if (clientAddress === "") return false;
  const known = await db
    .select({ userId: knownNetworks.userId })
    .from(knownNetworks)
    .innerJoin(users, eq(users.id, knownNetworks.userId))
    .where(
      and(
        eq(users.emailKey, emailKey),
        isNotNull(users.activatedAt),
        eq(knownNetworks.network, networkHash(tokenKey, clientAddress)),
      ),
    );
  return known.length > 0;
}

function networkHash(tokenKey: string, clientAddress: string): string {
  return createHmac("sha256", tokenKey)
    .update(`known-network\0${clientNetwork(clientAddress)}`)
    .digest("base64url");
}
