import { formatDateTime } from '../ui/format';
import type { Rule } from './rules-tab';

/** Describes a rule in one line. */
export function ruleText({ queries, placements, pins, buried, boost, redirect, startsAt, endsAt }: Rule): string {
  return [
    queries.length > 0 && `queries ${queries.map((query) => `“${query}”`).join(', ')}`,
    placements.length > 0 && `placements ${placements.join(', ')}`,
    pins.length > 0 && `top: ${pins.join(', ')}`,
    buried.length > 0 && `end: ${buried.join(', ')}`,
    boost !== null && `boost ${boost}`,
    redirect !== null && `redirect to ${redirect}`,
    startsAt !== null && `from ${formatDateTime(startsAt)}`,
    endsAt !== null && `until ${formatDateTime(endsAt)}`,
  ]
    .filter(Boolean)
    .join(' · ');
}
