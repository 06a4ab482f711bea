/**
 * Maximum time between the receipt of an event and its entry in the log, including clock differences. Watermarks assume
 * a shorter time, because a final window can still be corrected. But an event that was removed from the join buffer is
 * never paired, so this time is generous.
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
