import { randomInt } from "node:crypto";

/** 32 digits and letters that cannot be confused with each other, so that each character adds five bits. */
const alphabet = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
const numberCharacters = 8;

/** A random number for a new order, without its dash. Its 40 bits can be neither counted nor guessed. */
export function drawOrderNumber(): string {
  return Array.from({ length: numberCharacters }, () => alphabet[randomInt(alphabet.length)]).join("");
}

/** The number as people see it, such as "A7K2-93QX". */
export function formatOrderNumber(number: string): string {
  return `${number.slice(0, 4)}-${number.slice(4)}`;
}

/** Parses a number as people type it, in any case, with or without its dash; undefined if it is invalid. */
export function parseOrderNumber(text: string): string | undefined {
  const number = text.trim().toUpperCase().replace(/[-\s]/, "");
  return number.length === numberCharacters && [...number].every((letter) => alphabet.includes(letter))
    ? number
    : undefined;
}

/** Parses the beginning of a number; undefined if no number can begin with it. */
export function parseNumberStart(text: string): string | undefined {
  const start = text.trim().toUpperCase().replace(/[-\s]/, "");
  return start !== "" && start.length <= numberCharacters && [...start].every((letter) => alphabet.includes(letter))
    ? start
    : undefined;
}
