import type { AccountRegisterInput, Shop } from "#client/sdk/index.ts";
import { UserRoleSetDocument, ViewerDocument } from "#client/sdk/index.ts";
import { granted, present, type Stage } from "./scenario.ts";

/** A password that nobody else has thought of. */
const password = "correct horse 27 staples";

/** Registers somebody in one of the shapes of the reference systems, activates the account and signs in. */
export async function newCustomer(
  stage: Stage,
  name: string,
  more: Omit<AccountRegisterInput, "email" | "password">,
): Promise<{ shop: Shop; id: string; email: string }> {
  const shop = stage.visitor();
  const email = `${stage.unique(name)}@example.com`;
  stage.step("Register");
  const registered = granted(await shop.register({ email, password, ...more }));
  stage.check("the registration is accepted", registered.accepted);
  stage.step("Activate the account with the token of the mail");
  await stage.activate(shop, email);
  stage.step("Sign in");
  const { user } = granted(await shop.signIn({ email, password }));
  stage.check("there is a session now", await shop.isSignedIn());
  return { shop, id: present("user", user).id, email };
}

/** The demo's administrator, signed in. */
export async function admin(stage: Stage): Promise<Shop> {
  const shop = stage.visitor();
  granted(await shop.signIn({ email: "admin@example.com", password: "admin123" }));
  return shop;
}

/** Lets a customer sell: an administrator gives the role, and the customer takes a new access token. */
export async function makeSeller(stage: Stage, customer: { shop: Shop; id: string }): Promise<void> {
  stage.step("The administrator lets the new account sell");
  const { user } = granted(
    await (await admin(stage)).mutate(UserRoleSetDocument, { userId: customer.id, role: "SELLER" }),
  );
  stage.check("it is a SELLER", user?.role === "SELLER");
  stage.step("The customer takes a new access token, which says so");
  await customer.shop.renew();
  const { me } = await customer.shop.query(ViewerDocument);
  stage.check("its permissions hold products:write", me?.permissions?.includes("products:write") === true);
}
