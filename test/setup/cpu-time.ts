/** CPU time of this process so far, ms: a busy machine makes everything look long by the clock. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
