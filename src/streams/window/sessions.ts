import type { Pane } from './panes';

/**
 * Joins stretches of activity that overlap. The result is a function of the set of stretches: in whatever order and
 * grouping they come, the same sessions are left.
 * @param sessions of one key
 * @param join of two that overlap, one that has both
 * @returns disjoint, in order
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
