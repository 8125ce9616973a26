import type { PaymentMethodInput } from "#client/sdk/index.ts";
import { type CommandContext, required } from "./command-context.ts";

/** Asks for a payment method: a test card of the sandbox provider, or the token of another provider. Returns null to pay later. */
export async function choosePayment({ terminal }: CommandContext): Promise<PaymentMethodInput | null> {
  const token = await terminal.choose<string | null>("Payment method", [
    { value: "tok_ok", label: "Test card: succeeds" },
    { value: "tok_insufficient_funds", label: "Test card: insufficient funds" },
    { value: "tok_declined", label: "Test card: declined" },
    { value: "tok_action_required", label: "Test card: requires confirmation" },
    { value: "tok_slow", label: "Test card: settles later" },
    { value: "", label: "Token of another provider" },
    { value: null, label: "Pay later" },
  ]);
  if (token === null) return null;
  return { token: token === "" ? await terminal.ask("Token", { check: required }) : token };
}
