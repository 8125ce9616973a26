import { createInterface } from "node:readline";
import { stripVTControlCharacters, styleText } from "node:util";
import * as clack from "@clack/prompts";

/** One choice of a list. */
export interface Choice<Value> {
  value: Value;
  label: string;
  hint?: string;
}

/** The options of a question. */
interface Question {
  /** Stands there already; what an empty line means, where emptyPage can be edited. */
  initial?: string;
  placeholder?: string;
  /** Returns a sentence that says what is wrong with the input; undefined when it is valid. */
  check?: (reply: string) => string | undefined;
}

/** Input and output of the command. Each question throws {@link Exit} on Ctrl-C and {@link Back} on Escape. */
export interface Terminal {
  choose: <const Value>(question: string, choices: readonly Choice<Value>[]) => Promise<Value>;
  ask: (question: string, options?: Question) => Promise<string>;
  askSecret: (question: string) => Promise<string>;
  confirm: (question: string, initial?: boolean) => Promise<boolean>;
  /** Shows a spinner with a title while `work` runs, and returns its result. */
  withSpinner: <Result>(what: string, work: () => Promise<Result>) => Promise<Result>;
  say: (text: string) => void;
  /** Reports a success. */
  success: (text: string) => void;
  warn: (text: string) => void;
  /** Shows a text under a title. */
  show: (title: string, text: string) => void;
  close: () => void;
}

/** The user exits: Ctrl-C, or the end of the input. */
export class Exit extends Error {}

/** The user goes back one step. */
export class Back extends Error {}

/** Opens prompts on a terminal, or plain lines when input or output is not a terminal. */
export function openTerminal(): Terminal {
  return process.stdin.isTTY && process.stdout.isTTY
    ? openPrompts(process.stdin, process.stdout)
    : openLines(process.stdin, process.stdout);
}

/** Opens prompts that are operated with keys. */
export function openPrompts(input: NodeJS.ReadStream, output: NodeJS.WriteStream): Terminal {
  // A prompt reports Escape and Ctrl-C alike; the key event distinguishes them.
  let isInterrupted = false;
  const onKey = (_text: string, key: { ctrl?: boolean; name?: string }) => {
    if (key.ctrl === true && key.name === "c") isInterrupted = true;
  };
  input.on("keypress", onKey);
  const accepted = <Value>(reply: Value | typeof clack.CANCEL_SYMBOL): Value => {
    if (!clack.isCancel(reply)) return reply as Exclude<Value, typeof clack.CANCEL_SYMBOL>;
    throw isInterrupted ? new Exit() : new Back();
  };
  const rowsMax = Math.max(5, Math.min(14, (output.rows ?? 24) - 8));
  return {
    choose: async (message, choices) => {
      const options = choices.map(({ label, hint }, value) => ({
        value,
        label,
        ...(hint === undefined ? {} : { hint }),
      }));
      const index = accepted(
        await clack.select({ input, output, message, options, maxItems: rowsMax, showInstructions: false }),
      );
      return chosen(choices, index);
    },
    ask: async (message, { initial, placeholder, check } = {}) =>
      accepted(
        await clack.text({
          input,
          output,
          message,
          // Enter accepts the initial value, and typing replaces it: typing 3 must not give 13.
          ...(initial === undefined ? {} : { defaultValue: initial, placeholder: initial }),
          ...(placeholder === undefined ? {} : { placeholder }),
          ...(check === undefined
            ? {}
            : { validate: (reply: string | undefined) => check((reply ?? "").trim() || (initial ?? "")) }),
        }),
      ).trim(),
    askSecret: async (message) => accepted(await clack.password({ input, output, message })),
    confirm: async (message, initial = true) =>
      accepted(await clack.confirm({ input, output, message, initialValue: initial })),
    withSpinner: async (what, work) => {
      const spinner = clack.spinner({ output, withGuide: false, cancelMessage: "Goodbye." });
      spinner.start(what);
      try {
        return await work();
      } finally {
        spinner.clear();
      }
    },
    say: (text) => clack.log.message(text, { output }),
    success: (text) => clack.log.success(text, { output }),
    warn: (text) => clack.log.warn(text, { output }),
    show: (title, text) => clack.note(text, title, { output, format: (line) => line }),
    close: () => {
      input.off("keypress", onKey);
    },
  };
}

/**
 * Opens the same terminal over plain lines, for scripts: choices are numbered, each input is a line, and there are no colours.
 *
 * @param input its end throws {@link Exit}.
 */
export function openLines(input: NodeJS.ReadableStream, output: NodeJS.WritableStream): Terminal {
  const reader = createInterface({ input });
  const lines = reader[Symbol.asyncIterator]();
  const print = (text: string) => void output.write(`${stripVTControlCharacters(text)}\n`);
  const read = async (question: string): Promise<string> => {
    output.write(`${stripVTControlCharacters(question)} `);
    const { value, done } = await lines.next();
    if (done === true) throw new Exit();
    print(value);
    return value.trim();
  };
  const ask = async (question: string, { initial, check }: Question = {}): Promise<string> => {
    for (;;) {
      const reply =
        (await read(initial === undefined ? `${question}:` : `${question} [${initial}]:`)) || (initial ?? "");
      const problem = check?.(reply);
      if (problem === undefined) return reply;
      print(problem);
    }
  };
  return {
    choose: async (question, choices) => {
      print(`\n${question}`);
      for (const [index, { label, hint }] of choices.entries()) {
        print(`  ${index + 1}. ${label}${hint === undefined ? "" : ` (${hint})`}`);
      }
      const check = (reply: string) =>
        indexOf(choices, reply) === -1
          ? `Enter a number from 1 to ${choices.length}, or the beginning of a choice.`
          : undefined;
      return chosen(choices, indexOf(choices, await ask("Choice", { check })));
    },
    ask,
    askSecret: (question) => ask(question),
    confirm: async (question, initial = true) => {
      const reply = await ask(`${question} (yes or no)`, {
        initial: initial ? "yes" : "no",
        check: (text) => (/^(y|yes|n|no)$/i.test(text) ? undefined : "Enter yes or no."),
      });
      return /^y/i.test(reply);
    },
    withSpinner: (_what, work) => work(),
    say: print,
    success: print,
    warn: (text) => print(`! ${text}`),
    show: (title, text) => print(`\n${title}\n${"-".repeat(title.length)}\n${text}\n`),
    close: () => reader.close(),
  };
}

/** Returns the index of the choice with a number or a beginning; -1 for none, and for several. */
function indexOf(choices: readonly Choice<unknown>[], reply: string): number {
  if (/^\d+$/.test(reply)) return Number(reply) <= choices.length ? Number(reply) - 1 : -1;
  const beginning = choices.filter(({ label }) => label.toLowerCase().startsWith(reply.toLowerCase()));
  const [only] = beginning;
  return reply !== "" && only !== undefined && beginning.length === 1 ? choices.indexOf(only) : -1;
}

function chosen<Value>(choices: readonly Choice<Value>[], index: number): Value {
  const choice = choices[index];
  if (choice === undefined) throw new Error(`There is no choice ${index}.`);
  return choice.value;
}

/** Dims a text of minor importance. */
export function dim(text: string): string {
  return styleText("dim", text);
}
