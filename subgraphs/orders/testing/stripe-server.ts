import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import Stripe from "stripe";
import { header, readBody, sendJson, serveHttp } from "#platform/http/http-server.ts";

/** A payment intent or refund, as far as the responses need it. */
type Thing = Record<string, unknown> & { id: string; status: string };

/** A server that responds to the Stripe provider's calls as Stripe's API reference says, in memory. */
export type StripeServer = AsyncDisposable & {
  readonly url: string;
  readonly intents: ReadonlyMap<string, Thing>;
  readonly refunds: ReadonlyMap<string, Thing>;
  /** What the buyer does on the page of `requires_action`. */
  finishAction(id: string): void;
  /** A refund that was not made by the shop. */
  refundInDashboard(intent: string, amount: number): void;
  /** A dispute of an intent, whose status the test changes. */
  dispute(intent: string, amount: number): Thing;
  /** A webhook about an object, as {@link StripeServer.webhook}. */
  webhookOf(type: string, object: unknown): Promise<{ body: string; signature: string }>;
  /** Forgets all payment intents and refunds. */
  clear(): void;
  /** A webhook's body and its signature header. */
  webhook(type: string, id: string): Promise<{ body: string; signature: string }>;
};

export const stripeSecretKey = "sk_test_1";
export const stripeWebhookSecret = "whsec_1";

const notFound = { type: "invalid_request_error", code: "resource_missing", message: "No such object." };
const wrongState = { type: "invalid_request_error", code: "payment_intent_unexpected_state", message: "Wrong state." };

/**
 * Starts one on a free port. `pm_…` decides what happens, as Stripe's own test methods do; `pm_lost` is charged and its response is cut, twice, for the
 * library itself asks again once.
 *
 * @param options.refunded what a refund is at first: `pending` until a test changes it, by default, or `succeeded` at once.
 */
export async function openStripeServer({ refunded = "pending" }: { refunded?: string } = {}): Promise<StripeServer> {
  const intents = new Map<string, Thing>();
  const refunds = new Map<string, Thing>();
  const disputes = new Map<string, Thing>();
  const served = new Map<string, { status: number; body: unknown; cuts: number }>();
  const newId = (kind: string) => `${kind}_${randomBytes(12).toString("hex")}`;

  const respond = (
    method: string,
    path: string,
    form: URLSearchParams,
    query: URLSearchParams,
  ): { status: number; body: unknown; cut?: true } => {
    const [, , noun, id = "", action] = path.split("/");
    const metadata = { transaction: form.get("metadata[transaction]"), order: form.get("metadata[order]") };
    const created = Math.floor(Date.now() / 1_000);
    if (method === "GET" && id === "") {
      const all = noun === "refunds" ? refunds : noun === "disputes" ? disputes : intents;
      const intent = query.get("payment_intent");
      const data = [...all.values()].filter((thing) => intent === null || thing.payment_intent === intent);
      return { status: 200, body: { object: "list", data, has_more: false, url: path } };
    }
    if (noun === "payment_intents" && id === "") {
      const amount = Number(form.get("amount"));
      if (amount < 50) {
        return {
          status: 400,
          body: { error: { type: "invalid_request_error", code: "amount_too_small", message: "Too small." } },
        };
      }
      const intent: Thing = {
        id: newId("pi"),
        object: "payment_intent",
        status: "requires_payment_method",
        amount,
        amount_received: 0,
        currency: form.get("currency"),
        last_payment_error: null,
        next_action: null,
        metadata,
        created,
      };
      intents.set(intent.id, intent);
      return { status: 200, body: { ...intent } };
    }
    if (noun === "payment_intents") {
      const intent = intents.get(id);
      if (intent === undefined) return { status: 404, body: { error: notFound } };
      if (action === undefined) return { status: 200, body: { ...intent } };
      if (intent.status === "succeeded" || intent.status === "canceled")
        return { status: 400, body: { error: wrongState } };
      return action === "cancel"
        ? { status: 200, body: Object.assign(intent, { status: "canceled" }) }
        : confirm(intent, form);
    }
    if (noun === "refunds" && method === "GET") {
      const refund = refunds.get(id);
      return refund === undefined ? { status: 404, body: { error: notFound } } : { status: 200, body: refund };
    }
    const charged = intents.get(form.get("payment_intent") ?? "");
    const amount = Number(form.get("amount"));
    const given = [...refunds.values()].reduce(
      (sum, refund) => sum + (refund.payment_intent === charged?.id ? Number(refund.amount) : 0),
      0,
    );
    if (charged === undefined || given + amount > Number(charged.amount_received)) {
      return {
        status: 400,
        body: { error: { type: "invalid_request_error", code: "charge_already_refunded", message: "Too much." } },
      };
    }
    const refund: Thing = {
      id: newId("re"),
      object: "refund",
      status: refunded,
      amount,
      payment_intent: charged.id,
      currency: charged.currency,
      metadata,
      created,
    };
    refunds.set(refund.id, refund);
    return { status: 200, body: { ...refund } };
  };

  const server = await serveHttp({
    host: "127.0.0.1",
    port: 0,
    portName: "none",
    onError: () => {},
    handler: async (request: IncomingMessage, response: ServerResponse, url: URL) => {
      const form = new URLSearchParams((await readBody(request, 100_000)).toString("utf8"));
      if (header(request, "authorization") !== `Bearer ${stripeSecretKey}`) {
        return sendJson(response, 401, { error: { type: "invalid_request_error", message: "Invalid API Key." } });
      }
      const key = header(request, "idempotency-key");
      const known = key === undefined ? undefined : served.get(`${url.pathname} ${key}`);
      if (known?.cuts) {
        known.cuts -= 1;
        return void response.destroy();
      }
      if (known !== undefined) return sendJson(response, known.status, known.body, { "idempotent-replayed": "true" });
      const { status, body, cut } = respond(request.method ?? "GET", url.pathname, form, url.searchParams);
      if (key !== undefined)
        served.set(`${url.pathname} ${key}`, { status, body: structuredClone(body), cuts: cut ? 1 : 0 });
      if (cut) return void response.destroy();
      sendJson(response, status, body);
    },
  });
  const signer = new Stripe(stripeSecretKey);
  const sign = async (type: string, object: unknown) => {
    const body = JSON.stringify({ id: newId("evt"), object: "event", type, data: { object } });
    const secret = stripeWebhookSecret;
    return { body, signature: await signer.webhooks.generateTestHeaderStringAsync({ payload: body, secret }) };
  };
  const reversalOf = (kind: string, intent: string, amount: number, status: string): Thing => ({
    id: newId(kind),
    object: kind === "re" ? "refund" : "dispute",
    status,
    amount,
    payment_intent: intent,
    currency: intents.get(intent)?.currency,
    metadata: {},
    created: Math.floor(Date.now() / 1_000),
  });
  return {
    url: server.url,
    refundInDashboard: (intent, amount) => {
      const refund = reversalOf("re", intent, amount, "succeeded");
      refunds.set(refund.id, refund);
    },
    dispute: (intent, amount) => {
      const dispute = reversalOf("dp", intent, amount, "needs_response");
      disputes.set(dispute.id, dispute);
      return dispute;
    },
    webhookOf: sign,
    intents,
    refunds,
    clear: () => {
      intents.clear();
      refunds.clear();
    },
    finishAction: (id) => {
      const intent = intents.get(id);
      if (intent !== undefined) succeed(intent);
    },
    webhook: async (type, id) => {
      const object = intents.get(id) ?? refunds.get(id);
      return sign(type, object);
    },
    [Symbol.asyncDispose]: () => server.close(0),
  };
}

function succeed(intent: Thing): Thing {
  return Object.assign(intent, { status: "succeeded", amount_received: intent.amount, next_action: null });
}

function confirm(intent: Thing, form: URLSearchParams): { status: number; body: unknown; cut?: true } {
  switch (form.get("payment_method")) {
    case "pm_card_visa":
      return { status: 200, body: succeed(intent) };
    case "pm_lost":
      return { status: 200, body: succeed(intent), cut: true };
    case "pm_broken":
      return { status: 500, body: { error: { type: "api_error", message: "Something is broken." } } };
    case "pm_card_authenticationRequired": {
      const url = `https://hooks.stripe.example/${intent.id}?return_url=${form.get("return_url")}`;
      Object.assign(intent, {
        status: "requires_action",
        next_action: { type: "redirect_to_url", redirect_to_url: { url } },
      });
      return { status: 200, body: { ...intent } };
    }
    case "pm_card_visa_chargeDeclinedInsufficientFunds": {
      const error = {
        type: "card_error",
        code: "card_declined",
        decline_code: "insufficient_funds",
        message: "Declined.",
      };
      intent.last_payment_error = error;
      return { status: 402, body: { error: { ...error, payment_intent: { ...intent } } } };
    }
    default:
      return { status: 400, body: { error: { ...notFound, message: "No such PaymentMethod." } } };
  }
}
