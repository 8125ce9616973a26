import { expect, test } from "vitest";
import { parseLanguage } from "./languages.ts";

test.each([
  ["de", "de"],
  ["PT-br", "pt-BR"],
  [" zh-hant-tw ", "zh-Hant-TW"],
  ["es-419", "es-419"],
  ["iw", "he"],
])("%o is the language %s", (text, expected) => {
  expect(parseLanguage(text)).toBe(expected);
});

test.each(["", "e", "english language", "de_DE", "en-u-ca-gregory", "de-DE-1996", "x-private", "12", "\0\0"])(
  "%o is no language",
  (text) => {
    expect(parseLanguage(text)).toBeUndefined();
  },
);
