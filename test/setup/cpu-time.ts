/** Returns the CPU time of this process so far in ms: on a busy machine, wall-clock times are too long. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/**
 * Runs `run`, and again if it took `boundMs` or longer, at most three times. Returns the least CPU time in ms. A single
 * run can include garbage collection and compilation for earlier tests, which other threads of this process do.
 * @param run must do the same work each time: with a cache, its later runs would hide that the first was slow
 */
export function leastCpuMs(run: () => void, boundMs: number): number {
  let least = Infinity;
  for (let attempt = 0; attempt < 3 && least >= boundMs; attempt++) {
    const began = cpuMs();
    run();
    least = Math.min(least, cpuMs() - began);
  }
  return least;
}
