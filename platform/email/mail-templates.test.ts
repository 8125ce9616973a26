import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { type MailContent, mailTemplateVariables, openMailTemplates } from "./mail-templates.ts";

const open = (variables: Record<string, string> = {}) =>
  openMailTemplates({
    ...z.object(mailTemplateVariables).parse(variables),
    STOREFRONT_URL: "https://shop.example",
  });

const mail: MailContent = {
  to: "buyer@shop.example",
  template: "order-paid",
  subject: "Payment received for order A7K2-93QX",
  parts: [
    "We've received your payment.",
    { details: [{ label: "Tracking number", value: "T-1" }] },
    {
      lines: [{ quantity: 2, name: "T-shirt", variant: "M / Blue", amount: "18.00 EUR" }],
      totals: [
        { label: "Shipping", amount: "4.90 EUR" },
        { label: "Total", amount: "22.90 EUR" },
      ],
    },
    { label: "View your order", link: "https://shop.example/orders/A7K2-93QX?a=1&b=2" },
  ],
  facts: { number: "A7K2-93QX", amount: "22.90 EUR", link: "https://shop.example/orders/A7K2-93QX?a=1&b=2" },
};

/** A directory of a shop's own templates. */
async function templates(files: Record<string, string>): Promise<{ MAIL_TEMPLATES: string }> {
  const directory = await mkdtemp(path.join(tmpdir(), "agora-templates-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(directory, name), text);
  return { MAIL_TEMPLATES: directory };
}

test("a mail names the shop, its lines with the variant, its totals, and links whole", () => {
  const { text, html } = open({
    SHOP_NAME: "Nordlicht",
    SHOP_ADDRESS: "Nordlicht GmbH; Hafenstr. 1; 20457 Hamburg",
  }).render(mail);
  expect(text).toBe(`We've received your payment.

Tracking number: T-1

2 × T-shirt (M / Blue): 18.00 EUR
Shipping: 4.90 EUR
Total: 22.90 EUR

View your order:
https://shop.example/orders/A7K2-93QX?a=1&b=2

-- \nNordlicht
Nordlicht GmbH
Hafenstr. 1
20457 Hamburg
`);
  for (const part of ["Nordlicht GmbH<br>Hafenstr. 1", "M / Blue", "22.90 EUR"]) expect(html).toContain(part);
  expect(html).toContain('href="https://shop.example/orders/A7K2-93QX?a=1&amp;b=2"');
});

test("values are text in HTML and stay on their line, and no value is a template", () => {
  const hostile = `<img src=x onerror='a("b")'> & {{number}}\r\nBcc: all@shop.example`;
  const parts = [hostile, { lines: [{ quantity: 1, name: hostile, variant: hostile, amount: null }] }];
  const { subject, text, html } = open({ SHOP_NAME: "<b>Shop</b>" }).render({ ...mail, subject: hostile, parts });
  const lined = `<img src=x onerror='a("b")'> & {{number}} Bcc: all@shop.example`;
  expect(subject).toBe(lined);
  expect(text).toContain(`${lined}\n\n1 × ${lined} (${lined})\n`);
  expect(html).not.toMatch(/<img|<b>/);
  expect(html).toContain("&lt;img src=x onerror=&#39;a(&quot;b&quot;)&#39;&gt; &amp; {{number}} Bcc");
});

test("a shop replaces the text of one mail, its subject and the layout by files, and values are escaped there too", async () => {
  const given = await templates({
    "order-paid.txt.mustache": "Danke für {{amount}}!\n{{#lines}}{{quantity}} {{name}}\n{{/lines}}",
    "order-paid.html.mustache": "<p>Danke für <b>{{amount}}</b>!</p>{{> footer}}",
    "order-paid.subject.mustache": "Zahlung für {{number}} erhalten\n",
    "footer.html.mustache": `<p><a href="{{link}}">{{shop.name}}</a></p>`,
    "layout.html.mustache": `<html lang="de"><body>{{{body}}}</body></html>`,
  });
  const own = open({ ...given, SHOP_NAME: "Müller & Söhne" });
  const facts = { ...mail.facts, amount: "<5 EUR>", lines: [{ quantity: 1, name: "Hut" }] };
  const { subject, text, html } = own.render({ ...mail, facts });
  expect(subject).toBe("Zahlung für A7K2-93QX erhalten");
  expect(text).toBe("Danke für <5 EUR>!\n1 Hut\n\n-- \nMüller & Söhne\n");
  expect(html).toBe(
    `<html lang="de"><body><p>Danke für <b>&lt;5 EUR&gt;</b>!</p><p><a href="https://shop.example/orders/A7K2-93QX?a=1&amp;b=2">Müller &amp; Söhne</a></p></body></html>`,
  );
  expect(own.render({ ...mail, template: "order-shipped" }).text).toContain("View your order:");
});

test("a file that is no template, and a directory that does not exist, are named at the start", async () => {
  const given = await templates({ "order-paid.html.mustache": "{{#lines}} never closed" });
  expect(() => open(given)).toThrow("order-paid.html.mustache is not usable");
  expect(() => open({ MAIL_TEMPLATES: "/no/such/directory" })).toThrow("/no/such/directory");
});
