import { createInterface } from "node:readline";
import { stripVTControlCharacters, styleText } from "node:util";
import * as clack from "@clack/prompts";

/** One of what can be chosen. */
export interface Choice<Value> {
  value: Value;
  label: string;
  hint?: string;
}

/** How a question may be answered. */
interface Question {
  /** Stands there already; what an empty line means, where nothing can be edited. */
  initial?: string;
  placeholder?: string;
  /** What is wrong with an answer, in a sentence. */
  check?: (answer: string) => string | undefined;
}

/** Talks with a person. Each question throws {@link Left} on Ctrl-C and {@link Back} on Escape. */
export interface Terminal {
  choose: <const Value>(question: string, choices: readonly Choice<Value>[]) => Promise<Value>;
  ask: (question: string, options?: Question) => Promise<string>;
  askSecret: (question: string) => Promise<string>;
  confirm: (question: string, initial?: boolean) => Promise<boolean>;
  /** Shows that something is under way. */
  during: <Result>(what: string, work: () => Promise<Result>) => Promise<Result>;
  say: (text: string) => void;
  /** Good news. */
  cheer: (text: string) => void;
  warn: (text: string) => void;
  /** Something to look at, under its title. */
  show: (title: string, text: string) => void;
  close: () => void;
}

/** The person wants to leave: Ctrl-C, or no more input. */
export class Left extends Error {}

/** The person wants to go back one step. */
export class Back extends Error {}

/** Prompts on a terminal; lines of text where input or output is none. */
export function openTerminal(): Terminal {
  return process.stdin.isTTY && process.stdout.isTTY
    ? openPrompts(process.stdin, process.stdout)
    : openLines(process.stdin, process.stdout);
}

/** Prompts that are answered with keys, over what a terminal reads and shows. */
export function openPrompts(input: NodeJS.ReadStream, output: NodeJS.WriteStream): Terminal {
  // A prompt tells Escape and Ctrl-C alike; the key itself says which it was.
  let isInterrupted = false;
  const onKey = (_text: string, key: { ctrl?: boolean; name?: string }) => {
    if (key.ctrl === true && key.name === "c") isInterrupted = true;
  };
  input.on("keypress", onKey);
  const answered = <Value>(answer: Value | typeof clack.CANCEL_SYMBOL): Value => {
    if (!clack.isCancel(answer)) return answer as Exclude<Value, typeof clack.CANCEL_SYMBOL>;
    throw isInterrupted ? new Left() : new Back();
  };
  const rowsMax = Math.max(5, Math.min(14, (output.rows ?? 24) - 8));
  return {
    choose: async (message, choices) => {
      const options = choices.map(({ label, hint }, value) => ({
        value,
        label,
        ...(hint === undefined ? {} : { hint }),
      }));
      const index = answered(
        await clack.select({ input, output, message, options, maxItems: rowsMax, showInstructions: false }),
      );
      return chosen(choices, index);
    },
    ask: async (message, { initial, placeholder, check } = {}) =>
      answered(
        await clack.text({
          input,
          output,
          message,
          // Enter takes it, and what is typed stands in its place: a quantity of 3 is not to become 13.
          ...(initial === undefined ? {} : { defaultValue: initial, placeholder: initial }),
          ...(placeholder === undefined ? {} : { placeholder }),
          ...(check === undefined
            ? {}
            : { validate: (answer: string | undefined) => check((answer ?? "").trim() || (initial ?? "")) }),
        }),
      ).trim(),
    askSecret: async (message) => answered(await clack.password({ input, output, message })),
    confirm: async (message, initial = true) =>
      answered(await clack.confirm({ input, output, message, initialValue: initial })),
    during: async (what, work) => {
      const spinner = clack.spinner({ output, withGuide: false, cancelMessage: "Goodbye." });
      spinner.start(what);
      try {
        return await work();
      } finally {
        spinner.clear();
      }
    },
    say: (text) => clack.log.message(text, { output }),
    cheer: (text) => clack.log.success(text, { output }),
    warn: (text) => clack.log.warn(text, { output }),
    show: (title, text) => clack.note(text, title, { output, format: (line) => line }),
    close: () => {
      input.off("keypress", onKey);
    },
  };
}

/**
 * The same over lines: choices are numbered, an answer is a line, and nothing moves or has colours. A script can use it.
 *
 * @param input its end is {@link Left}.
 */
export function openLines(input: NodeJS.ReadableStream, output: NodeJS.WritableStream): Terminal {
  const reader = createInterface({ input });
  const lines = reader[Symbol.asyncIterator]();
  const print = (text: string) => void output.write(`${stripVTControlCharacters(text)}\n`);
  const read = async (question: string): Promise<string> => {
    output.write(`${stripVTControlCharacters(question)} `);
    const { value, done } = await lines.next();
    if (done === true) throw new Left();
    print(value);
    return value.trim();
  };
  const ask = async (question: string, { initial, check }: Question = {}): Promise<string> => {
    for (;;) {
      const answer =
        (await read(initial === undefined ? `${question}:` : `${question} [${initial}]:`)) || (initial ?? "");
      const problem = check?.(answer);
      if (problem === undefined) return answer;
      print(problem);
    }
  };
  return {
    choose: async (question, choices) => {
      print(`\n${question}`);
      for (const [index, { label, hint }] of choices.entries()) {
        print(`  ${index + 1}. ${label}${hint === undefined ? "" : ` (${hint})`}`);
      }
      const check = (answer: string) =>
        indexOf(choices, answer) === -1
          ? `Please give a number from 1 to ${choices.length}, or how a choice begins.`
          : undefined;
      return chosen(choices, indexOf(choices, await ask("Which one", { check })));
    },
    ask,
    askSecret: (question) => ask(question),
    confirm: async (question, initial = true) => {
      const answer = await ask(`${question} (yes or no)`, {
        initial: initial ? "yes" : "no",
        check: (text) => (/^(y|yes|n|no)$/i.test(text) ? undefined : "Please say yes or no."),
      });
      return /^y/i.test(answer);
    },
    during: (_what, work) => work(),
    say: print,
    cheer: print,
    warn: (text) => print(`! ${text}`),
    show: (title, text) => print(`\n${title}\n${"-".repeat(title.length)}\n${text}\n`),
    close: () => reader.close(),
  };
}

/** Where a choice stands that is named by its number or by how it begins; -1 for none, and for several. */
function indexOf(choices: readonly Choice<unknown>[], answer: string): number {
  if (/^\d+$/.test(answer)) return Number(answer) <= choices.length ? Number(answer) - 1 : -1;
  const beginning = choices.filter(({ label }) => label.toLowerCase().startsWith(answer.toLowerCase()));
  const [only] = beginning;
  return answer !== "" && only !== undefined && beginning.length === 1 ? choices.indexOf(only) : -1;
}

function chosen<Value>(choices: readonly Choice<Value>[], index: number): Value {
  const choice = choices[index];
  if (choice === undefined) throw new Error(`There is no choice ${index}.`);
  return choice.value;
}

/** What can be done but not at once, and what is beside the point. */
export function quiet(text: string): string {
  return styleText("dim", text);
}
