import { graphql, type ResultOf } from '@freshet/client';
import type { StreamWindowData } from './shown-windows';

/** Counts and sums alone: charts show no quantiles and no top lists. */
export const SpanWindows = graphql(`
  query SpanWindows($input: WindowsInput!, $first: Int!, $offset: Int!) {
    windows(input: $input, first: $first, offset: $offset) {
      key
      keys
      start
      end
      events
      final
      revision
      values {
        name
        kind
        decimal
        number
      }
    }
  }
`);

type SpanWindow = ResultOf<typeof SpanWindows>['windows'][number];

/** The most that `windows` answers at a time. */
export const PAGE = 1_000;
/** Windows of a span that are loaded at the most: a stream with more keys than this shows less of it. */
export const MAX_LOADED = 10_000;
/** The newest stretch is loaded first, and shown at once. */
const STRETCH_MS = 10 * 60_000;

export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** A span of time in stretches, the newest first. All times in ms. */
export function stretchesOf(from: number, to: number): Stretch[] {
  const stretches: Stretch[] = [];
  for (let end = to; end > from; end -= STRETCH_MS) stretches.push({ from: Math.max(from, end - STRETCH_MS), to: end });
  return stretches;
}

export const shownWindow = ({ values, ...window }: SpanWindow): StreamWindowData => ({
  ...window,
  values: values.map((value) => ({ ...value, error: null, overfull: false, quantiles: null, top: null })),
});
