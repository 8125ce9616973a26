import { setTimeout as sleep } from "node:timers/promises";

/** One request is answered within this time, whoever else answers or does not. */
export const answerMsMax = 7_000;

/** How long one request may wait for others, so that it is answered before its caller gives up. */
export type Deadline = { readonly atMs: number };

/** A deadline from now. */
export function deadlineIn(milliseconds: number): Deadline {
  return { atMs: Date.now() + milliseconds };
}

/** What is left; 0 once it is over. */
export function leftMs(deadline: Deadline): number {
  return Math.max(0, deadline.atMs - Date.now());
}

const pauseMsMin = 20;
const pauseMsMax = 200;

/**
 * Asks again and again, at growing intervals and with nothing held between, until `look` answers something; undefined when the deadline comes
 * first.
 */
export async function pollUntil<Answer>(
  deadline: Deadline,
  look: () => Promise<Answer | undefined>,
): Promise<Answer | undefined> {
  for (let pauseMs = pauseMsMin; ; pauseMs = Math.min(pauseMs * 1.5, pauseMsMax)) {
    const answer = await look();
    if (answer !== undefined || leftMs(deadline) === 0) return answer;
    await sleep(Math.min(pauseMs * (0.75 + Math.random() / 2), leftMs(deadline)));
  }
}
