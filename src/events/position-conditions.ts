/** SQL conditions of reads as of a log position that take several statements, each with its own snapshot. */

/**
 * SQL: whether a log entry was not quarantined up to a position.
 * @param entry alias of `events` or `merges`
 * @param upTo SQL: a log position
 */
export function isInForce(entry: string, upTo: string): string {
  return `(${entry}.set_aside IS NULL OR ${entry}.set_aside > ${upTo})`;
}

/**
 * SQL: whether an event `e` was logged up to a position, and not quarantined up to it. The query need not join
 * `log_batches`, and only the batches after the position are looked up.
 * @param upTo SQL: a log position
 */
export function isLoggedUpTo(upTo: string): string {
  return `${isInForce('e', upTo)} AND ${hasArrivedBy(upTo)}`;
}

/** SQL: as {@link isLoggedUpTo}, including quarantined events. */
export function hasArrivedBy(upTo: string): string {
  return `NOT EXISTS (SELECT FROM log_batches later WHERE later.batch = e.batch AND later.position > ${upTo})`;
}
