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
import { flowNamed, flows } from "./flows/flow.ts";
import { openScenario } from "./flows/scenario.ts";
import { tokenFromFolder } from "./mail-folder.ts";

// `npm run shop` as a script uses it, without a terminal: lines in, plain text out.

const root = path.join(import.meta.dirname, "../..");
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

test("a customer registers, buys and cancels", async () => {
  const { output, status } = await run([
    ...["Register", "Jane Smith", "jane@example.com", "correct horse 27 staples", ""],
    ...["Search", "wireless mouse", "Wireless Mouse", "Add to cart", "2", "Back"],
    ...["Cart", "Check out", "Enter another address", "Jane Smith", "1 Main Street", "Springfield", "12345", ""],
    ...["Test card: succeeds", "yes"],
    ...["My orders", "1", "Cancel the order", "yes", "Back", "Back", "Exit"],
  ]);
  expect(output).toContain("Welcome, Jane Smith.");
  expect(output).toContain("Your cart: 2 items, $59.98.");
  expect(output).toMatch(/Thank you! Your order number is \S+\./);
  expect(output).toMatch(/Order \S+ is cancelled\./);
  expect(output).toMatch(/cancelled {3}payment refunded/);
  expect(output).toContain("Goodbye.");
  expect(output).not.toContain("\u001b");
  expect(status).toBe(0);
  const orders = await shop.sql.orders`SELECT status FROM orders WHERE email = 'jane@example.com'`;
  expect(orders).toEqual([{ status: "CANCELLED" }]);
});

test("a guest's declined payment is explained, and another card can be tried", async () => {
  const { output } = await run([
    ...["Browse", "Back", "Browse", "Everything", "Summer Dress", "Add to cart", "Yellow / S", "1", "Back"],
    ...["Cart", "Check out", "guest@example.com", "Enter another address", "", "1 Main Street", "", "", ""],
    ...["Test card: insufficient funds", "yes"],
    ...["Orders placed here", "1", "Pay", "Test card: succeeds", "Back", "Back", "Exit"],
  ]);
  expect(output).toContain("! The payment was declined: insufficient funds.");
  expect(output).toContain("paid   payment paid");
});

test("a shopper narrows products down by options, and sees how many each leaves", async () => {
  const { output, status } = await run([
    ...["Browse", "By option", "Colour: Yellow", "Size: XS", "Show products", "Summer Dress", "Back", "Back", "Exit"],
  ]);
  expect(output).toMatch(/Colour: Yellow +\(?1\)?/);
  expect(output).toMatch(/Colour Yellow, Size XS[\s\S]*Summer Dress/);
  expect(status).toBe(0);
});

test("an administrator adds and archives a product, finds and ships an order, and refunds it", async () => {
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
    ...["All products", "Gaming Laptop", "Stock", "Adjust", "5", "Delivery", "Archive", "yes", "Back", "Back"],
    ...["All orders", order?.number ?? "", "processing", "Back"],
    ...["Find an order", order?.number ?? "", "1", "shipped", "1Z999", "Back"],
    ...["Refunds", order?.number ?? "", "9.99", "Scratched", "yes", "Back", "Sign out", "Exit"],
  ]);
  expect(output).toContain("Gaming Laptop has been added.");
  expect(output).toContain("Units on hand: 15.");
  expect(output).toContain("orders keep it, and it can be restored");
  expect(output).toContain("Gaming Laptop is archived.");
  expect(output).toContain(`Order ${order?.number} is shipped.`);
  expect(output).toContain("The refund is on its way.");
  expect(status).toBe(0);
  expect(await customer.order(order?.id ?? "")).toMatchObject({
    status: "SHIPPED",
    trackingNumber: "1Z999",
    amountRefunded: { amount: "9.99" },
  });
});

test("a seller sees their own products, movements and low stock", async () => {
  const { output, status } = await run([
    ...["Sign in", "seller@example.com", "seller123", "Manage", "Add", "Last Chair", "", "49.50", "2", ""],
    ...["Low stock", "Last Chair", "Recent movements", "Back"],
    ...["My products", "Last Chair", "Change its price", "39.50", "Back", "Back", "Back", "Exit"],
  ]);
  expect(output).toMatch(/Last Chair {2}Default \(2 left\)/);
  expect(output).toMatch(/initial +\+2 +0/);
  expect(output).toContain("Saved.");
  expect(output).toContain("$39.50");
  expect(output).not.toContain("Orders to ship");
  expect(status).toBe(0);
});

test("a seller adds a picture to a product and sees it described, and learns why a file is no picture", async () => {
  const picture = path.join(root, "drizzle/seeds/pictures/usb-c-hub-640.jpg");
  const { output, status } = await run([
    ...["Sign in", "seller@example.com", "seller123", "Manage", "My products", "Monitor 27"],
    ...["Add a picture", path.join(root, "README.md"), "A text"],
    ...["Add a picture", "/nowhere.jpg", "Nothing"],
    ...["Add a picture", picture, "A hub, seen from the side"],
    ...["Back", "Back", "Back", "Exit"],
  ]);
  expect(output).toContain("Picture: A wide monitor on a metal stand (960 × 960)");
  expect(output).toContain("The file is not a JPEG, PNG, WebP or AVIF picture.");
  expect(output).toContain("/nowhere.jpg cannot be read.");
  expect(output).toContain("Monitor 27 has 2 pictures.");
  expect(output).toContain("Picture: A hub, seen from the side (640 × 640)");
  expect(status).toBe(0);
});

test("invalid input is asked for again, errors are shown, and the end of the input exits", async () => {
  const { output, status } = await run(["99", "nonsense", "Sign in", "customer@example.com", "wrong", "Cart"]);
  expect(output).toContain("Enter a number from 1 to 7, or the beginning of a choice.");
  expect(output).toMatch(/! .*password/i);
  expect(output).toContain("Your cart is empty.");
  expect(output).toContain("Goodbye.");
  expect(status).toBe(0);
});

// One of them twice: the data of an earlier run does no harm.
test.each([...flows.map(({ name }) => name), "r0"])("flow %s passes", async (name) => {
  const said: string[] = [];
  const startedAtMs = Date.now();
  const scenario = openScenario(
    `${shop.url}/graphql`,
    (line) => said.push(line),
    (email) => tokenFromFolder(mailFolder, email, startedAtMs),
  );
  await flowNamed(name)
    ?.run(scenario)
    .catch((error: Error) => {
      throw new Error(`${error.message}\n\nOutput:\n${said.join("\n")}`);
    });
  expect(said.some((line) => line.includes("✓"))).toBe(true);
});

test("a flow exits with 0 when it passes, and with 1 and the reason when it fails", async () => {
  const good = await run([], ["flow", "r2"]);
  expect(good.output).toContain("Flow r2 passed.");
  expect(good.status).toBe(0);

  // A server that responds with an invalid result.
  const server = createServer((_request, response) => response.end('{"data":{"products":null}}'));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const bad = await run([], ["flow", "r2"], `http://127.0.0.1:${port}`);
  expect(bad.output).toContain("The response has no product.");
  expect(bad.status).toBe(1);
});

test("unknown arguments show the help text", async () => {
  const { output, status } = await run([], ["flow", "r9"]);
  expect(output).toContain("fashion-market");
  expect(status).toBe(2);
});

/** Runs the command with lines of input; on the test's shop by default. */
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
