import { AccountActivateDocument } from "#client/sdk/index.ts";
import { type CommandContext, readViewer, required, succeeded } from "./command-context.ts";

/** Signs in with email address and password. The guest's cart is kept. */
export async function signIn(context: CommandContext): Promise<void> {
  const { shop, terminal } = context;
  const email = await terminal.ask("Email", { placeholder: "customer@example.com", check: required });
  const password = await terminal.askSecret("Password");
  const payload = await terminal.withSpinner("Signing in", () => shop.signIn({ email, password }));
  if (!succeeded(context, payload)) return;
  const viewer = await readViewer(context);
  terminal.success(`Welcome, ${viewer?.displayName ?? email}.`);
  const { orderTokens } = await shop.guestTokens();
  if (Object.keys(orderTokens).length === 0) return;
  if (!(await terminal.confirm("Add the orders you placed as a guest to this account?"))) return;
  for (const claimed of await terminal.withSpinner("Adding the orders", () => shop.claimOrders()))
    succeeded(context, claimed);
}

/** Registers an account, activates it with the mailed token, and signs in. */
export async function register(context: CommandContext): Promise<void> {
  const { shop, terminal } = context;
  const displayName = await terminal.ask("Display name", { placeholder: "Jane Smith" });
  const email = await terminal.ask("Email", { check: required });
  const password = await terminal.askSecret("Password (at least 8 characters)");
  const input = { email, password, ...(displayName === "" ? {} : { displayName }) };
  const payload = await terminal.withSpinner("Registering", () => shop.register(input));
  if (!succeeded(context, payload)) return;
  terminal.say("We have sent you an email with a token that activates your account.");
  const found = context.readsMail
    ? await terminal.withSpinner("Waiting for the email", () => context.mailedToken(email))
    : null;
  if (found !== null) terminal.say("The email has arrived; its token is filled in.");
  const token = await terminal.ask("Token", { ...(found === null ? {} : { initial: found }), check: required });
  const activated = await terminal.withSpinner("Activating", () =>
    shop.mutate(AccountActivateDocument, { input: { token } }),
  );
  if (!succeeded(context, activated)) return;
  if (succeeded(context, await terminal.withSpinner("Signing in", () => shop.signIn({ email, password })))) {
    terminal.success(`Welcome, ${activated.user?.displayName ?? email}.`);
  }
}

/** Ends the session. */
export async function signOut({ shop, terminal }: CommandContext): Promise<void> {
  await terminal.withSpinner("Signing out", () => shop.signOut());
  terminal.success("You have signed out.");
}
