import { eq, sql } from "drizzle-orm";
import { z } from "zod";
import { carts, discountCodes } from "#drizzle/orders/tables.ts";
import { notFoundError, parseInput, validationError } from "#platform/shop/input.ts";
import { text } from "#platform/shop/text.ts";
import type { Viewer } from "#platform/shop/viewer.ts";
import { countGuesses } from "../discount/code-guesses.ts";
import { codeKey } from "../discount/discount-candidates.ts";
import type { Services } from "../services.ts";
import { codesPerOrderMax, discountCodeCharactersMax } from "../shared/limits.ts";
import { unknownCartError } from "../shared/user-errors.ts";
import { type CartPayload, cartOf, cartPayload, touched } from "./cart.ts";

const codeInput = z.object({ cartToken: z.string().nullish(), code: text(discountCodeCharactersMax, 1) });

const hasCode = (code: string) => sql`${code} = any(${carts.discountCodes})`;

/**
 * Adds a discount code to the viewer's cart, whether or not it applies. A code that is in it already stays once. NOT_FOUND for one that does not exist,
 * which counts against the address; an address that guessed too often cannot enter any.
 *
 * @throws {ApiError} RATE_LIMITED for too many codes that do not exist.
 */
export async function addCartCode(
  services: Services,
  viewer: Viewer,
  input: unknown,
  clientAddress: string,
): Promise<CartPayload> {
  const { db, tokenKey } = services;
  const parsed = parseInput(codeInput, input);
  if (!parsed.ok) return { userErrors: parsed.userErrors };
  const own = cartOf(viewer, tokenKey, parsed.value.cartToken);
  if (own === undefined) return { userErrors: [unknownCartError] };
  const code = await countGuesses(services, clientAddress, 1, async () => {
    const found = await findCode(services, parsed.value.code);
    return { value: found, isGuess: found === undefined };
  });
  if (code === undefined) return { userErrors: [notFoundError(["code"], "There is no such code.")] };
  const [cart] = await db
    .update(carts)
    .set({
      ...touched,
      discountCodes: sql`case when ${hasCode(code)} then ${carts.discountCodes} else ${carts.discountCodes} || ${code}::text end`,
    })
    .where(sql`${own} and (${hasCode(code)} or cardinality(${carts.discountCodes}) < ${codesPerOrderMax})`)
    .returning();
  if (cart !== undefined) return cartPayload(tokenKey, cart);
  const isThere = (await db.$count(carts, own)) > 0;
  const message = `A cart can have at most ${codesPerOrderMax} codes.`;
  return { userErrors: [isThere ? validationError(["code"], message) : unknownCartError] };
}

/** Removes a discount code from the viewer's cart. NOT_FOUND if it is not in it. */
export async function removeCartCode(services: Services, viewer: Viewer, input: unknown): Promise<CartPayload> {
  const { db, tokenKey } = services;
  const parsed = parseInput(codeInput, input);
  if (!parsed.ok) return { userErrors: parsed.userErrors };
  const own = cartOf(viewer, tokenKey, parsed.value.cartToken);
  if (own === undefined) return { userErrors: [unknownCartError] };
  const code = await findCode(services, parsed.value.code);
  const [cart] =
    code === undefined
      ? []
      : await db
          .update(carts)
          .set({ ...touched, discountCodes: sql`array_remove(${carts.discountCodes}, ${code})` })
          .where(sql`${own} and ${hasCode(code)}`)
          .returning();
  if (cart !== undefined) return cartPayload(tokenKey, cart);
  const isThere = (await db.$count(carts, own)) > 0;
  return { userErrors: [isThere ? notFoundError(["code"]) : unknownCartError] };
}

/** A code as its discount spells it; undefined if there is none. */
async function findCode({ db }: Services, code: string): Promise<string | undefined> {
  const [known] = await db
    .select()
    .from(discountCodes)
    .where(eq(discountCodes.key, codeKey(code)));
  return known?.code;
}
