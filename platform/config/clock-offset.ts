const RealDate = Date;
let offsetMs = 0;

/**
 * Moves the clock of this process, as on a machine that no time server sets: trials need it, and cannot change the machine's clock.
 *
 * @throws {Error} in production.
 */
export function offsetClock(env: { readonly NODE_ENV: string; readonly CLOCK_OFFSET_SECONDS: number }): void {
  if (env.CLOCK_OFFSET_SECONDS === 0) return;
  if (env.NODE_ENV === "production") {
    throw new Error("The environment variable CLOCK_OFFSET_SECONDS must not be set in production: it is for trials.");
  }
  offsetMs = env.CLOCK_OFFSET_SECONDS * 1_000;
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, given, newTarget) =>
      Reflect.construct(target, given.length === 0 ? [RealDate.now() + offsetMs] : given, newTarget),
    get: (target, name, receiver) =>
      name === "now" ? () => RealDate.now() + offsetMs : Reflect.get(target, name, receiver),
  });
}

/** Whether {@link offsetClock} has moved the clock. */
export function isClockOffset(): boolean {
  return offsetMs !== 0;
}
