export const MS_PER_HOUR = 3_600_000;
export const MS_PER_DAY = 86_400_000;

/** A session ends when its subject has no event for this long, in milliseconds. */
export const SESSION_IDLE_MS = 30 * 60_000;

/** Returns whether a session ends in a pause between two events: after exactly half an hour it has ended. */
export function endsSession(pauseMs: number, idleMs: number = SESSION_IDLE_MS): boolean {
  return pauseMs >= idleMs;
}
