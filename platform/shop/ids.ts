import { randomFillSync } from "node:crypto";

declare const brand: unique symbol;

/** A value of `Base` that was parsed as a `Name`: the compiler does not accept a user's id for an order's. */
export type Branded<Base, Name extends string> = Base & { readonly [brand]: Name };

export type UserId = Branded<string, "UserId">;
export type SessionId = Branded<string, "SessionId">;
export type AddressId = Branded<string, "AddressId">;
export type ProductId = Branded<string, "ProductId">;
export type VariantId = Branded<string, "VariantId">;
export type CategoryId = Branded<string, "CategoryId">;
export type MediaId = Branded<string, "MediaId">;
export type MarketId = Branded<string, "MarketId">;
export type AttributeId = Branded<string, "AttributeId">;
export type CartId = Branded<string, "CartId">;
export type CartItemId = Branded<string, "CartItemId">;
export type OrderId = Branded<string, "OrderId">;
export type OrderItemId = Branded<string, "OrderItemId">;
export type PaymentId = Branded<string, "PaymentId">;

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** The id in lower case; undefined for text that is not a UUID, which callers treat as the id of nothing. */
export function parseId<Id extends Branded<string, string>>(text: string): Id | undefined {
  return uuid.test(text) ? (text.toLowerCase() as Id) : undefined;
}

let latestMillis = 0;
let counter = 0;

const randomBytesOfId = 10;
/** The random bytes of the next ids: to ask the system for those of each costs more than all the rest. */
const pool = Buffer.alloc(400 * randomBytesOfId);
let poolUsed = pool.length;

function takeRandomBytes(): Buffer {
  if (poolUsed === pool.length) {
    randomFillSync(pool);
    poolUsed = 0;
  }
  poolUsed += randomBytesOfId;
  return pool.subarray(poolUsed - randomBytesOfId, poolUsed);
}

/**
 * A new UUIDv7 (RFC 9562, method 1: 12 bits of counter): ids from one process sort by creation, so that indexes grow at their end.
 */
export function newId<Id extends Branded<string, string>>(): Id {
  const now = Date.now();
  const random = takeRandomBytes();
  if (now > latestMillis) {
    latestMillis = now;
    counter = random.readUInt16BE(8) & 0x7ff;
  } else {
    counter += 1;
    if (counter > 0xfff) {
      latestMillis += 1;
      counter = random.readUInt16BE(8) & 0x7ff;
    }
  }
  const time = latestMillis.toString(16).padStart(12, "0");
  const tail = random.toString("hex", 0, 8);
  const variant = (8 + (random.readUInt8(8) & 3)).toString(16);
  const high = (0x7000 | counter).toString(16);
  return `${time.slice(0, 8)}-${time.slice(8)}-${high}-${variant}${tail.slice(0, 3)}-${tail.slice(3, 15)}` as Id;
}

/** The smallest UUIDv7 of a time: every id created earlier sorts below it. */
export function firstIdAt<Id extends Branded<string, string>>(time: Date): Id {
  const millis = time.getTime().toString(16).padStart(12, "0");
  return `${millis.slice(0, 8)}-${millis.slice(8)}-7000-8000-000000000000` as Id;
}
