import { existsSync } from "node:fs";
import path from "node:path";
import { parseArgs, stripVTControlCharacters } from "node:util";
import { createShop, ShopError } from "#client/sdk/index.ts";
import type { CommandContext } from "./command-context.ts";
import { localShop, type OpenShop, shopAt } from "./connect.ts";
import { messageFor } from "./errors.ts";
import { flowNamed, flows } from "./flows/flow.ts";
import { openScenario } from "./flows/scenario.ts";
import { tokenFromFolder } from "./mail-folder.ts";
import { openMenu } from "./menu.ts";
import { Exit, openTerminal, type Terminal } from "./terminal.ts";

/** Returns the help text. */
const help = () => `npm run shop                      Opens the menu of the shop in the terminal.
npm run shop -- --url <url>       Uses a shop that runs elsewhere.
npm run shop -- flow <name>       Runs a reference flow step by step:
${flowList()}

  --url <url>       The GraphQL endpoint, such as http://localhost:4000/graphql. Defaults to the shop
                    on this machine, which is started for the duration of the command if needed.
  --mail <folder>   The folder that the shop writes emails to, to read activation tokens from.
  --help            Shows this text.
`;

interface Arguments {
  readonly url: string | undefined;
  readonly mail: string | undefined;
  readonly help: boolean;
  /** The flow to run; null for the menu. */
  readonly flow: string | null;
}

function flowList(): string {
  return flows.map(({ name, alias, summary }) => `    ${name.padEnd(24)}${summary} (${alias})`).join("\n");
}

/** `npm run shop`. Returns the exit code: 0, 1 when the command failed, 2 for unknown arguments. */
async function main(): Promise<number> {
  const given = readArguments(process.argv.slice(2));
  if (given === null || given.help) {
    (given === null ? process.stderr : process.stdout).write(help());
    return given === null ? 2 : 0;
  }
  const terminal = openTerminal();
  // Ctrl-C while emptyPage is given; at a question it is the question's.
  const interrupted = new Promise<never>((_resolve, reject) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => reject(new Exit()));
  });
  try {
    const opening = openShop(given);
    const open = await Promise.race([terminal.withSpinner("Opening the shop", () => opening), interrupted]);
    try {
      await Promise.race([given.flow === null ? showMenu(open, terminal) : runFlow(open, given.flow), interrupted]);
    } finally {
      await open.close();
    }
    return 0;
  } catch (error) {
    if (error instanceof Exit) {
      terminal.say("Goodbye.");
      return given.flow === null ? 0 : 1;
    }
    terminal.warn(
      error instanceof ShopError ? messageFor(error) : String(error instanceof Error ? error.message : error),
    );
    return 1;
  } finally {
    terminal.close();
  }
}

function readArguments(args: string[]): Arguments | null {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { url: { type: "string" }, mail: { type: "string" }, help: { type: "boolean", default: false } },
    });
    const [command, flow] = positionals;
    const isMenu = positionals.length === 0;
    const isFlow =
      positionals.length === 2 && command === "flow" && flow !== undefined && flowNamed(flow) !== undefined;
    if (!isMenu && !isFlow) return null;
    return { url: values.url, mail: values.mail, help: values.help, flow: flow ?? null };
  } catch {
    return null;
  }
}

async function openShop({ url, mail }: Arguments): Promise<OpenShop> {
  if (url !== undefined) return shopAt(url, mail ?? null);
  // `npm start` reads the same file, which may set the ports.
  const file = path.join(import.meta.dirname, "../../.env");
  if (existsSync(file)) process.loadEnvFile(file);
  return localShop(process.env);
}

async function showMenu(open: OpenShop, terminal: Terminal): Promise<void> {
  const { mailFolder } = open;
  const openedAtMs = Date.now();
  terminal.say(`Agora at ${open.url}`);
  const context: CommandContext = {
    shop: createShop({ url: open.url }),
    terminal,
    readsMail: mailFolder !== null,
    mailedToken: async (email) => (mailFolder === null ? null : tokenFromFolder(mailFolder, email, openedAtMs)),
  };
  await openMenu(context);
  terminal.say("Goodbye.");
}

async function runFlow({ url, mailFolder }: OpenShop, name: string): Promise<void> {
  const startedAtMs = Date.now();
  const scenario = openScenario(
    url,
    (text) => console.log(process.stdout.isTTY ? text : stripVTControlCharacters(text)),
    async (email) => (mailFolder === null ? null : tokenFromFolder(mailFolder, email, startedAtMs)),
  );
  await flowNamed(name)?.run(scenario);
  console.log(`\nFlow ${name} passed.`);
}

// A shop that was still starting ends with the process.
process.exit(await main());
