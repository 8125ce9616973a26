import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { ProductsDocument } from "#client/sdk/index.ts";
import { openShop, type TestShop } from "#test/harness/shop.ts";
import { flows } from "./flows/flow.ts";
import { openStage } from "./flows/scenario.ts";
import { tokenFromFolder } from "./mail-folder.ts";

// `npm run shop` as a script uses it, without a terminal: lines in, plain text out.

let shop: TestShop;
let mailFolder: string;

beforeAll(async () => {
  mailFolder = await mkdtemp(path.join(tmpdir(), "agora-mail-"));
  shop = await openShop({ variables: { SMTP_HOST: undefined, MAIL_DIRECTORY: mailFolder } });
});

afterAll(async () => {
  await shop?.[Symbol.asyncDispose]();
  await rm(mailFolder, { recursive: true, force: true });
});

test("somebody registers, buys and cancels", async () => {
  const { output, status } = await run([
    ...["Register", "Jane Smith", "jane@example.com", "correct horse 27 staples", ""],
    ...["Search", "wireless mouse", "Wireless Mouse", "Put it into the cart", "2", "Back"],
    ...["Cart", "Check out", "To another address", "Jane Smith", "1 Main Street", "Springfield", "12345", ""],
    ...["With a test card that works", "yes"],
    ...["My orders", "1", "Cancel it", "yes", "Back", "Back", "Leave"],
  ]);
  expect(output).toContain("Welcome, Jane Smith.");
  expect(output).toContain("In the cart: 2 for $59.98.");
  expect(output).toMatch(/Thank you! Your order is \S+\./);
  expect(output).toMatch(/Order \S+ is cancelled\./);
  expect(output).toMatch(/cancelled {3}payment refunded/);
  expect(output).toContain("Goodbye.");
  expect(output).not.toContain("\u001b");
  expect(status).toBe(0);
  const orders = await shop.sql.orders`SELECT status FROM orders WHERE email = 'jane@example.com'`;
  expect(orders).toEqual([{ status: "CANCELLED" }]);
});

test("a guest's declined payment is told in plain words, and can be made good", async () => {
  const { output } = await run([
    ...["Browse", "Everything", "Summer Dress", "Put it into the cart", "Yellow / S", "1", "Back"],
    ...["Cart", "Check out", "guest@example.com", "To another address", "", "1 Main Street", "", "", ""],
    ...["With a test card that has no money", "yes"],
    ...["Orders made here", "1", "Pay", "With a test card that works", "Back", "Back", "Leave"],
  ]);
  expect(output).toContain("! The payment was declined: insufficient funds.");
  expect(output).toContain("paid   payment paid");
});

test("an administrator adds a product and takes it out, ships an order and gives money back", async () => {
  const customer = await shop.customer();
  const { products } = await customer.query(ProductsDocument, { search: "usb-c hub" });
  await customer.addToCart({ productId: products?.nodes[0]?.id ?? "", quantity: 1 });
  const { order } = await customer.checkout({
    shippingAddress: { line1: "1 Main Street", country: "US" },
    payment: { token: "tok_ok" },
  });
  const { output, status } = await run([
    ...["Sign in", "admin@example.com", "admin123"],
    ...["Manage", "Add", "Gaming Laptop", "High-end", "1499.99", "10", "laptop, gaming"],
    ...["All products", "Gaming Laptop", "Its stock", "Add", "5", "Delivery", "Take it out", "yes", "Back", "Back"],
    ...["Orders to ship", order?.number ?? "", "To processing", "Back"],
    ...["Orders to ship", order?.number ?? "", "To shipped", "1Z999", "Back"],
    ...["Refunds", order?.number ?? "", "9.99", "Scratched", "yes", "Back", "Sign out", "Leave"],
  ]);
  expect(output).toContain("Gaming Laptop is in the shop.");
  expect(output).toContain("15 are on hand now.");
  expect(output).toContain("Gaming Laptop is out of the shop.");
  expect(output).toContain(`Order ${order?.number} is shipped.`);
  expect(output).toContain("It is on its way back.");
  expect(status).toBe(0);
  expect(await customer.order(order?.id ?? "")).toMatchObject({
    status: "SHIPPED",
    trackingNumber: "1Z999",
    amountRefunded: { amount: "9.99" },
  });
});

test("a seller sees the own products, their movements and what runs low", async () => {
  const { output, status } = await run([
    ...["Sign in", "seller@example.com", "seller123", "Manage", "Add", "Last Chair", "", "49.50", "2", ""],
    ...["What is running low", "Last Chair", "What moved", "Back"],
    ...["My products", "Last Chair", "Change its price", "39.50", "Back", "Back", "Back", "Leave"],
  ]);
  expect(output).toMatch(/Last Chair {2}Default \(2 left\)/);
  expect(output).toMatch(/initial +\+2 +0/);
  expect(output).toContain("Changed.");
  expect(output).toContain("$39.50");
  expect(output).not.toContain("Orders to ship");
  expect(status).toBe(0);
});

test("wrong answers are asked again, refusals are told, and the end of the input is a way to leave", async () => {
  const { output, status } = await run(["99", "nonsense", "Sign in", "customer@example.com", "wrong", "Cart"]);
  expect(output).toContain("Please give a number from 1 to 7, or how a choice begins.");
  expect(output).toMatch(/! .*password/i);
  expect(output).toContain("The cart is empty.");
  expect(output).toContain("Goodbye.");
  expect(status).toBe(0);
});

// One of them twice: what a flow leaves behind is in nobody's way.
test.each([...flows.keys(), "r0"])("flow %s goes as it should", async (name) => {
  const said: string[] = [];
  const startedAtMs = Date.now();
  const stage = openStage(
    `${shop.url}/graphql`,
    (line) => said.push(line),
    (email) => tokenFromFolder(mailFolder, email, startedAtMs),
  );
  await flows
    .get(name)?.(stage)
    .catch((error: Error) => {
      throw new Error(`${error.message}\n\nUntil then:\n${said.join("\n")}`);
    });
  expect(said.some((line) => line.includes("✓"))).toBe(true);
});

test("a flow ends with 0 when all is as it should be, and with 1 and the reason when it is not", async () => {
  const good = await run([], ["flow", "r2"]);
  expect(good.output).toContain("r2 is as it should be.");
  expect(good.status).toBe(0);

  // A shop whose gateway answers nonsense.
  const server = createServer((_request, response) => response.end('{"data":{"products":null}}'));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const bad = await run([], ["flow", "r2"], `http://127.0.0.1:${port}`);
  expect(bad.output).toContain("There is no product in the answer.");
  expect(bad.status).toBe(1);
});

test("what makes no sense is answered with the help text", async () => {
  const { output, status } = await run([], ["flow", "r9"]);
  expect(output).toContain("npm run shop -- flow <name>");
  expect(status).toBe(2);
});

/** Runs the command with these lines for input, at the test's shop unless told otherwise. */
async function run(
  lines: string[],
  words: string[] = [],
  url = shop.url,
): Promise<{ output: string; status: number | null }> {
  const file = path.join(import.meta.dirname, "main.ts");
  const command = spawn(process.execPath, [file, ...words, "--url", url, "--mail", mailFolder], {
    stdio: ["pipe", "pipe", "pipe"],
  });
  command.stdin.on("error", () => {});
  command.stdin.end(lines.map((line) => `${line}\n`).join(""));
  const ended = new Promise<number | null>((resolve) => command.on("close", resolve));
  const [output, problems, status] = await Promise.all([text(command.stdout), text(command.stderr), ended]);
  return { output: output + problems, status };
}
