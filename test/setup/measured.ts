/**
 * Times that `docs/guarantees.md` promises. A file with the suffix `.measured` measures them while nothing else runs. Each
 * figure is printed. It fails only at a multiple of the promise, because a shared machine may pause for seconds.
 */
export const FAILS_AT = 2;

/** @param promisedMs in milliseconds, as on the page */
export function expectWithin(what: string, ms: number, promisedMs: number): void {
  process.stderr.write(`Measured: ${what}: ${Math.round(ms)} ms (promised: ${Math.round(promisedMs)})\n`);
  if (ms > FAILS_AT * promisedMs)
    throw new Error(
      `${what} took ${Math.round(ms)} ms; the promise is ${promisedMs}, and ${FAILS_AT} times that fails`,
    );
}
