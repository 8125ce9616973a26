import type { PaymentMethodInput } from "#client/sdk/index.ts";
import { type Desk, something } from "./command-context.ts";

/** How to pay; null for later. The test provider's cards; another provider's token can be given by hand. */
export async function choosePayment({ terminal }: Desk): Promise<PaymentMethodInput | null> {
  const token = await terminal.choose<string | null>("How do you want to pay?", [
    { value: "tok_ok", label: "With a test card that works" },
    { value: "tok_insufficient_funds", label: "With a test card that has no money" },
    { value: "tok_declined", label: "With a test card that is declined" },
    { value: "tok_action_required", label: "With a test card that asks its owner first" },
    { value: "tok_slow", label: "With a test card that takes its time" },
    { value: "", label: "With another provider's token" },
    { value: null, label: "Later" },
  ]);
  if (token === null) return null;
  return { token: token === "" ? await terminal.ask("Token", { check: something }) : token };
}
