const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** Text that stands as it is in HTML, between tags and in a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"]/g, (character) => entities[character] ?? character);
}

/** A mail's HTML from parts that are HTML already, and its subject, which is text. */
export function htmlPage(subject: string, parts: readonly string[]): string {
  const head = `<head><meta charset="utf-8"><title>${escapeHtml(subject)}</title></head>`;
  return `<!doctype html>\n<html lang="en">${head}\n<body>\n${parts.join("\n")}\n</body></html>\n`;
}
