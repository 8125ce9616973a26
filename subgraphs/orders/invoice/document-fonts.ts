import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

/** The files of the fonts that documents are written in. */
export const fontFiles = {
  regular: require.resolve("dejavu-fonts-ttf/ttf/DejaVuSansCondensed.ttf"),
  bold: require.resolve("dejavu-fonts-ttf/ttf/DejaVuSansCondensed-Bold.ttf"),
} as const;

/** What stands for a character that a font lacks. The fonts have it, with a width of its own. */
const replacement = "□";

const characters = new Intl.Segmenter("en", { granularity: "grapheme" });

/** Which texts the fonts can write. */
export type Coverage = {
  /** Whether the fonts have every character of a text. */
  readonly covers: (text: string) => boolean;
  /**
   * The text with a box for each character that one of the fonts lacks. pdfkit draws a box too, but takes one width for it when it breaks lines and
   * another when it writes them, so that what follows is printed over something else.
   */
  readonly writable: (text: string) => string;
};

let opened: Promise<Coverage> | undefined;

/** Reads once which characters the fonts have. */
export function openCoverage(): Promise<Coverage> {
  opened ??= readCoverage();
  return opened;
}

async function readCoverage(): Promise<Coverage> {
  const { openSync } = await import("fontkit");
  const fonts = Object.values(fontFiles).map((file) => openSync(file));
  const covers = (text: string) =>
    [...text].every(
      // Line breaks are not drawn.
      (point) => point === "\n" || fonts.every((font) => font.hasGlyphForCodePoint(point.codePointAt(0) ?? 0)),
    );
  return {
    covers,
    writable: (text) =>
      covers(text)
        ? text
        : Array.from(characters.segment(text), ({ segment }) => (covers(segment) ? segment : replacement)).join(""),
  };
}
