import { z } from "zod";
import type { ServiceClient } from "#platform/http/service-client.ts";
import { ApiError } from "#platform/shop/api-error.ts";
import type { UserId } from "#platform/shop/ids.ts";
import type { PostalAddress } from "#platform/shop/input.ts";

/** Where a user's emails and, by default, orders are sent. */
type BuyerContact = { readonly email: string; readonly defaultAddress: PostalAddress | null };

/** The client of the users subgraph. */
export type UsersClient = {
  /** The contact of an active user; undefined for any other id. @throws {ApiError} if users is unavailable. */
  findBuyer(id: UserId): Promise<BuyerContact | undefined>;
  /**
   * Counts a mail against the budget that all services have for a mailbox, a user and a client address; false if one of them is used up.
   *
   * @throws {ApiError} if users is unavailable.
   */
  takeMail(subjects: { email: string; user: UserId | undefined; addressHash: string | undefined }): Promise<boolean>;
};

/** Opens the client over the service connection. */
export function openUsersClient(users: ServiceClient): UsersClient {
  return {
    findBuyer: async (userId) => (await users.query(buyerDocument, { userId }, buyerData)).buyer ?? undefined,
    takeMail: async (subjects) => {
      const status = await users.post("/internal/mail-budget", subjects);
      if (status === 204) return true;
      if (status === 429) return false;
      throw new ApiError("SUBGRAPH_UNAVAILABLE", "Part of the service is temporarily unavailable.", { status });
    },
  };
}

const buyerDocument = `query Buyer($userId: ID!) {
  buyer(userId: $userId) {
    email
    defaultAddress { name company line1 line2 city region postalCode country phone }
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
          company: part.transform((company) => company ?? undefined),
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
