/**
 * What was received may be on its way to the log for so long, by whatever clock. More than watermarks allow for: a window
 * that is final may still be revised, but what is forgotten finds no partner any more.
 */
export const UNDER_WAY_MS = 10 * 60_000;

/**
 * Up to when the last partner of an event has to have happened for the event to be forgotten: whatever comes happened
 * after that, or came too late.
 * @param receivedFrom what is not counted yet was received at this instant or after it
 */
export function forgetBefore(receivedFrom: number, latenessMs: number): number {
  return receivedFrom - latenessMs;
}
