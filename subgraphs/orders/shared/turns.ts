/** Runs work under a key, only a few at once. Others wait in line and hold nothing meanwhile, such as a connection. */
export type Turns = <Result>(key: string, work: () => Promise<Result>) => Promise<Result>;

/** Makes turns of which `atOnceMax` for each key run at the same time in this process. An empty key is not limited. */
export function makeTurns(atOnceMax: number): Turns {
  const lines = new Map<string, { running: number; readonly waiting: (() => void)[] }>();
  return async (key, work) => {
    if (key === "") return work();
    const line = lines.get(key) ?? { running: 0, waiting: [] };
    lines.set(key, line);
    // The one that ends hands its place over, so the count stays.
    if (line.running >= atOnceMax) await new Promise<void>((resolve) => line.waiting.push(resolve));
    else line.running += 1;
    try {
      return await work();
    } finally {
      const next = line.waiting.shift();
      if (next !== undefined) next();
      else {
        line.running -= 1;
        if (line.running === 0) lines.delete(key);
      }
    }
  };
}
