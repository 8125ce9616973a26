import { createHmac } from "node:crypto";
import { domainToASCII } from "node:url";
import ipaddr from "ipaddr.js";
import type { BudgetName, SubjectKind } from "./env.ts";

/** Who causes a cost. A kind that is left out, or empty, is not counted. */
export type BudgetSubjects = { readonly [Kind in SubjectKind]?: string | undefined } & {
  /** In place of `address` where only its hash was kept: the end of a key of {@link makeSubjectKey}. */
  readonly addressHash?: string | undefined;
};

/**
 * The network that a client address stands for: an IPv4 address itself, also when it is written as IPv6, and the /64 of an IPv6 address, since
 * one subscriber usually holds all of it. Text that is not an address is returned unchanged.
 */
export function clientNetwork(address: string): string {
  if (!ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  if (!(parsed instanceof ipaddr.IPv6)) return parsed.toString();
  return `${new ipaddr.IPv6([...parsed.parts.slice(0, 4), 0, 0, 0, 0]).toString()}/64`;
}

/**
 * The mailbox that an address stands for: lower case, without `+tag` and dots, its domain in ASCII. Large providers deliver all of these alike; that
 * elsewhere two people may share a budget costs less than one who has thousands.
 */
export function foldEmail(email: string): string {
  const folded = email.trim().normalize("NFKC").toLowerCase();
  const at = folded.lastIndexOf("@");
  if (at < 0) return folded;
  const [mailbox = ""] = folded.slice(0, at).split("+");
  const domain = folded.slice(at + 1);
  return `${mailbox.replaceAll(".", "")}@${domainToASCII(domain) || domain}`;
}

const folds: Readonly<Record<SubjectKind, (text: string) => string>> = {
  address: clientNetwork,
  email: foldEmail,
  user: (id) => id,
};

/**
 * Makes the key under which a subject is counted: an HMAC, so that no store of budgets holds an address of any kind.
 *
 * @param secret the HMAC's key is derived from it. Processes with one secret, such as users and orders with their `TOKEN_KEY`, have the same keys
 * for the same subjects, so that one can count for another that knows the address no more.
 */
export function makeSubjectKey(secret: string): (name: BudgetName, kind: SubjectKind, text: string) => string {
  const key = createHmac("sha256", secret).update("agora budgets").digest();
  return (name, kind, text) =>
    `${name}:${kind}:${createHmac("sha256", key)
      .update(`${kind}\0${folds[kind](text)}`)
      .digest("base64url")
      .slice(0, 22)}`;
}
