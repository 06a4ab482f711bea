import type { Pane } from './panes';

/**
 * Merges overlapping sessions. The result is a function of the set of sessions: it does not depend on their order or
 * grouping.
 * @param sessions of one key
 * @param join merges two overlapping sessions
 * @returns disjoint sessions, in order
 */
export function joinSessions<S extends Pane>(sessions: readonly S[], join: (a: S, b: S) => S): S[] {
  const joined: S[] = [];
  for (const session of [...sessions].sort((a, b) => a.start - b.start || a.end - b.end)) {
    const last = joined.at(-1);
    if (last !== undefined && session.start < last.end) joined[joined.length - 1] = join(last, session);
    else joined.push(session);
  }
  return joined;
}
