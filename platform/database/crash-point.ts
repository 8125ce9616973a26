const crashAt = process.env.NODE_ENV === "test" ? process.env.AGORA_CRASH_POINT : undefined;

/**
 * A place where the chaos tests kill the process, as `kill -9` would, to prove that others finish its work. Does nothing unless
 * `NODE_ENV` is `test` and `AGORA_CRASH_POINT` names it.
 */
export function crashPoint(name: string): void {
  if (crashAt === name) process.kill(process.pid, "SIGKILL");
}
