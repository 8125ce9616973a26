import type { AccountRegisterInput, Shop } from "#client/sdk/index.ts";
import { UserRoleSetDocument, ViewerDocument } from "#client/sdk/index.ts";
import { expectSuccess, present, type Scenario } from "./scenario.ts";

/** A password that the password policy accepts. */
const password = "correct horse 27 staples";

/** Registers a customer, activates the account and signs in. */
export async function newCustomer(
  scenario: Scenario,
  name: string,
  more: Omit<AccountRegisterInput, "email" | "password">,
): Promise<{ shop: Shop; id: string; email: string }> {
  const shop = scenario.visitor();
  const email = `${scenario.unique(name)}@example.com`;
  scenario.step("Register");
  const registered = expectSuccess(await shop.register({ email, password, ...more }));
  scenario.check("the registration is accepted", registered.accepted);
  scenario.step("Activate the account with the emailed token");
  await scenario.activate(shop, email);
  scenario.step("Sign in");
  const { user } = expectSuccess(await shop.signIn({ email, password }));
  scenario.check("there is a session", await shop.isSignedIn());
  return { shop, id: present("user", user).id, email };
}

/** Signs in the administrator of the demo data. */
export async function admin(scenario: Scenario): Promise<Shop> {
  const shop = scenario.visitor();
  expectSuccess(await shop.signIn({ email: "admin@example.com", password: "admin123" }));
  return shop;
}

/** Makes a customer a seller: an administrator changes the role, and the customer's access token is renewed. */
export async function makeSeller(scenario: Scenario, customer: { shop: Shop; id: string }): Promise<void> {
  scenario.step("The administrator gives the account the role SELLER");
  const { user } = expectSuccess(
    await (await admin(scenario)).mutate(UserRoleSetDocument, { userId: customer.id, role: "SELLER" }),
  );
  scenario.check("the role is SELLER", user?.role === "SELLER");
  scenario.step("Renew the customer's access token");
  await customer.shop.renew();
  const { me } = await customer.shop.query(ViewerDocument);
  scenario.check("its permissions hold products:write", me?.permissions?.includes("products:write") === true);
}
