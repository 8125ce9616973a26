import { existsSync } from "node:fs";
import path from "node:path";
import { parseArgs, stripVTControlCharacters } from "node:util";
import { createShop, ShopError } from "#client/sdk/index.ts";
import type { Desk } from "./command-context.ts";
import { localShop, type OpenShop, shopAt } from "./connect.ts";
import { inPlainWords } from "./errors.ts";
import { flows } from "./flows/flow.ts";
import { openStage } from "./flows/scenario.ts";
import { tokenFromFolder } from "./mail-folder.ts";
import { openMenu } from "./menu.ts";
import { Left, openTerminal, type Terminal } from "./terminal.ts";

const help = `npm run shop                         the shop's menu, in the terminal
npm run shop -- --url <address>      the same with a shop that runs elsewhere
npm run shop -- flow <name>          runs a reference flow step by step: r0, r1, r2, r3 or r4

  --url <address>   of the shop, such as http://localhost:4000/graphql. Without it: the one that
                    runs on this machine, or one that is started and stopped along with the command.
  --mail <folder>   where that shop writes its mails, to read activation tokens from
  --help            this text
`;

interface Asked {
  readonly url: string | undefined;
  readonly mail: string | undefined;
  readonly help: boolean;
  /** The flow to run; null for the menu. */
  readonly flow: string | null;
}

/** `npm run shop`: exits with 0, with 1 when it could not do what was asked, with 2 when the question made no sense. */
async function main(): Promise<number> {
  const asked = readArguments(process.argv.slice(2));
  if (asked === null || asked.help) {
    (asked === null ? process.stderr : process.stdout).write(help);
    return asked === null ? 2 : 0;
  }
  const terminal = openTerminal();
  // Ctrl-C while nothing is asked; at a question it is the question's.
  const interrupted = new Promise<never>((_resolve, reject) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => reject(new Left()));
  });
  try {
    const opening = openShop(asked);
    const open = await Promise.race([terminal.during("Opening the shop", () => opening), interrupted]);
    try {
      await Promise.race([asked.flow === null ? showMenu(open, terminal) : playFlow(open, asked.flow), interrupted]);
    } finally {
      await open.close();
    }
    return 0;
  } catch (error) {
    if (error instanceof Left) {
      terminal.say("Goodbye.");
      return asked.flow === null ? 0 : 1;
    }
    terminal.warn(
      error instanceof ShopError ? inPlainWords(error) : String(error instanceof Error ? error.message : error),
    );
    return 1;
  } finally {
    terminal.close();
  }
}

function readArguments(given: string[]): Asked | null {
  try {
    const { values, positionals } = parseArgs({
      args: given,
      allowPositionals: true,
      options: { url: { type: "string" }, mail: { type: "string" }, help: { type: "boolean", default: false } },
    });
    const [command, flow] = positionals;
    const isMenu = positionals.length === 0;
    const isFlow = positionals.length === 2 && command === "flow" && flow !== undefined && flows.has(flow);
    if (!isMenu && !isFlow) return null;
    return { url: values.url, mail: values.mail, help: values.help, flow: flow ?? null };
  } catch {
    return null;
  }
}

async function openShop({ url, mail }: Asked): Promise<OpenShop> {
  if (url !== undefined) return shopAt(url, mail ?? null);
  // `npm start` reads it too, and its ports may be there.
  const file = path.join(import.meta.dirname, "../../.env");
  if (existsSync(file)) process.loadEnvFile(file);
  return localShop(process.env);
}

async function showMenu(open: OpenShop, terminal: Terminal): Promise<void> {
  const { mailFolder } = open;
  const openedAtMs = Date.now();
  terminal.say(`Agora, at ${open.url}`);
  const desk: Desk = {
    shop: createShop({ url: open.url }),
    terminal,
    readsMail: mailFolder !== null,
    mailedToken: async (email) => (mailFolder === null ? null : tokenFromFolder(mailFolder, email, openedAtMs)),
  };
  await openMenu(desk);
  terminal.say("Goodbye.");
}

async function playFlow({ url, mailFolder }: OpenShop, name: string): Promise<void> {
  const startedAtMs = Date.now();
  const stage = openStage(
    url,
    (text) => console.log(process.stdout.isTTY ? text : stripVTControlCharacters(text)),
    async (email) => (mailFolder === null ? null : tokenFromFolder(mailFolder, email, startedAtMs)),
  );
  await flows.get(name)?.(stage);
  console.log(`\n${name} is as it should be.`);
}

// What a shop that was still starting left running ends with the process.
process.exit(await main());
