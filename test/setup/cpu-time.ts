/** Returns the CPU time of this process so far in ms: on a busy machine, wall-clock times are too long. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
