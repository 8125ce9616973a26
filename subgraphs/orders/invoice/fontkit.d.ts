/** What documents use of fontkit, which brings no types. */
declare module "fontkit" {
  /** Opens a font file. @throws {Error} for a file that is no font. */
  export function openSync(path: string): { readonly hasGlyphForCodePoint: (codePoint: number) => boolean };
}
