import { expect, test } from "vitest";
import { openShop, type TestShop } from "../harness/shop.ts";

const shippingAddress = { line1: "1 Main Street", country: "US" };
const mailsPerHour = 5;

async function order(shop: TestShop, email: string, token?: string): Promise<void> {
  const { data } = await shop.graphql(`{ product(slug: "wireless-mouse") { id } }`);
  const guest = shop.visitor();
  await guest.addToCart({ productId: data.product.id, quantity: 1 });
  await guest.checkout({ email, shippingAddress, ...(token === undefined ? {} : { payment: { token } }) });
}

/** Waits until every mail is sent, dropped, or postponed for longer than a delivery is given. */
async function untilMailsAreDecided({ sql }: TestShop): Promise<void> {
  const open = async () => {
    const waiting = [sql.users, sql.orders].map(
      (database) => database`
        select topic from outbox where channel = 'mail' and status = 'waiting' and due_at < now() + interval '1 minute'`,
    );
    return (await Promise.all(waiting)).flat();
  };
  await expect.poll(open).toEqual([]);
}

test("a stranger causes five mails an hour to a mailbox, by orders and registrations together, and its owner still gets theirs", async () => {
  await using shop = await openShop({ variables: { BUDGETS_ENABLED: "true" } });
  const sentTo = (name: string) => shop.mailbox.mails.filter(({ to }) => to.startsWith(name));
  await shop.newCustomer("owner@example.org");
  const before = sentTo("owner").length;

  const victims = Array.from({ length: 6 }, (_, index) => `owner+${index}@example.org`);
  await Promise.all(victims.map((email) => order(shop, email)));
  for (const email of victims) await shop.visitor().register({ email, password: `a long password for ${email}` });
  await expect.poll(() => sentTo("owner").length, { timeout: 10_000 }).toBe(mailsPerHour);
  await untilMailsAreDecided(shop);
  expect(sentTo("owner").length).toBe(mailsPerHour);
  expect(before).toBe(1);

  const request = `mutation ($email: EmailAddress!) { passwordResetRequest(input: { email: $email }) { accepted } }`;
  await shop.graphql(request, { email: "owner@example.org" });
  await shop.mailbox.wait("owner@example.org", ({ subject }) => subject === "Choose a new password");
  await order(shop, "owner@example.org", "tok_ok");
  await shop.mailbox.wait("owner@example.org", ({ subject }) => subject.startsWith("Payment received"));
});

test("an address causes as many mails an hour as its budget has, by orders and registrations together, whoever gets them", async () => {
  const addressMax = 6;
  await using shop = await openShop({
    variables: { BUDGETS_ENABLED: "true", BUDGET_MAILS_PER_ADDRESS: String(addressMax) },
  });
  const sent = () => shop.mailbox.mails.length;
  for (let index = 0; index < 4; index += 1) await order(shop, `order-${index}@example.org`);
  await expect.poll(sent, { timeout: 10_000 }).toBe(4);
  const register = (index: number) =>
    shop.visitor().register({ email: `join-${index}@example.org`, password: `a long password ${index}` });
  await register(0);
  await register(1);
  await expect(register(2)).rejects.toThrow("Too many requests");
  await order(shop, "late@example.org");
  await expect.poll(sent, { timeout: 10_000 }).toBe(addressMax);
  await untilMailsAreDecided(shop);
  expect(sent()).toBe(addressMax);
});
