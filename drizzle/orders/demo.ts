import type { Db } from "#platform/db.ts";

/** The demo shop starts without orders and carts: whoever tries it makes them. */
export async function putDemoData(_db: Db): Promise<void> {}
