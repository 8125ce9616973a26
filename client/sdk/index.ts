/** What the package offers: `createShop`, the documents with their types, and the errors. */
export type { Answered, PayloadOf, SendOptions } from "./connection.ts";
export type { DataOf, TypedDocument, TypedOperation, VariablesOf } from "./document.ts";
export { type Refusal, ShopError, type ShopErrorCode, type UserError } from "./errors.ts";
export * from "./generated/documents.ts";
export { createShop, idempotencyKey, type OrderWithEvents, type Shop, type ShopOptions } from "./shop.ts";
export { memoryStorage, type ShopStorage, webStorage } from "./storage.ts";
