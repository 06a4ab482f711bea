import { compareSessionEvents, startsSession, type SessionEvent } from '../../features/session-event';
import { endsSession } from '../../learn/durations';

/** An event with the subject (`c:<customer>` or `s:<session>`) that the log has for it. */
export interface VisitorEvent extends SessionEvent {
  readonly subject: string;
  /** Log position. */
  readonly position: number;
  /** When it entered the log, in milliseconds since 1970 (UTC). */
  readonly loggedAt: number;
  /** Whether it was imported, or sent so late that it was never part of a running session. */
  readonly isHistorical: boolean;
}

/** A merge of a subject into another one. */
export interface VisitorMerge {
  readonly from: string;
  readonly into: string;
  readonly position: number;
  /** Milliseconds since 1970 (UTC). */
  readonly mergedAt: number;
}

/** One visitor: all events that belong to one subject after all merges. */
export interface VisitorEvents {
  /** The subject that the events belong to. */
  readonly visitor: string;
  readonly events: readonly VisitorEvent[];
  /** The merges that brought events to this subject, in order of position. */
  readonly merges: readonly VisitorMerge[];
}

/** Events of one visitor without a pause of half an hour: from index `from` to index `to` (exclusive). */
export interface SessionRange {
  readonly from: number;
  readonly to: number;
}

export function sortEvents(events: readonly VisitorEvent[]): VisitorEvent[] {
  return [...events].sort(
    (a, b) =>
      compareSessionEvents(a, b) ||
      a.position - b.position ||
      (a.subject === b.subject ? 0 : a.subject < b.subject ? -1 : 1),
  );
}

/**
 * Splits events into sessions, see {@link endsSession}. An order that no session precedes is left out.
 * @param events of one visitor, in order of time
 */
export function splitSessions(events: readonly Pick<SessionEvent, 'at' | 'type'>[]): SessionRange[] {
  const sessions: SessionRange[] = [];
  let from = -1;
  events.forEach((event, index) => {
    const previous = events[index - 1];
    if (from >= 0 && previous !== undefined && endsSession(event.at - previous.at)) {
      sessions.push({ from, to: index });
      from = -1;
    }
    if (from < 0 && startsSession(event)) from = index;
  });
  if (from >= 0) sessions.push({ from, to: events.length });
  return sessions;
}

/**
 * Returns the subject that an event belonged to when some merges had happened. A merge moves the events that belong to
 * its source at its log position, not later ones: an id can be used again.
 * @param merges in order of position
 */
export function ownerAfter(
  { subject, position }: Pick<VisitorEvent, 'subject' | 'position'>,
  merges: readonly VisitorMerge[],
  hasHappened: (merge: VisitorMerge) => boolean,
): string {
  let owner = subject;
  for (const merge of merges)
    if (merge.from === owner && merge.position >= position && hasHappened(merge)) owner = merge.into;
  return owner;
}
