import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { Window } from "happy-dom";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { freePort } from "#deploy/local/ports.ts";
import { readGatewayEnv } from "#gateway/env.ts";
import { openShop, type TestShop } from "#test/harness/shop.ts";

// docs/for-frontends.md, done as it says: in an empty folder outside the repository, file by file and command by command.

const root = path.join(import.meta.dirname, "../..");
const binaries = path.join(root, "node_modules/.bin");
const guide = await readFile(path.join(root, "docs/for-frontends.md"), "utf8");
const blocks = [...guide.matchAll(/^```(\S*) ?(.*)\n([\s\S]*?)^```$/gm)].map(
  ([, language = "", name = "", text = ""]) => ({
    language,
    name,
    text,
  }),
);

/** What each file of the guide prints. Those that print nothing are put to use by a command. */
const printed: Record<string, (string | RegExp)[]> = {
  "first.ts": ["Wireless Mouse 29.99 USD", /Ordered \S+ PAID/],
  "picture.ts": [
    /<source type="image\/avif" srcset="http\S+-320\.avif 320w, http\S+-640\.avif 640w, http\S+-960\.avif 960w"/,
    'width="960" height="960" alt="A white dress with yellow flowers and an orange belt"',
  ],
  "upload.ts": ["READY  0", "Pictures: 2"],
  "session.ts": ["customer@example.com CUSTOMER"],
  "server.ts": [/^Hello, .*\.\nHello, (?!guest).*\.$/m],
  "guest.ts": ["In the cart of the account: 1", "The order is the account's: true"],
  "steps.ts": ["The code: NOT_FOUND", /^Total \d+\.\d\d USD$/m, "Charged as shown: true"],
  "errors.ts": [
    "Only 50 of Laptop Pro 15 are left.",
    "The cart keeps its lines: true 999",
    "Rejected: UNAUTHENTICATED order",
  ],
  "paging.ts": ["Paged and counted alike: true", /^accessories \d+$/m],
  "markets.ts": ["European Union EUR with tax", /^\S.* EUR$/m],
  "once.ts": ["One order: true"],
  "apollo.ts": ["Two pages in the cache: 4", /^0 \d+$/m],
  "urql.ts": ["Monitor 27 399.99", "PAID"],
  "plain.ts": ["200 Laptop Pro 15 1299.99 undefined"],
  "own.ts": ["Mechanical Keyboard 89.99"],
  "hash.ts": ["200 Laptop Pro 15"],
  "hash-urql.ts": ["USB-C Hub"],
};
const used = ["page.ts", "codegen.ts"];

let shop: TestShop;
let folder: string;
const outputs = new Map<string, string>();

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "agora-frontend-"));
  const started = blocks.find(({ name }) => name === "shop-start")?.text ?? "";
  const [, origins] = /CORS_TRUSTED_ORIGINS=(\S+) npm start/.exec(started) ?? [];
  shop = await openShop({
    variables: {
      CORS_TRUSTED_ORIGINS: origins,
      TRUSTED_DOCUMENTS_PATH: path.join(import.meta.dirname, "generated/manifest.json"),
    },
  });
  const port = await freePort();
  for (const { language, name, text } of blocks) {
    if (language === "sh") await command(name, text);
    else
      await writeFile(
        path.join(folder, name),
        text.replaceAll(":4000/", `:${new URL(shop.url).port}/`).replaceAll("8123", `${port}`),
      );
  }
  await run("tsc", []);
  for (const [name, output] of await runAll(Object.keys(printed))) outputs.set(name, output);
}, 120_000);

afterAll(async () => {
  await shop?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

test("everything in the guide is a named file or a command, and every program in it is run here", () => {
  for (const { language, name } of blocks) expect(name !== "" || language === "sh", language).toBe(true);
  const programs = blocks.filter(({ language }) => language === "ts").map(({ name }) => name);
  expect(programs.sort()).toEqual([...Object.keys(printed), ...used].sort());
});

test.each(Object.keys(printed))("%s does what the guide says", (name) => {
  for (const expected of printed[name] ?? []) expect(outputs.get(name)).toMatch(expected);
});

test("the page lists products and checks out", async () => {
  const window = new Window({ url: "http://localhost:5173/" });
  window.document.write(await readFile(path.join(folder, "dist/index.html"), "utf8"));
  vi.stubGlobal("document", window.document);
  vi.stubGlobal("localStorage", window.localStorage);
  const { document } = window;
  const bundles = await readdir(path.join(folder, "dist/assets"));
  await import(pathToFileURL(path.join(folder, "dist/assets", bundles[0] ?? "")).href);

  const items = [...document.querySelectorAll("#products li")];
  expect(items.map(({ textContent }) => textContent)).toContainEqual(expect.stringContaining("USB-C Hub, 49.99 USD"));
  items
    .find(({ textContent }) => textContent.includes("USB-C Hub"))
    ?.querySelector("button")
    ?.click();
  await vi.waitFor(() => expect(document.querySelector("#cart")?.textContent).toBe("1 for 49.99"), 5_000);
  for (const [name, value] of Object.entries({ email: "page@example.com", line1: "1 Main Street", country: "US" })) {
    document.querySelector(`[name=${name}]`)?.setAttribute("value", value);
  }
  document.querySelector("form")?.requestSubmit();
  await vi.waitFor(
    () => expect(document.querySelector("#news")?.textContent).toMatch(/Thank you! Your order is \S+\./),
    5_000,
  );
  const orders = await shop.sql.orders`SELECT status FROM orders WHERE email = 'page@example.com'`;
  expect(orders).toEqual([{ status: "PAID" }]);
});

test("a browser lets the page's origin ask the shop, and no other", async () => {
  const preflight = async (origin: string) => {
    const headers = {
      origin,
      "access-control-request-method": "POST",
      "access-control-request-headers": "authorization,content-type",
    };
    const response = await fetch(`${shop.url}/graphql`, { method: "OPTIONS", headers });
    return response.headers.get("access-control-allow-origin");
  };
  expect(await preflight("http://localhost:5173")).toBe("http://localhost:5173");
  expect(await preflight("http://elsewhere.example")).toBeNull();
});

test("the guide says what to do about every outcome of a payment", async () => {
  const schema = await readFile(path.join(root, "client/sdk/generated/schema.graphql"), "utf8");
  const allCodes = /^enum UserErrorCode \{([\s\S]*?)^\}/m.exec(schema)?.[1] ?? "";
  const codes = [...allCodes.matchAll(/^ {2}(PAYMENT_[A-Z_]+|ORDER_NOT_PAYABLE)$/gm)].map(([, code]) => code);
  expect(codes.length).toBeGreaterThan(4);
  const payments = /## Payments\n([\s\S]*?)\n## /.exec(guide)?.[1] ?? "";
  for (const code of codes) expect(payments).toContain(`\`${code}\``);
});

test("the guide lists every page that mails link to, each of which is served until there is a storefront", async () => {
  const listed = [...guide.matchAll(/^\| `(\/[\w-]*)/gm)].map(([, route]) => route);
  const linked = new Set(["/"]);
  for (const file of ["subgraphs/users/emails/account-emails.ts", "subgraphs/orders/emails/order-emails.ts"]) {
    const source = await readFile(path.join(root, file), "utf8");
    const links = source.matchAll(/tokenLink\(settings, "([\w-]+)"|storefrontUrl\}\/([\w-]+)/g);
    for (const [, page, orderPage] of links) linked.add(`/${page ?? orderPage}`);
  }
  expect(linked.size).toBe(6);
  expect(listed.sort()).toEqual([...linked].sort());
  for (const route of linked) {
    const where = route === "/orders" ? "/orders/A7K2-93QX" : route;
    const response = await fetch(`${shop.url}${where}`, { headers: { accept: "text/html" } });
    expect([where, response.status]).toEqual([where, 200]);
  }
});

test("the rates in the guide are the gateway's", () => {
  const { RATE_LIMIT_RPS, RATE_LIMIT_BURST } = readGatewayEnv({ INTERNAL_KEY: "{}" });
  expect(guide).toContain(`A guest may send ${RATE_LIMIT_RPS} requests a second, in bursts of ${RATE_LIMIT_BURST}`);
  expect(guide).toContain(`a guest like any other, with ${RATE_LIMIT_RPS} requests a second`);
});

/** What each program printed, one after the other in one process, which loads the packages once. */
async function runAll(names: string[]): Promise<[string, string][]> {
  const mark = "\u0000";
  const script = `for (const name of ${JSON.stringify(names)}) {
    console.log("${mark}" + name);
    await import(process.cwd() + "/" + name).catch((error) => console.log(error));
  }`;
  const sections = (await run("node", ["--input-type=module", "--eval", script.replaceAll(mark, "\\u0000")])).split(
    mark,
  );
  return sections.slice(1).map((section) => {
    const [name = "", ...lines] = section.split("\n");
    return [name, lines.join("\n")];
  });
}

async function command(name: string, text: string): Promise<void> {
  for (const line of text.trim().split("\n")) {
    const [program = "", ...words] = line.split(" ");
    if (name === "shop-start") continue;
    if (name === "shop") await run(program, [...words, "--silent", "--pack-destination", folder], root);
    else if (program === "npm") await install(words.filter((word) => word !== "install" && word !== "--save-dev"));
    else if (program === "npx") await run(words[0] ?? "", words.slice(1));
    else await run(program, words);
  }
}

/** The packed client as npm unpacks it; everything else as it is installed for the repository, since tests ask no registry. */
async function install(names: string[]): Promise<void> {
  for (const name of names) {
    const target = path.join(folder, "node_modules", name.endsWith(".tgz") ? "agora-client" : name);
    await mkdir(path.dirname(target), { recursive: true });
    if (!name.endsWith(".tgz")) {
      await symlink(path.join(root, "node_modules", name), target);
      continue;
    }
    await mkdir(target);
    await run("tar", ["-xzf", path.basename(name), "-C", target, "--strip-components=1"]);
  }
}

async function run(program: string, words: string[], directory = folder): Promise<string> {
  const env = { ...process.env, PATH: `${binaries}:${process.env.PATH}` };
  const file = program === "node" ? process.execPath : program;
  try {
    const { stdout } = await promisify(execFile)(file, words, { cwd: directory, env, timeout: 60_000 });
    return stdout;
  } catch (error) {
    const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
    throw new Error(`${program} ${words.join(" ")}\n${stdout}${stderr}`, { cause: error });
  }
}
