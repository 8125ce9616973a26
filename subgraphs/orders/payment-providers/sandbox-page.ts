import type { ServerResponse } from "node:http";
import type { Db } from "#platform/database/database.ts";
import { readBody } from "#platform/http/http-server.ts";
import type { InternalRoute } from "#platform/http/internal-route.ts";
import { type CurrencyCode, formatAmount } from "#platform/shop/money.ts";
import { findSandboxCharge, finishAction, type SandboxCharge } from "./sandbox.ts";
import { reversalOutcomes, reverseCharge } from "./sandbox-reversals.ts";

const bodyBytesMax = 1_024;

/** The sandbox's own page, where a buyer approves or declines a payment of `tok_action_required`. */
export function sandboxPage(db: Db): InternalRoute {
  return async (request, response, url) => {
    const id = url.pathname.split("/").at(-1) ?? "";
    if (request.method === "POST") {
      const form = new URLSearchParams((await readBody(request, bodyBytesMax)).toString("utf8"));
      const outcome = form.get("outcome");
      const reversal = reversalOutcomes.find((known) => known === outcome);
      if (reversal !== undefined) {
        await reverseCharge(db, id, reversal, form.get("amount")?.trim() || null);
        return sendPage(response, 200, "<p>Done. A webhook informs the shop.</p>");
      }
      await finishAction(db, id, outcome === "approve");
    }
    const charge = await findSandboxCharge(db, id);
    if (charge === undefined) return sendPage(response, 404, "<p>This payment does not exist.</p>");
    if (request.method === "POST" && charge.returnUrl !== null) {
      response.writeHead(303, { location: new URL(charge.returnUrl).href });
      response.end();
      return;
    }
    sendPage(
      response,
      200,
      charge.status === "action_required"
        ? form(charge)
        : `<p>This payment is ${charge.status}.</p>${charge.status === "succeeded" ? reversalForm : ""}`,
    );
  };
}

/** What a shop does in a provider's dashboard, and a buyer at a bank. */
const reversalForm = `<form method="post">
<label>Amount <input name="amount" placeholder="all that remains"></label>
<button name="outcome" value="refund">Refund outside the shop</button>
<button name="outcome" value="dispute">Open a dispute</button>
<button name="outcome" value="lost">The shop loses it</button>
<button name="outcome" value="won">The shop wins it</button>
</form>`;

function form(charge: SandboxCharge): string {
  const amount = formatAmount({ minorUnits: charge.amountMinor, currency: charge.currency as CurrencyCode });
  return `<p>Pay ${amount} ${charge.currency}?</p>
<form method="post">
<button name="outcome" value="approve">Approve</button>
<button name="outcome" value="decline">Decline</button>
</form>`;
}

function sendPage(response: ServerResponse, status: number, content: string): void {
  response.writeHead(status, {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": "default-src 'none'; form-action *",
    "cache-control": "no-store",
  });
  response.end(
    `<!doctype html><html lang="en"><meta charset="utf-8"><title>Test payments</title><h1>Test payments</h1>${content}</html>`,
  );
}
