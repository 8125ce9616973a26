import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { makeTurns } from "./turns.ts";

test("of one key two run at once and the others in turn, while another key does not wait", async () => {
  const turns = makeTurns(2);
  let running = 0;
  let most = 0;
  const order: number[] = [];
  const work = (index: number) => async () => {
    running += 1;
    most = Math.max(most, running);
    await sleep(5);
    running -= 1;
    order.push(index);
    if (index === 3) throw new Error("failed");
  };
  const all = Promise.allSettled(Array.from({ length: 6 }, (_, index) => turns("office", work(index))));
  await turns("elsewhere", async () => expect(order).toEqual([]));
  const outcomes = await all;
  expect(most).toBe(2);
  expect(order).toEqual([0, 1, 2, 3, 4, 5]);
  expect(outcomes.map(({ status }) => status)).toEqual([
    ...Array(3).fill("fulfilled"),
    "rejected",
    "fulfilled",
    "fulfilled",
  ]);
});
