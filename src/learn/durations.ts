export const MS_PER_DAY = 86_400_000;

/** A session ends when its subject has no event for this long, in milliseconds. */
export const SESSION_IDLE_MS = 30 * 60_000;
