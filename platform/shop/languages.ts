const tag = /^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$/;

/**
 * The BCP 47 tag of a language in its canonical form, such as "pt-BR": a language, and optionally a script and a region. Undefined for anything
 * else.
 */
export function parseLanguage(text: string): string | undefined {
  const trimmed = text.trim();
  if (!/^[A-Za-z0-9-]{2,20}$/.test(trimmed)) return undefined;
  try {
    const [canonical] = Intl.getCanonicalLocales(trimmed);
    return canonical !== undefined && tag.test(canonical) ? canonical : undefined;
  } catch {
    return undefined;
  }
}
