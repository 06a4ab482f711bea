import type { SessionCut } from './session-cut';
import { ownerAfter, type VisitorEvent, type VisitorEvents, type VisitorMerge } from './visitor-sessions';

/** What serving knew of a session at a cut. */
export interface KnownAtCut {
  /** The subject whose session it was. */
  readonly subject: string;
  /** Whether an event was known and belonged to the subject. */
  readonly isKnown: (event: VisitorEvent) => boolean;
}

/**
 * Returns what serving knew at a cut. It knew the log up to a position: that of the event before the cut, or a later one
 * that the log reached during the delay after this event. Later merges had not moved any events, and late events were
 * missing.
 *
 * A historical session was never served. It is observed as if each historical event had entered the log when it occurred.
 */
export function knownAtCut(visitor: Pick<VisitorEvents, 'events' | 'merges'>, cut: SessionCut): KnownAtCut {
  const { merges } = visitor;
  const position = positionAt(visitor, cut);
  const hasHappened = (merge: VisitorMerge) =>
    position === null ? merge.mergedAt < cut.at : merge.position <= position;
  const subject = ownerAfter(cut.event, merges, hasHappened);
  return {
    subject,
    isKnown: (event) =>
      event.at < cut.at &&
      (position === null ? (event.isHistorical ? event.at : event.loggedAt) < cut.at : event.position <= position) &&
      ownerAfter(event, merges, hasHappened) === subject,
  };
}

/** Returns the log position at a cut; null for a historical session. */
function positionAt(
  { events, merges }: Pick<VisitorEvents, 'events' | 'merges'>,
  { at, event }: SessionCut,
): number | null {
  if (event.isHistorical) return null;
  let { position } = event;
  // A cut without a delay is one millisecond after the event.
  const delay = at - event.at - 1;
  if (delay <= 0) return position;
  const until = event.loggedAt + delay;
  for (const each of events) if (each.loggedAt <= until) position = Math.max(position, each.position);
  for (const each of merges) if (each.mergedAt <= until) position = Math.max(position, each.position);
  return position;
}
