import { compareSessionEvents, startsSession, type SessionEvent } from '../../features/session-event';
import { SESSION_IDLE_MS } from '../../learn/durations';

/** An event with the subject (`c:<customer>` or `s:<session>`) that the log has for it. */
export interface VisitorEvent extends SessionEvent {
  readonly subject: string;
}

/** A merge of a subject into another one, at a time in ms. */
export interface TimedMerge {
  readonly from: string;
  readonly into: string;
  readonly at: number;
}

/** One visitor: all subjects that are one person after all merges. */
export interface VisitorEvents {
  /** The subject that the others were merged into. */
  readonly visitor: string;
  readonly events: readonly VisitorEvent[];
  /** The merges of these subjects, in order of time. */
  readonly merges: readonly TimedMerge[];
}

/** Events of one visitor without a pause of half an hour: from index `from` to index `to` (exclusive). */
export interface SessionRange {
  readonly from: number;
  readonly to: number;
}

export function sortEvents(events: readonly VisitorEvent[]): VisitorEvent[] {
  return [...events].sort((a, b) => compareSessionEvents(a, b) || (a.subject < b.subject ? -1 : 1));
}

/**
 * Splits the events of a visitor into sessions. A session ends before a pause of at least {@link SESSION_IDLE_MS}. An
 * order that no session precedes is left out.
 * @param events in order of time
 */
export function splitSessions(events: readonly Pick<SessionEvent, 'at' | 'type'>[]): SessionRange[] {
  const sessions: SessionRange[] = [];
  let from = -1;
  events.forEach((event, index) => {
    const previous = events[index - 1];
    if (from >= 0 && previous !== undefined && event.at - previous.at >= SESSION_IDLE_MS) {
      sessions.push({ from, to: index });
      from = -1;
    }
    if (from < 0 && startsSession(event)) from = index;
  });
  if (from >= 0) sessions.push({ from, to: events.length });
  return sessions;
}

/**
 * Returns the subject that an event belonged to as of an instant: merges at or after the instant have not happened.
 * @param merges in order of time
 */
export function ownerAsOf({ subject, at }: VisitorEvent, merges: readonly TimedMerge[], asOf: number): string {
  let owner = subject;
  for (const merge of merges) if (merge.from === owner && merge.at >= at && merge.at < asOf) owner = merge.into;
  return owner;
}
