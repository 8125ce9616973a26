import DataLoader from "dataloader";

const batchKeysMax = 1_000;

/**
 * Gathers the keys that one request asks for in the same tick and reads them in one call; each key is read once a request.
 *
 * @param read the rows of the keys, in any order; a key may have none.
 * @param keyOf the key that a row answers.
 * @param maxBatchSize how many keys one call takes, 1,000 unless given; any number does where they are passed as one array.
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

/** As {@link oneByKey}, for keys that have any number of rows; they keep the order in which `read` gave them. */
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
