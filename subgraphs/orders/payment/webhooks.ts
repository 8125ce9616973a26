import type { TransactionId } from "#drizzle/orders/tables.ts";
import { header, readBody, sendJson } from "#platform/http/http-server.ts";
import type { InternalRoute } from "#platform/http/internal-route.ts";
import { decodeUtf8 } from "#platform/http/utf8.ts";
import { parseId } from "#platform/shop/ids.ts";
import type { Services } from "../services.ts";
import { deadlineIn } from "../shared/deadline.ts";
import { bookReversals } from "./book-reversals.ts";
import { attemptCharge, findTransaction } from "./charge.ts";
import { attemptRefund } from "./refund.ts";

const bodyBytesMax = 256 * 1024;
const callMsMax = 5_000;

/**
 * `/webhooks/<provider>` for each provider. A webhook only names a charge or refund, whose state is then read from the provider. So webhooks that
 * are late, repeated or out of order do no harm. Refunds and disputes that were not made here are booked.
 */
export function webhookRoutes(services: Services): Record<string, InternalRoute> {
  return Object.fromEntries(
    [...services.providers.byName].map(([name, provider]) => [
      `POST /webhooks/${name}`,
      async (request, response) => {
        const body = await readBody(request, bodyBytesMax);
        decodeUtf8(body);
        const { transactionId, chargeReference } = await provider.webhookSubject(body, (name) => header(request, name));
        const id = transactionId === undefined ? undefined : parseId<TransactionId>(transactionId);
        if (id !== undefined) await refreshTransaction(services, id);
        if (chargeReference !== undefined) await bookReversals(services, provider, chargeReference);
        sendJson(response, 200, {});
      },
    ]),
  ) satisfies Record<string, InternalRoute>;
}

async function refreshTransaction(services: Services, id: TransactionId): Promise<void> {
  const found = await findTransaction(services.db, id);
  if (found?.type === "CHARGE" && found.status === "PENDING") await attemptCharge(services, id, deadlineIn(callMsMax));
  if (found?.type === "REFUND") await attemptRefund(services, id, deadlineIn(callMsMax), true);
}
