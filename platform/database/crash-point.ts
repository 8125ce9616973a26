const wanted = process.env.NODE_ENV === "test" ? process.env.AGORA_CRASH_POINT : undefined;

/**
 * A place where the chaos tests let a process die, as `kill -9` would, to see that nothing depends on its living on. Does nothing unless
 * `NODE_ENV` is `test` and `AGORA_CRASH_POINT` names it.
 */
export function crashPoint(name: string): void {
  if (wanted === name) process.kill(process.pid, "SIGKILL");
}
