import { bigint, timestamp } from "drizzle-orm/pg-core";

/** To the millisecond, as clients see it: a cursor then stands exactly where its row stands. */
export const moment = (name: string) => timestamp(name, { withTimezone: true, mode: "date", precision: 3 });

/** An amount in the minor units of its currency. */
export const minorUnits = (name: string) => bigint(name, { mode: "bigint" });
