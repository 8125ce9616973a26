import { z } from "zod";
import { transaction } from "#platform/database/database.ts";
import type { OrderId } from "#platform/shop/ids.ts";
import { idOrUndefined, notFoundError, parseInput } from "#platform/shop/input.ts";
import { multilineText } from "#platform/shop/text.ts";
import type { SignedIn } from "#platform/shop/viewer.ts";
import type { Services } from "../services.ts";
import { noteCharactersMax } from "../shared/limits.ts";
import { changeableBy, changeOrder } from "./order.ts";
import type { OrderPayload } from "./order-payload.ts";
import { appendTimeline } from "./timeline.ts";

/** Adds a note to an order's timeline. Its buyer sees the note only if `visibleToBuyer` is true. */
export async function addNote(
  services: Services,
  viewer: SignedIn,
  args: { orderId: string; note: string; visibleToBuyer: boolean },
): Promise<OrderPayload> {
  const parsed = parseInput(z.object({ note: multilineText(noteCharactersMax, 1) }), { note: args.note });
  if (!parsed.ok) return { userErrors: parsed.userErrors };
  const id = idOrUndefined<OrderId>(args.orderId);
  const { visibleToBuyer } = args;
  const order = await transaction(services.db, async (tx) => {
    if (id === undefined) return undefined;
    const noted = await changeOrder(tx, id, changeableBy(viewer), {});
    if (noted === undefined) return undefined;
    await appendTimeline(tx, id, [{ type: "NOTE", message: parsed.value.note, actorId: viewer.id, visibleToBuyer }]);
    return noted.order;
  });
  return order === undefined ? { userErrors: [notFoundError(["orderId"])] } : { order, userErrors: [] };
}
