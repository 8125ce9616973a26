/** The package's exports: `createShop`, the typed documents, and the errors. */
export type { PartialResult, PayloadOf, SendOptions } from "./connection.ts";
export type { DataOf, TypedDocument, TypedOperation, VariablesOf } from "./document.ts";
export { type ResponseError, ShopError, type ShopErrorCode, type UserError } from "./errors.ts";
export * from "./generated/documents.ts";
export { type PictureFile, type PictureSources, pictureSources, uploadPicture } from "./pictures.ts";
export { createShop, idempotencyKey, type OrderWithEvents, type Shop, type ShopOptions } from "./shop.ts";
export { memoryStorage, type ShopStorage, webStorage } from "./storage.ts";
