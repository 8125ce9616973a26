import DataLoader from "dataloader";

const batchKeysMax = 1_000;

/**
 * Makes a loader that collects the keys requested in one tick and reads them in one call. Make one per request: each key is then read once.
 *
 * @param read returns the rows of the keys, in any order; a key may have none.
 * @param keyOf returns the key of a row.
 * @param maxBatchSize the maximum number of keys per call, 1,000 by default.
 */
export function oneByKey<Key extends string, Row>(
  read: (keys: readonly Key[]) => Promise<readonly Row[]>,
  keyOf: (row: Row) => Key,
  maxBatchSize: number = batchKeysMax,
): DataLoader<Key, Row | null> {
  return new DataLoader(
    async (keys) => {
      const rows = new Map((await read(keys)).map((row) => [keyOf(row), row]));
      return keys.map((key) => rows.get(key) ?? null);
    },
    { maxBatchSize },
  );
}

/** Like {@link oneByKey}, for keys with any number of rows, in the order in which `read` returns them. */
export function manyByKey<Key extends string, Row>(
  read: (keys: readonly Key[]) => Promise<readonly Row[]>,
  keyOf: (row: Row) => Key,
  maxBatchSize: number = batchKeysMax,
): DataLoader<Key, readonly Row[]> {
  return new DataLoader(
    async (keys) => {
      const rows = Map.groupBy(await read(keys), keyOf);
      return keys.map((key) => rows.get(key) ?? []);
    },
    { maxBatchSize },
  );
}
