import { storedSubjectOf } from './log-event';
import type { LogChange } from './position.store';
import type { StoredEvent } from './stored-event';

/**
 * Returns the change to publish for appended historical events: the subjects and shipments that must be read again,
 * instead of the events, because these are many and old.
 */
export function historicalChange(inserted: readonly StoredEvent[]): Pick<LogChange, 'reread'> {
  return { reread: [...new Set(inserted.flatMap((event) => storedSubjectOf(event) ?? []))] };
}
