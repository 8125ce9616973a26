import { PassThrough } from "node:stream";
import { setImmediate as turn } from "node:timers/promises";
import { stripVTControlCharacters } from "node:util";
import { expect, test } from "vitest";
import { Back, Exit, openLines, openPrompts } from "./terminal.ts";

const fruit = [
  { value: "apple", label: "Apple" },
  { value: "pear", label: "Pear", hint: "ripe" },
  { value: "peach", label: "Peach" },
];

test("arrow keys choose, Escape goes back and Ctrl-C exits at every kind of question", async () => {
  const { terminal, press } = openKeyboard();
  const chosen = terminal.choose("Which?", fruit);
  await press("\u001b[B");
  await press("\r");
  expect(await chosen).toBe("pear");

  const questions = [
    () => terminal.choose("Which?", fruit),
    () => terminal.ask("Name"),
    () => terminal.askSecret("Password"),
    () => terminal.confirm("Sure?"),
  ];
  for (const ask of questions) {
    const result = ask().catch((error: unknown) => error);
    await press("\u001b");
    expect(await result).toBeInstanceOf(Back);
  }
  for (const ask of questions) {
    const result = ask().catch((error: unknown) => error);
    await press("\u0003");
    expect(await result).toBeInstanceOf(Exit);
  }
});

test("invalid input is asked for again, and a secret is not shown", async () => {
  const { terminal, press, shown } = openKeyboard();
  const check = (reply: string) => (reply === "7" ? undefined : "It is seven.");
  const result = terminal.ask("How many?", { check });
  await press("6");
  await press("\r");
  expect(shown()).toContain("It is seven.");
  await press("\u007f");
  await press("7");
  await press("\r");
  expect(await result).toBe("7");

  const secret = terminal.askSecret("Password");
  await press("hunter2");
  await press("\r");
  expect(await secret).toBe("hunter2");
  expect(shown()).not.toContain("hunter2");
});

test("a line chooses by number or by the beginning of a choice, and by nothing else", async () => {
  const { terminal, shown } = openScript(["0", "4", "p", "", "pea", "2", "PEAR", "end"]);
  expect(await terminal.choose("Which?", fruit.slice(0, 2))).toBe("pear");
  expect(await terminal.choose("Which?", fruit)).toBe("pear");
  expect(await terminal.choose("Which?", fruit)).toBe("pear");
  await expect(terminal.choose("Which?", fruit)).rejects.toBeInstanceOf(Exit);
  expect(shown()).toContain("  2. Pear (ripe)");
});

function openKeyboard() {
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => input });
  const output = Object.assign(new PassThrough(), { isTTY: true, columns: 80, rows: 24 });
  const text = readAll(output);
  return {
    terminal: openPrompts(input as never, output as never),
    press: async (key: string) => {
      // The question is shown first; Escape differs from an escape sequence only in that nothing follows it.
      await turn();
      input.write(key);
      await new Promise((resolve) => setTimeout(resolve, 60));
    },
    shown: () => text().replaceAll("▪", ""),
  };
}

function openScript(lines: string[]) {
  const input = new PassThrough();
  const output = new PassThrough();
  input.end(lines.map((line) => `${line}\n`).join(""));
  return { terminal: openLines(input, output), shown: readAll(output) };
}

function readAll(stream: PassThrough): () => string {
  let text = "";
  stream.on("data", (chunk) => {
    text += chunk;
  });
  return () => stripVTControlCharacters(text);
}
