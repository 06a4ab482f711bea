/**
 * Maximum time between the receipt of an event and its entry in the log, including clock differences. It is longer than
 * the time that watermarks assume, because too small a value would do more harm here: a final window can still be
 * corrected, but an event that was removed from the join buffer (where events wait for partners) is never paired.
 */
export const MAX_LOG_DELAY_MS = 10 * 60_000;

/**
 * Returns the earliest possible `occurredAt` of live (not imported) events that are not counted yet and not too late.
 * An event can be removed from the join buffer if all of its possible partners occur before this instant.
 * @param receivedFrom all events that are not counted yet were received at or after this instant
 */
export function bufferExpiry(receivedFrom: number, latenessMs: number): number {
  return receivedFrom - latenessMs;
}
