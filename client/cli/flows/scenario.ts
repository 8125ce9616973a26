import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { inspect, styleText } from "node:util";
import { Kind, parse, print } from "graphql";
import { AccountActivateDocument, createShop, type Shop, type UserError } from "#client/sdk/index.ts";

/** Runs a flow step by step and prints every request and response. */
export interface Scenario {
  /** Returns a name that is unique to this run, such as "jane-3f9a1c". */
  readonly unique: (name: string) => string;
  /** Prints the title of the next step. */
  readonly step: (title: string) => void;
  /** Returns a new client without a session. */
  readonly visitor: () => Shop;
  /** Activates a new account with its emailed token. */
  readonly activate: (visitor: Shop, email: string) => Promise<void>;
  /** Prints a sentence that is true. @throws {FlowFailed} when it is not. */
  readonly check: (sentence: string, isSo: boolean) => void;
  /** As `check`, for what becomes true within 15 s, by an event. */
  readonly eventually: (sentence: string, isSo: () => Promise<boolean>) => Promise<void>;
}

/** A step did not have the expected result. */
class FlowFailed extends Error {}

const eventuallyMaxMs = 15_000;
const lookEveryMs = 250;
const responseLinesMax = 40;

/**
 * Opens a scenario with a shop.
 *
 * @param mailedToken returns the token in the newest email to an address; null when none arrives.
 */
export function openScenario(
  url: string,
  say: (text: string) => void,
  mailedToken: (email: string) => Promise<string | null>,
): Scenario {
  const run = randomBytes(3).toString("hex");
  let steps = 0;
  const check = (sentence: string, isSo: boolean) => {
    if (!isSo) throw new FlowFailed(`Expected: ${sentence}`);
    say(`   ${styleText("green", "✓")} ${sentence}`);
  };
  return {
    unique: (name) => `${name}-${run}`,
    step: (title) => {
      steps += 1;
      say(`\n${styleText("bold", `${steps}. ${title}`)}`);
    },
    visitor: () => createShop({ url, fetch: printing(say) }),
    activate: async (visitor, email) => {
      const token = await mailedToken(email);
      if (token === null) throw new FlowFailed(`No email with a token arrived for ${email}.`);
      say(`   ${styleText("dim", `the email to ${email} has a token`)}`);
      expectSuccess(await visitor.mutate(AccountActivateDocument, { input: { token } }));
    },
    check,
    eventually: async (sentence, isSo) => {
      const deadlineMs = Date.now() + eventuallyMaxMs;
      while (!(await isSo())) {
        if (Date.now() > deadlineMs) check(sentence, false);
        await sleep(lookEveryMs);
      }
      check(sentence, true);
    },
  };
}

/** Returns a payload without errors. @throws {FlowFailed} with the user errors otherwise. */
export function expectSuccess<Payload extends { userErrors: readonly UserError[] }>(payload: Payload): Payload {
  if (payload.userErrors.length === 0) return payload;
  throw new FlowFailed(payload.userErrors.map(({ code, message }) => `${code}: ${message}`).join("\n"));
}

/** Returns a value that must exist. @throws {FlowFailed} naming it otherwise. */
export function present<Value>(what: string, value: Value | null | undefined): Value {
  if (value === null || value === undefined) throw new FlowFailed(`The response has no ${what}.`);
  return value;
}

/** A `fetch` that prints each operation and its response, without secrets. */
function printing(say: (text: string) => void): typeof fetch {
  return async (address, request) => {
    const { query = "", variables } = JSON.parse(String(request?.body));
    const sent = [operationOf(query), ...(Object.keys(variables ?? {}).length === 0 ? [] : [shown(variables)])];
    say(styleText("cyan", indented(sent.join("\n"), "→")));
    const response = await fetch(address, request);
    const text = await response.clone().text();
    const { data, ...rest } = text.startsWith("{") ? JSON.parse(text) : { data: text };
    const lines = shown("errors" in rest ? { data, ...rest } : data).split("\n");
    const more = lines.length > responseLinesMax ? [`… ${lines.length - responseLinesMax} more lines`] : [];
    say(indented([...lines.slice(0, responseLinesMax), ...more].join("\n"), "←"));
    return response;
  };
}

/** The operation on one line, without its fragments and without __typename. */
function operationOf(query: string): string {
  const operation = parse(query).definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  if (operation === undefined) return query;
  return print(operation).replaceAll("__typename", "").replaceAll(/\s+/g, " ");
}

function shown(value: unknown): string {
  const readable = JSON.parse(JSON.stringify(value), (key, part) => {
    if (key === "__typename") return undefined;
    return /token$|password$/i.test(key) && typeof part === "string" && !part.startsWith("tok_") ? "…" : part;
  });
  return inspect(readable, { depth: 12, breakLength: 110, compact: 4, maxArrayLength: 5 });
}

function indented(text: string, mark: string): string {
  return `   ${mark} ${text.replaceAll("\n", "\n     ")}`;
}
