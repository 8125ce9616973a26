import { limits, rejectBeyond } from "./limits.ts";

const [quote, comma, backslash] = [0x22, 0x2c, 0x5c];
const [openList, closeList, openObject, closeObject] = [0x5b, 0x5d, 0x7b, 0x7d];

/** What a request has around its variables: the body, `query`, `extensions` and the like. */
const levelsAround = 3;
const valuesAround = 100;
/** Smaller ones are parsed in no time. */
const bytesMin = 4_096;

/**
 * Rejects JSON that holds more values, or is nested deeper, than the variables of a request may, without parsing it: parsing takes far more of the event
 * loop. Below the limits it may still be anything.
 *
 * @throws {ApiError} OPERATION_TOO_COMPLEX
 */
export function checkJsonSize(json: Buffer): void {
  if (json.length < bytesMin) return;
  let values = 0;
  let depth = 0;
  for (let index = 0; index < json.length; index += 1) {
    const byte = json[index];
    if (byte === quote) index = endOfString(json, index);
    else if (byte === comma) values += 1;
    else if (byte === openList || byte === openObject) {
      values += 1;
      depth += 1;
      if (depth > limits.variablesDepthMax + levelsAround) {
        const message = `The variables are nested more than ${limits.variablesDepthMax} levels deep.`;
        rejectBeyond("variablesDepth", limits.variablesDepthMax, undefined, message);
      }
    } else if (byte === closeList || byte === closeObject) depth -= 1;
    if (values > limits.variableValuesMax + valuesAround) {
      const message = `The variables hold more than ${limits.variableValuesMax} values.`;
      rejectBeyond("variableValues", limits.variableValuesMax, undefined, message);
    }
  }
}

/** The place of the quote that ends a string; the end of the text if there is none. */
function endOfString(json: Buffer, start: number): number {
  for (let end = json.indexOf(quote, start + 1); end >= 0; end = json.indexOf(quote, end + 1)) {
    let escapes = 0;
    while (json[end - 1 - escapes] === backslash) escapes += 1;
    if (escapes % 2 === 0) return end;
  }
  return json.length;
}
