import { expect, test } from "vitest";
import { clientNetwork, foldEmail, makeSubjectKey } from "./subjects.ts";

const secret = "A".repeat(43);

test.each([
  ["203.0.113.7", "203.0.113.7"],
  ["::ffff:203.0.113.7", "203.0.113.7"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
  ["2001:0DB8:0001:0002::", "2001:db8:1:2::/64"],
  ["not an address", "not an address"],
])("the client address %s is counted as %s", (address, network) => expect(clientNetwork(address)).toBe(network));

test.each([
  ["Victim+17@Shop.Example", "victim@shop.example"],
  ["a+b+c@EXAMPLE.com", "a@example.com"],
  ["v.i.c.tim+1.2@mail.example.com", "victim@mail.example.com"],
  ["EVA@XN--MLLER-KVA.example", "eva@xn--mller-kva.example"],
  ["ｖictim@ｓhop。example", "victim@shop.example"],
  ["eva@müller.example", "eva@xn--mller-kva.example"],
  ["nobody", "nobody"],
])("the e-mail address %s is counted as %s", (email, folded) => expect(foldEmail(email)).toBe(folded));

test("a key holds nothing of its subject, differs by budget and kind, and is the same wherever the secret is", () => {
  const keyOf = makeSubjectKey(secret);
  const key = keyOf("mails", "email", "victim+1@shop.example");
  expect(key).toMatch(/^mails:email:[\w-]{22}$/);
  expect(makeSubjectKey(secret)("mails", "email", "VICTIM@shop.example")).toBe(key);
  expect(makeSubjectKey("B".repeat(43))("mails", "email", "victim@shop.example")).not.toBe(key);
  expect(keyOf("mails", "user", "victim@shop.example").slice(-22)).not.toBe(key.slice(-22));
});
