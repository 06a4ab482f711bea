import { shownDateTime } from '../ui/format';
import type { Rule } from './rules-tab';

/** A rule in a sentence. */
export function ruleText({ queries, placements, pins, buried, boost, redirect, startsAt, endsAt }: Rule): string {
  return [
    queries.length > 0 && `for ${queries.map((query) => `“${query}”`).join(', ')}`,
    placements.length > 0 && `in ${placements.join(', ')}`,
    pins.length > 0 && `first ${pins.join(', ')}`,
    buried.length > 0 && `last ${buried.join(', ')}`,
    boost !== null && `boost ${boost}`,
    redirect !== null && `to ${redirect}`,
    startsAt !== null && `from ${shownDateTime(startsAt)}`,
    endsAt !== null && `until ${shownDateTime(endsAt)}`,
  ]
    .filter(Boolean)
    .join(' · ');
}
