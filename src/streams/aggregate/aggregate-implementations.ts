import type { ByteReader } from '../../learn/byte-reader';
import type { AggregateKind, AggregateSpec } from '../stream-spec';
import type { Aggregate } from './aggregate';
import { Distinct } from './distinct';
import { Average, Count, Extreme, Ratio, Sum } from './numbers';
import { Quantiles } from './quantiles';
import { Top } from './top';

/** Type of the values that an aggregate accepts: exact decimals, doubles, strings, or any value that is not missing. */
export type AggregateValueType = 'DECIMAL' | 'NUMBER' | 'TEXT' | 'ANYTHING';

interface AggregateImplementation {
  readonly valueType: AggregateValueType;
  readonly create: (spec: AggregateSpec) => Aggregate<never>;
  readonly read: (reader: ByteReader, spec: AggregateSpec) => Aggregate<never>;
}

export const AGGREGATE_IMPLEMENTATIONS: Readonly<Record<AggregateKind, AggregateImplementation>> = {
  COUNT: { valueType: 'ANYTHING', create: () => new Count(), read: (reader) => Count.read(reader) },
  SUM: { valueType: 'DECIMAL', create: () => new Sum(), read: (reader) => Sum.read(reader) },
  AVERAGE: {
    valueType: 'DECIMAL',
    create: ({ per }) => (per === undefined ? new Average() : new Ratio()),
    read: (reader, { per }) => (per === undefined ? Average.read(reader) : Ratio.read(reader)),
  },
  MIN: { valueType: 'DECIMAL', create: () => new Extreme(-1), read: (reader) => Extreme.read(reader, -1) },
  MAX: { valueType: 'DECIMAL', create: () => new Extreme(1), read: (reader) => Extreme.read(reader, 1) },
  DISTINCT: { valueType: 'TEXT', create: () => new Distinct(), read: (reader) => Distinct.read(reader) },
  QUANTILES: {
    valueType: 'NUMBER',
    create: ({ quantiles }) => new Quantiles(quantiles),
    read: (reader, { quantiles }) => Quantiles.read(reader, quantiles),
  },
  TOP: {
    valueType: 'TEXT',
    create: ({ most }) => new Top(most),
    read: (reader, { most }) => Top.read(reader, most),
  },
};
