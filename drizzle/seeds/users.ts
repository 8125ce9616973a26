import type { Db } from "#platform/database/database.ts";
import type { UserId } from "#platform/shop/ids.ts";
import type { Email } from "#platform/shop/input.ts";
import { type Role, users } from "../users/tables.ts";
import { demoUserIds } from "./ids.ts";

/**
 * Accounts for development, with the passwords that the README names: admin123, seller123, customer123. They are shorter than the policy allows
 * and their hashes are public, so these rows are never put into a production database.
 */
export const demoAccounts: readonly {
  id: UserId;
  email: string;
  /** As the README names it. */
  password: string;
  displayName: string;
  username: string;
  role: Role;
  passwordHash: string;
}[] = [
  {
    id: demoUserIds.admin,
    email: "admin@example.com",
    password: "admin123",
    displayName: "Agora Admin",
    username: "admin",
    role: "ADMIN",
    passwordHash: "$argon2id$v=19$m=19456,t=2,p=1$eD14OtJ52qScAdxiT7xfyg$qemxWcVKUpVJyUxWT0W3a8sr1w1av/uzaJIYmOxxs/Q",
  },
  {
    id: demoUserIds.seller,
    email: "seller@example.com",
    password: "seller123",
    displayName: "Agora Seller",
    username: "seller",
    role: "SELLER",
    passwordHash: "$argon2id$v=19$m=19456,t=2,p=1$i+32ZTx+5HBc4EhHnjDy9A$+InlZE3oRJ829rSHplYKzgnVZmUR20doGap12kdIG+4",
  },
  {
    id: demoUserIds.customer,
    email: "customer@example.com",
    password: "customer123",
    displayName: "Casey Customer",
    username: "customer",
    role: "CUSTOMER",
    passwordHash: "$argon2id$v=19$m=19456,t=2,p=1$F7OdouXrOstEOOcgQgkw5Q$LtaQCwkC32THNgZp3SGpycpy6KQTfXfkFLBiS3Ickso",
  },
];

/** Puts the demo accounts in unless they, or others with their addresses or handles, are there; changes nothing that is. */
export async function putDemoData(db: Db): Promise<void> {
  const now = new Date();
  for (const { email, username, password: _documented, ...account } of demoAccounts) {
    await db
      .insert(users)
      .values({
        ...account,
        email: email as Email,
        emailKey: email,
        username,
        usernameKey: username,
        activatedAt: now,
      })
      .onConflictDoNothing();
  }
}
