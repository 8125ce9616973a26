import { describe, expect, test } from "vitest";
import { characterCount, cutText, lookupText, multilineText, text } from "./text.ts";

const isText = (value: string) => text(100, 1).safeParse(value).success;

test("text is trimmed and brought to NFC, and both lengths count characters", () => {
  expect(text(5, 1).parse(" abc ")).toBe("abc");
  expect(text(3).parse("한국어".normalize("NFD"))).toBe("한국어");
  expect(text(3, 3).parse("𠮷𠮷𠮷")).toBe("𠮷𠮷𠮷");
  expect(text(3).safeParse("abcd").success).toBe(false);
  expect(text(5, 2).safeParse("𠮷").success).toBe(false);
  expect(text(5).parse("  ")).toBe("");
});

describe("text is rejected when", () => {
  test.each(["", "   ", "\u00a0"])("nothing is left of %j", (value) => expect(isText(value)).toBe(false));

  test.each([
    "\u200b",
    "\u3164",
    "\u2060",
    "\ufeff\u200b",
    "\u115f\u1160",
    "\u2800",
    "\u00ad",
    "\ufe0f",
    "\u200d",
    "\u0301",
    "\u{e0041}",
  ])("no character of %j is visible", (value) => expect(isText(value)).toBe(false));

  test.each(["a\u0000b", "a\u001b[1m", "a\u007f", "a\u0085b", "a\u009fb", "a\ud800", "\udc00b"])(
    "%j holds a control character or half a character",
    (value) => {
      expect(isText(value)).toBe(false);
      expect(multilineText(100).safeParse(value).success).toBe(false);
    },
  );

  test.each(["a\u202eb", "\u202aa\u202c", "a\u2066b\u2069", "a\u2068b"])("%j reorders other text", (value) => {
    expect(isText(value)).toBe(false);
    expect(multilineText(100).safeParse(value).success).toBe(false);
  });

  test.each(["a \u200db", "a\u200d\u200db", "\ufe0fa", " \u200c a"])("a joiner in %j joins nothing", (value) =>
    expect(isText(value)).toBe(false),
  );
});

test.each([
  "👩‍👩‍👧‍👦",
  "❤️",
  "👍🏽",
  "🏳️‍🌈",
  "1️⃣",
  "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
  "می‌خواهم",
  "क्‍ष",
  "क्‌",
  "葛󠄀",
  "\u200eabc\u200f עברית",
  "ภาษา\u200bไทย",
  "soft\u00adhyphen",
  "...",
  "§",
  "€",
])("%s is text", (value) => expect(text(100, 1).parse(value)).toBe(value.normalize("NFC")));

test.each(["a\nb", "a\r\nb", "a\tb", "a\u2028b"])("%j is text of several lines, and not of one", (value) => {
  expect(multilineText(100).parse(value)).toBe(value);
  expect(isText(value)).toBe(false);
});

test.each([
  ["한국어".normalize("NFD"), "한국어"],
  ["a\0b", "a b"],
  ["a\ud800b", "a\ufffdb"],
])("%j is looked up as %j", (given, stored) => expect(lookupText(given)).toBe(stored));

test("a cut text ends between characters as readers see them", () => {
  expect(cutText(`${"a".repeat(79)}𠮷`, 79)).toBe("a".repeat(79));
  expect(cutText(`${"a".repeat(79)}𠮷`, 80)).toBe(`${"a".repeat(79)}𠮷`);
  expect(cutText("ae\u0301b", 2)).toBe("a");
  expect(cutText("x👩‍👩‍👧‍👦y", 5)).toBe("x");
  expect(cutText("👩‍👩‍👧‍👦", 2)).toBe("👩‍");
  expect(cutText("short", 10)).toBe("short");
  for (let max = 0; max < 12; max += 1) {
    const cut = cutText("𠮷👍🏽é\u0301z가", max);
    expect(cut.isWellFormed()).toBe(true);
    expect(characterCount(cut)).toBeLessThanOrEqual(max);
  }
});
