import { AccountActivateDocument } from "#client/sdk/index.ts";
import { type Desk, granted, readViewer, something } from "./command-context.ts";

/** Signs somebody in; a guest's cart comes along. */
export async function signIn(desk: Desk): Promise<void> {
  const { shop, terminal } = desk;
  const email = await terminal.ask("E-mail", { placeholder: "customer@example.com", check: something });
  const password = await terminal.askSecret("Password");
  const payload = await terminal.during("Signing in", () => shop.signIn({ email, password }));
  if (!granted(desk, payload)) return;
  const viewer = await readViewer(desk);
  terminal.cheer(`Welcome, ${viewer?.displayName ?? email}.`);
  const { orderTokens } = await shop.guestTokens();
  if (Object.keys(orderTokens).length === 0) return;
  if (!(await terminal.confirm("Take the orders you made as a guest into this account?"))) return;
  for (const claimed of await terminal.during("Taking them over", () => shop.claimOrders())) granted(desk, claimed);
}

/** Registers an account, activates it with the token of the mail, and signs in. */
export async function register(desk: Desk): Promise<void> {
  const { shop, terminal } = desk;
  const displayName = await terminal.ask("Your name, as others see it", { placeholder: "Jane Smith" });
  const email = await terminal.ask("E-mail", { check: something });
  const password = await terminal.askSecret("A password of at least 8 characters");
  const input = { email, password, ...(displayName === "" ? {} : { displayName }) };
  const payload = await terminal.during("Registering", () => shop.register(input));
  if (!granted(desk, payload)) return;
  terminal.say("We have sent you a mail with a token that activates the account.");
  const found = desk.readsMail
    ? await terminal.during("Looking into the mail folder", () => desk.mailedToken(email))
    : null;
  if (found !== null) terminal.say("The mail is here; its token is filled in.");
  const token = await terminal.ask("Token", { ...(found === null ? {} : { initial: found }), check: something });
  const activated = await terminal.during("Activating", () =>
    shop.mutate(AccountActivateDocument, { input: { token } }),
  );
  if (!granted(desk, activated)) return;
  if (granted(desk, await terminal.during("Signing in", () => shop.signIn({ email, password })))) {
    terminal.cheer(`Welcome, ${activated.user?.displayName ?? email}.`);
  }
}

/** Ends the session. */
export async function signOut({ shop, terminal }: Desk): Promise<void> {
  await terminal.during("Signing out", () => shop.signOut());
  terminal.cheer("You are signed out.");
}
