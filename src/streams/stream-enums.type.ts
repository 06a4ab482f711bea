import { registerEnumType } from 'type-graphql';
import { AGGREGATE_KINDS, WINDOW_KINDS } from './stream-spec';
import { STREAM_STATES } from './stream.store';
import { asEnum } from '../graphql/as-enum';

export const AggregateKindEnum = asEnum(AGGREGATE_KINDS);
registerEnumType(AggregateKindEnum, {
  name: 'AggregateKind',
  valuesConfig: {
    SUM: { description: 'Exact: numbers count as the decimals they are written as.' },
    AVERAGE: { description: 'Of the exact sum, to twelve digits behind the point.' },
    DISTINCT: { description: 'Exact up to 1,000 different values, by HyperLogLog beyond.' },
    QUANTILES: { description: 'By DDSketch, within 1 % of the value.' },
    TOP: { description: 'The most frequent values, counted exactly, of up to 1,000 different ones.' },
  },
});
export const WindowKindEnum = asEnum(WINDOW_KINDS);
registerEnumType(WindowKindEnum, {
  name: 'WindowKind',
  valuesConfig: {
    TUMBLING: { description: 'One after the other, each `size` long.' },
    HOPPING: { description: 'Each `size` long, a new one with every `slide`.' },
    SESSION: { description: 'As long as events of a key are less than `gap` apart.' },
  },
});
export const StreamStateEnum = asEnum(STREAM_STATES);
registerEnumType(StreamStateEnum, {
  name: 'StreamState',
  valuesConfig: {
    FILLING: {
      description:
        'The past is being filled in, of the stream or of the one that it stands over. Windows of the version before are shown, if there is one.',
    },
    FULL: {
      description: 'A stream of pairs that remembers more than 2,000,000 events. It counts no more.',
    },
    FAILED: { description: 'It can’t be evaluated, and counts no more.' },
  },
});
