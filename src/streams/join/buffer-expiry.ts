/**
 * Maximum time between the receipt of an event and its entry in the log, including clock differences. It is longer than
 * for watermarks: a final window can still be corrected, but an event that was removed from the buffer is never paired.
 */
export const MAX_LOG_DELAY_MS = 10 * 60_000;

/**
 * Returns the instant before which the last possible partner of an event must have occurred, so that the event can be
 * removed from the buffer. All events still to come occurred after that instant, or are too late.
 * @param receivedFrom all events that are not counted yet were received at or after this instant
 */
export function bufferExpiry(receivedFrom: number, latenessMs: number): number {
  return receivedFrom - latenessMs;
}
