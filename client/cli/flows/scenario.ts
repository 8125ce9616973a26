import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { inspect, styleText } from "node:util";
import { Kind, parse, print } from "graphql";
import { AccountActivateDocument, createShop, type Shop, type UserError } from "#client/sdk/index.ts";

/** Where a flow is played, step by step, for somebody who watches. */
export interface Stage {
  /** Something that is not in the shop yet, different in each run: "jane-3f9a1c". */
  readonly unique: (name: string) => string;
  /** Tells what comes now; every operation after it is printed with its answer. */
  readonly step: (title: string) => void;
  /** Somebody new in front of the shop. */
  readonly visitor: () => Shop;
  /** Activates a new account with the token of its mail. */
  readonly activate: (visitor: Shop, email: string) => Promise<void>;
  /** Something that must be so. @throws {FlowFailed} when it is not. */
  readonly check: (sentence: string, isSo: boolean) => void;
  /** The same for what becomes so a little later, by an event. */
  readonly eventually: (sentence: string, isSo: () => Promise<boolean>) => Promise<void>;
}

/** A step was not as it should be. */
class FlowFailed extends Error {}

const eventuallyMaxMs = 15_000;
const lookEveryMs = 250;
const answerLinesMax = 40;

/**
 * A stage before a shop.
 *
 * @param mailedToken the token in the newest mail to an address; null when none comes.
 */
export function openStage(
  url: string,
  say: (text: string) => void,
  mailedToken: (email: string) => Promise<string | null>,
): Stage {
  const run = randomBytes(3).toString("hex");
  let steps = 0;
  const check = (sentence: string, isSo: boolean) => {
    if (!isSo) throw new FlowFailed(`It should be so, and is not: ${sentence}`);
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
      if (token === null) throw new FlowFailed(`No mail with a token came for ${email}.`);
      say(`   ${styleText("dim", `the mail to ${email} holds a token`)}`);
      granted(await visitor.mutate(AccountActivateDocument, { input: { token } }));
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

/** The payload, once nothing stands in its way. @throws {FlowFailed} with the user errors otherwise. */
export function granted<Payload extends { userErrors: readonly UserError[] }>(payload: Payload): Payload {
  if (payload.userErrors.length === 0) return payload;
  throw new FlowFailed(payload.userErrors.map(({ code, message }) => `${code}: ${message}`).join("\n"));
}

/** The value, which must be there. @throws {FlowFailed} naming it otherwise. */
export function present<Value>(what: string, value: Value | null | undefined): Value {
  if (value === null || value === undefined) throw new FlowFailed(`There is no ${what} in the answer.`);
  return value;
}

/** `fetch`, telling each operation that goes out and the answer that comes in, without secrets. */
function printing(say: (text: string) => void): typeof fetch {
  return async (address, request) => {
    const { query = "", variables } = JSON.parse(String(request?.body));
    const lines = [operationOf(query), ...(Object.keys(variables ?? {}).length === 0 ? [] : [shown(variables)])];
    say(styleText("cyan", indented(lines.join("\n"), "→")));
    const response = await fetch(address, request);
    const text = await response.clone().text();
    const { data, ...refusal } = text.startsWith("{") ? JSON.parse(text) : { data: text };
    const answer = shown("errors" in refusal ? { data, ...refusal } : data).split("\n");
    const more = answer.length > answerLinesMax ? [`… ${answer.length - answerLinesMax} more lines`] : [];
    say(indented([...answer.slice(0, answerLinesMax), ...more].join("\n"), "←"));
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
