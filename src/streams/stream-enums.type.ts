import { enumType } from '../graphql/enum-type';
import { AGGREGATE_KINDS, WINDOW_KINDS } from './stream-spec';
import { STREAM_STATES } from './stream.store';

export const AggregateKindEnum = enumType('AggregateKind', AGGREGATE_KINDS, undefined, {
  SUM: 'Exact: numbers count as the decimals they are written as.',
  AVERAGE: 'Of the exact sum, to twelve digits behind the point.',
  DISTINCT: 'Exact up to 1,000 different values, by HyperLogLog beyond.',
  QUANTILES: 'By DDSketch, within 1 % of the value.',
  TOP: 'The most frequent values, counted exactly, of up to 1,000 different ones.',
});
export const WindowKindEnum = enumType('WindowKind', WINDOW_KINDS, undefined, {
  TUMBLING: 'One after the other, each `size` long.',
  HOPPING: 'Each `size` long, a new one with every `slide`.',
  SESSION: 'As long as events of a key are less than `gap` apart.',
});
export const StreamStateEnum = enumType('StreamState', STREAM_STATES, undefined, {
  FILLING:
    'The past is being filled in, of the stream or of the one that it stands over. Windows of the version before are shown, if there is one.',
  FULL: 'A stream of pairs that remembers more than 2,000,000 events. It counts no more.',
  FAILED: 'It can’t be evaluated, and counts no more.',
});
