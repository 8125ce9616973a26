import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect } from "vitest";
import { browserTest, openBrowser, type TestBrowser } from "../harness/browser.ts";
import { openShop, type TestShop } from "../harness/shop.ts";

let shop: TestShop;
let browser: TestBrowser;
beforeAll(async () => {
  [shop, browser] = await Promise.all([openShop(), openBrowser()]);
}, 60_000);
afterAll(async () => {
  await browser?.[Symbol.asyncDispose]();
  await shop?.[Symbol.asyncDispose]();
});

const password = "correct horse battery";

/** The link of the newest mail whose subject matches. */
async function mailedLink(to: string, subject: RegExp): Promise<string> {
  const { text } = await shop.mailbox.wait(to, (mail) => subject.test(mail.subject));
  return /https?:\/\/\S+/.exec(text)?.[0] ?? "";
}

/** Opens a page and notes what it sends to the graph. */
async function openPage(url: string): Promise<{ page: Page; errors: readonly string[]; sent: string[] }> {
  const { page, errors } = await browser.open();
  const sent: string[] = [];
  page.on("request", (request) => {
    if (request.url().endsWith("/graphql")) sent.push(request.postData() ?? "");
  });
  await page.goto(url);
  return { page, errors, sent };
}

const resultOf = (page: Page) => page.locator("#result:not(:empty)").textContent();

browserTest("the explorer works on first open: the schema is read, and the sample query lists products", async () => {
  const { page, errors, responses } = await browser.open();
  await page.goto(`${shop.url}/explorer`);
  await page.locator(".send-request__button, [track-id=send_request]").first().click();
  await page.getByText("Running Shoes").first().waitFor();
  await page.getByText("Docs", { exact: true }).click();
  await page.getByText("Mutation").first().waitFor();
  expect(responses.filter(({ status }) => status >= 400)).toEqual([]);
  expect(responses.filter(({ url }) => url.endsWith("/graphql")).length).toBeGreaterThanOrEqual(2);
  expect(errors).toEqual([]);
});

browserTest(
  "a new customer activates the account, resets the password and confirms an address by links in mails",
  async () => {
    const email = "pages@example.com";
    const visitor = shop.visitor();
    await visitor.register({ email, password });
    const activate = await openPage(await mailedLink(email, /Activate/));
    await activate.page.waitForLoadState("networkidle");
    expect(activate.sent).toEqual([]);
    await activate.page.getByRole("button", { name: "Activate" }).click();
    expect(await resultOf(activate.page)).toBe("Your account is active. You can sign in now.");
    expect(activate.errors).toEqual([]);

    const request = `mutation ($email: EmailAddress!) { passwordResetRequest(input: { email: $email }) { accepted } }`;
    await shop.graphql(request, { email });
    const reset = await openPage(await mailedLink(email, /new password/));
    const button = reset.page.getByRole("button", { name: "Set password" });
    await reset.page.getByLabel("New password").fill("short");
    await button.click();
    expect(await resultOf(reset.page)).toBe("Use at least 8 characters.");
    await reset.page.getByLabel("New password").fill("another horse battery");
    await button.click();
    await reset.page.getByText("Your password is changed").waitFor();

    const { accessToken } = await shop.signIn(email, "another horse battery");
    const change = `mutation ($input: EmailChangeRequestInput!) { emailChangeRequest(input: $input) { accepted userErrors { code } } }`;
    const input = { newEmail: "moved@example.com", password: "another horse battery" };
    await shop.graphql(change, { input }, { token: accessToken });
    const confirm = await openPage(await mailedLink("moved@example.com", /Confirm/));
    await confirm.page.getByRole("button", { name: "Confirm" }).click();
    expect(await resultOf(confirm.page)).toBe("Your email address is changed.");
    await shop.signIn("moved@example.com", "another horse battery");
  },
);

browserTest(
  "orders are shown by the links in mails: a guest's by its token, a customer's after signing in",
  async () => {
    const { data } = await shop.graphql(`{ product(slug: "wireless-mouse") { id } }`);
    const checkout = {
      shippingAddress: { line1: "1 Main Street", country: "US" },
      payment: { token: "tok_ok" },
    };
    const guest = shop.visitor();
    await guest.addToCart({ productId: data.product.id, quantity: 2 });
    await guest.checkout({ ...checkout, email: "guest@example.com" });
    const link = await mailedLink("guest@example.com", /Payment/);
    const { page, errors, sent } = await openPage(link);
    await page.waitForLoadState("networkidle");
    expect(sent).toEqual([]);
    await page.getByRole("button", { name: "Show order" }).click();
    await page.getByText("2 × Wireless Mouse").waitFor();
    expect(errors).toEqual([]);

    const customer = await shop.customer();
    await customer.addToCart({ productId: data.product.id, quantity: 1 });
    await customer.checkout(checkout);
    const own = await openPage(await mailedLink("customer@example.com", /Payment/));
    await own.page.getByLabel("Email").fill("customer@example.com");
    await own.page.getByLabel("Password").fill("customer123");
    await own.page.getByRole("button", { name: "Sign in" }).click();
    await own.page.getByText("1 × Wireless Mouse").waitFor();
  },
);

browserTest("a page of a mail's link is not kept, not framed, sends no referrer and runs no other script", async () => {
  const response = await fetch(`${shop.url}/reset?token="><script>alert(1)</script>`);
  expect(response.status).toBe(200);
  expect(response.headers.get("cache-control")).toBe("no-store");
  expect(response.headers.get("referrer-policy")).toBe("no-referrer");
  expect(response.headers.get("content-security-policy")).toContain("default-src 'none'; script-src 'self'");
  expect(response.headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
  expect(await response.text()).not.toContain("alert");
});
