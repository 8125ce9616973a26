/** The form in which a tag is stored and compared: NFC and lower case, the Turkish dotted I as i. */
export function foldTag(tag: string): string {
  return tag.normalize("NFC").trim().toLowerCase().replaceAll("i\u0307", "i");
}
