/** Limits that all subgraphs share. Characters are Unicode code points; a limit's unit stands before `Max`. */

/** Units of one order line or cart line. */
export const unitsPerLineMax = 1_000;
/** Lines of one order. */
export const linesPerOrderMax = 100;
export const emailCharactersMax = 254;
export const urlCharactersMax = 1_000;
export const idempotencyKeyCharactersMax = 200;
/** Items of a connection's page. */
export const pageSizeDefault = 20;
export const pageSizeMax = 100;
/** JSON that a client attaches to what it creates. */
export const metadataBytesMax = 4_096;

export const addressNameCharactersMax = 500;
export const addressLineCharactersMax = 500;
export const addressPlaceCharactersMax = 200;
export const postalCodeCharactersMax = 40;
export const phoneCharactersMax = 40;
export const taxClassCharactersMax = 50;
