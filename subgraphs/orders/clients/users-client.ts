import { z } from "zod";
import type { ServiceClient } from "#platform/http/service-client.ts";
import type { UserId } from "#platform/shop/ids.ts";
import type { PostalAddress } from "#platform/shop/input.ts";

/** Where mails about a user's orders go, and where the orders go unless told otherwise. */
type Buyer = { readonly email: string; readonly defaultAddress: PostalAddress | null };

/** What orders asks the users subgraph. */
export type UsersClient = {
  /** undefined for who is not an active user. @throws {Refusal} while users is away. */
  buyer(id: UserId): Promise<Buyer | undefined>;
};

/** The buyers behind a client of the users subgraph. */
export function openUsersClient(users: ServiceClient): UsersClient {
  return {
    buyer: async (userId) => (await users.query(buyerDocument, { userId }, buyerData)).buyer ?? undefined,
  };
}

const buyerDocument = `query Buyer($userId: ID!) {
  buyer(userId: $userId) {
    email
    defaultAddress { name line1 line2 city region postalCode country phone }
  }
}`;

const part = z.string().nullable();

const buyerData = z.object({
  buyer: z
    .object({
      email: z.string(),
      defaultAddress: z
        .object({
          name: part,
          line1: z.string(),
          line2: part,
          city: part,
          region: part,
          postalCode: part,
          country: z.string(),
          phone: part,
        })
        .nullable(),
    })
    .nullable(),
});
