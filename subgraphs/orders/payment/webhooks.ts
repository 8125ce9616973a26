import type { TransactionId } from "#drizzle/orders/tables.ts";
import type { InternalRoute } from "#platform/graphql/subgraph-server.ts";
import { header, readBody, sendJson } from "#platform/http/http-server.ts";
import { parseId } from "#platform/shop/ids.ts";
import type { Services } from "../services.ts";
import { deadlineIn } from "../shared/deadline.ts";
import { askForCharge, findTransaction } from "./charge.ts";
import { askForRefund } from "./refund.ts";

const bodyBytesMax = 256 * 1024;
const askMsMax = 5_000;

/**
 * `/webhooks/<provider>` for each provider: a webhook says which charge or refund to look at, and the provider is asked what became of it. So one that is
 * late, doubled or out of order does no harm.
 */
export function webhookRoutes(services: Services): Record<string, InternalRoute> {
  return Object.fromEntries(
    [...services.providers.byName].map(([name, provider]) => [
      `POST /webhooks/${name}`,
      async (request, response) => {
        const body = await readBody(request, bodyBytesMax);
        const subject = await provider.webhookSubject(body, (wanted) => header(request, wanted));
        const id = subject === undefined ? undefined : parseId<TransactionId>(subject);
        if (id !== undefined) await askFor(services, id);
        sendJson(response, 200, {});
      },
    ]),
  ) satisfies Record<string, InternalRoute>;
}

async function askFor(services: Services, id: TransactionId): Promise<void> {
  const found = await findTransaction(services.db, id);
  if (found?.type === "CHARGE") await askForCharge(services, id, deadlineIn(askMsMax));
  if (found?.type === "REFUND") await askForRefund(services, id, deadlineIn(askMsMax), true);
}
