import { graphql, type ResultOf } from '@freshet/client';
import type { StreamWindowData } from './shown-windows';

/** Loads counts and sums only, because charts show no quantiles and no top lists. */
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

/** Maximum page size of `windows`. */
export const PAGE = 1_000;
/** Maximum number of windows that are loaded: a stream with more keys than this shows a shorter time. */
export const MAX_LOADED_WINDOWS = 10_000;
/** Length of the time ranges that are loaded one after another, the newest first, and shown as they arrive. */
const RANGE_MS = 10 * 60_000;

export interface LoadRange {
  readonly from: number;
  readonly to: number;
}

/** Splits a time range into ranges of at most ten minutes, the newest first. All times in ms. */
export function splitIntoRanges(from: number, to: number): LoadRange[] {
  const ranges: LoadRange[] = [];
  for (let end = to; end > from; end -= RANGE_MS) ranges.push({ from: Math.max(from, end - RANGE_MS), to: end });
  return ranges;
}

export const toWindowData = ({ values, ...window }: SpanWindow): StreamWindowData => ({
  ...window,
  values: values.map((value) => ({ ...value, error: null, overfull: false, quantiles: null, top: null })),
});
