/**
 * Maximum time between the receipt of an event and its entry in the log, including clock differences. Watermarks assume
 * a shorter time: a final window can still be corrected, but an event that left the join buffer is never paired.
 */
export const MAX_LOG_DELAY_MS = 10 * 60_000;

/**
 * Returns the earliest `occurredAt` of live events that may still arrive and are not too late. An event can be removed
 * from the join buffer if its last possible partner must have occurred before this instant.
 * @param receivedFrom all events that are not counted yet were received at or after this instant
 */
export function bufferExpiry(receivedFrom: number, latenessMs: number): number {
  return receivedFrom - latenessMs;
}
