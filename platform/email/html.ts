const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** Escapes text for HTML content and quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"]/g, (character) => entities[character] ?? character);
}

/** The HTML of a mail from its subject, which is text, and parts that are HTML. */
export function htmlPage(subject: string, parts: readonly string[]): string {
  const head = `<head><meta charset="utf-8"><title>${escapeHtml(subject)}</title></head>`;
  return `<!doctype html>\n<html lang="en">${head}\n<body>\n${parts.join("\n")}\n</body></html>\n`;
}
