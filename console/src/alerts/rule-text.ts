import type { Rule } from './rule-draft';

const SPANS = [
  { seconds: 86_400, name: 'd' },
  { seconds: 3_600, name: 'h' },
  { seconds: 60, name: 'min' },
];

/** Formats a duration: 90 → `90 s`, 120 → `2 min`. */
export function formatDuration(seconds: number): string {
  const span = SPANS.find((one) => seconds >= one.seconds && seconds % one.seconds === 0);
  return span === undefined ? `${seconds} s` : `${seconds / span.seconds} ${span.name}`;
}

/** Describes what a rule watches, in one line. */
export function ruleText({ source, stream, which, windowSeconds, forSeconds, keys }: Rule): string {
  const about = {
    SYSTEM: 'the system',
    OPERATIONS: `operations over the last ${formatDuration(windowSeconds)}`,
    WINDOWS: `${which === 'CURRENT' ? 'the current window' : 'the newest complete window'} of ${stream}`,
  }[source];
  const of = keys === null ? '' : `, ${keys.length === 1 ? `key ${keys[0]}` : `${keys.length} keys`}`;
  return `Watches ${about}${of}${forSeconds === 0 ? '' : `; must hold for ${formatDuration(forSeconds)}`}`;
}
