import type { Rule } from './rule-draft';

const SPANS = [
  { seconds: 86_400, name: 'd' },
  { seconds: 3_600, name: 'h' },
  { seconds: 60, name: 'min' },
];

/** 90 → `90 s`, 120 → `2 min`. */
export function shownSpan(seconds: number): string {
  const span = SPANS.find((one) => seconds >= one.seconds && seconds % one.seconds === 0);
  return span === undefined ? `${seconds} s` : `${seconds / span.seconds} ${span.name}`;
}

/** What a rule is about, in a line. */
export function ruleText({ source, stream, which, windowSeconds, forSeconds, keys }: Rule): string {
  const about = {
    SYSTEM: 'the system',
    OPERATIONS: `operations over the last ${shownSpan(windowSeconds)}`,
    WINDOWS: `${which === 'CURRENT' ? 'the current window' : 'the newest whole window'} of ${stream}`,
  }[source];
  const of = keys === null ? '' : `, ${keys.length === 1 ? `of ${keys[0]}` : `of ${keys.length} keys`}`;
  return `Looks at ${about}${of}${forSeconds === 0 ? '' : `; has to hold for ${shownSpan(forSeconds)}`}`;
}
