const crashAt = process.env.NODE_ENV === "test" ? process.env.AGORA_CRASH_POINT : undefined;
let passes = Number(process.env.AGORA_CRASH_PASSES ?? 0);

/**
 * A place where the chaos tests kill the process, as `kill -9` would, to prove that others finish its work. Does nothing unless
 * `NODE_ENV` is `test` and `AGORA_CRASH_POINT` names it; then the process passes it as often as `AGORA_CRASH_PASSES` says before it is killed, 0 times by default.
 */
export function crashPoint(name: string): void {
  if (crashAt !== name) return;
  if (passes === 0) process.kill(process.pid, "SIGKILL");
  passes -= 1;
}
