import { randomInt } from "node:crypto";

/** Digits and letters that nobody takes for one another; 32, so that each adds five bits. */
const alphabet = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
const numberCharacters = 8;

/** A number for a new order, without its dash: 40 bits by chance, so that orders can neither be counted nor guessed by it. */
export function drawOrderNumber(): string {
  return Array.from({ length: numberCharacters }, () => alphabet[randomInt(alphabet.length)]).join("");
}

/** The number as people see it, such as "A7K2-93QX". */
export function formatOrderNumber(number: string): string {
  return `${number.slice(0, 4)}-${number.slice(4)}`;
}

/** The number that somebody typed, in any case, with or without its dash; undefined for what is none. */
export function parseOrderNumber(text: string): string | undefined {
  const number = text.trim().toUpperCase().replace(/[-\s]/, "");
  return number.length === numberCharacters && [...number].every((letter) => alphabet.includes(letter))
    ? number
    : undefined;
}

/** The beginning of a number, as far as somebody typed it; undefined for what none begins with. */
export function parseNumberStart(text: string): string | undefined {
  const start = text.trim().toUpperCase().replace(/[-\s]/, "");
  return start !== "" && start.length <= numberCharacters && [...start].every((letter) => alphabet.includes(letter))
    ? start
    : undefined;
}
