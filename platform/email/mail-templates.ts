import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import Mustache from "mustache";
import { z } from "zod";

/** A row of a mail's table: one variant. */
export type MailLine = {
  readonly quantity: number;
  readonly name: string;
  /** Such as "M / Blue"; empty for a product without variants. */
  readonly variant: string;
  /** null where the mail states no prices. */
  readonly amount: string | null;
};

/** A part of a mail, in reading order: a paragraph, a link, rows of label and value, or a table of lines. */
export type MailPart =
  | string
  | { readonly label: string; readonly link: string }
  | { readonly details: readonly { readonly label: string; readonly value: string }[] }
  | { readonly lines: readonly MailLine[]; readonly totals?: readonly { label: string; amount: string }[] };

/** What a mail says, without its form. */
export type MailContent = {
  readonly to: string;
  /** The name of the templates that a shop can replace it by, such as `order-paid`. */
  readonly template: string;
  readonly subject: string;
  readonly parts: readonly MailPart[];
  /** The facts that the shop's own templates can use, such as `number` and `link`. */
  readonly facts?: Readonly<Record<string, unknown>>;
};

/** A mail in its form. */
export type RenderedMail = {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly attachments?: readonly MailAttachment[];
};

/** A file that a mail carries. */
export type MailAttachment = { readonly filename: string; readonly contentType: string; readonly content: Buffer };

/** Gives mails their form. */
export type MailTemplates = {
  /** The mail in text and HTML. Values are escaped for where they stand, and no value breaks a line. */
  render(mail: MailContent): RenderedMail;
};

/** The variables of the form of mails. */
export const mailTemplateVariables = {
  /** The shop's name, at the top and the end of each mail. */
  SHOP_NAME: z.string().trim().min(1).max(100).default("Agora"),
  /** The shop's postal address, its lines separated by line breaks or semicolons. */
  SHOP_ADDRESS: z.string().max(500).default(""),
  /** A picture that is shown in place of the name. */
  SHOP_LOGO_URL: z.url({ protocol: /^https?$/ }).optional(),
  /** A directory of mustache files that replace the built-in ones of the same name. */
  MAIL_TEMPLATES: z.string().optional(),
} as const;

type TemplateEnv = z.infer<z.ZodObject<typeof mailTemplateVariables>> & { readonly STOREFRONT_URL: string };

const builtInDirectory = path.join(import.meta.dirname, "templates");
const language = "en";
const secretHint = "If the button doesn't work, copy this address into your browser:";

/**
 * Reads the templates: the built-in ones, and in their place those of `MAIL_TEMPLATES`. `layout` is around every mail, `body` lays out the parts of mails
 * that have no template of their own. Each has a file for text and one for HTML, such as `order-paid.txt.mustache` and `order-paid.html.mustache`;
 * `order-paid.subject.mustache` replaces the subject. Further files are partials, such as `{{> footer}}`.
 *
 * @throws {Error} naming the first file that is not a mustache template.
 */
export function openMailTemplates(env: TemplateEnv): MailTemplates {
  const templates = readTemplates(builtInDirectory);
  if (env.MAIL_TEMPLATES !== undefined) {
    for (const [name, text] of readTemplates(env.MAIL_TEMPLATES)) templates.set(name, text);
  }
  const shop = {
    name: oneLine(env.SHOP_NAME),
    address: env.SHOP_ADDRESS.split(/[\n;]/).map(oneLine).filter(Boolean),
    logoUrl: env.SHOP_LOGO_URL ?? null,
    url: env.STOREFRONT_URL,
  };
  const renderForm = (form: "txt" | "html" | "subject", name: string, view: object): string => {
    const template = templates.get(`${name}.${form}`) ?? "";
    const partials = (partial: string) => templates.get(`${partial}.${form}`) ?? "";
    return Mustache.render(template, view, partials, { escape: form === "html" ? escapeHtml : String });
  };
  return {
    render: ({ to, template, subject, parts, facts = {} }) => {
      const lined = linedOut({ ...facts, subject, parts: parts.map(partView) }) as { subject: string };
      const view = { ...lined, language, shop, heading: lined.subject, preview: previewOf(parts) };
      const bodyName = (form: string) => (templates.has(`${template}.${form}`) ? template : "body");
      const whole = (form: "txt" | "html") =>
        renderForm(form, "layout", { ...view, body: renderForm(form, bodyName(form), view) });
      const ownSubject = renderForm("subject", template, view);
      return {
        to,
        subject: ownSubject === "" ? lined.subject : oneLine(ownSubject),
        text: `${whole("txt")
          .replaceAll(/\n{3,}/g, "\n\n")
          .trim()}\n`,
        html: whole("html"),
      };
    },
  };
}

const templateFile = /^([\w-]+\.(?:txt|html|subject))\.mustache$/;

function readTemplates(directory: string): Map<string, string> {
  const templates = new Map<string, string>();
  for (const file of readdirSync(directory)) {
    const [, name] = templateFile.exec(file) ?? [];
    if (name === undefined) continue;
    const text = readFileSync(path.join(directory, file), "utf8");
    try {
      Mustache.parse(text);
    } catch (error) {
      throw new Error(`The mail template ${path.join(directory, file)} is not usable: ${(error as Error).message}.`);
    }
    templates.set(name, text);
  }
  return templates;
}

/** Every part has all keys, so that a template finds no key of the mail around it in place of one that is missing. */
function partView(part: MailPart) {
  const view = { paragraph: null, button: null, details: null, table: null };
  if (typeof part === "string") return { ...view, paragraph: part };
  if ("link" in part) return { ...view, button: { ...part, hint: secretHint, isSecret: /[?&]token=/.test(part.link) } };
  if ("details" in part) return { ...view, details: { rows: part.details } };
  const totals = (part.totals ?? []).map((total, index, all) => ({ ...total, isGrand: index === all.length - 1 }));
  return { ...view, table: { lines: part.lines, totals } };
}

function previewOf(parts: readonly MailPart[]): string {
  return oneLine(parts.find((part) => typeof part === "string") ?? "");
}

/** The same value with every text on one line: names come from sellers and buyers, and must not break the layout of a mail. */
function linedOut(value: unknown): unknown {
  if (typeof value === "string") return oneLine(value);
  if (Array.isArray(value)) return value.map(linedOut);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, linedOut(entry)]));
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Escapes text for HTML content and quoted attributes. */
function escapeHtml(text: unknown): string {
  return String(text).replaceAll(/[&<>"']/g, (character) => entities[character] ?? character);
}
