import type { ByteReader } from '../../learn/byte-reader';
import type { AggregateKind, AggregateSpec } from '../spec';
import type { Aggregate } from './aggregate';
import { Distinct } from './distinct';
import { Average, Count, Extreme, Ratio, Sum } from './numbers';
import { Quantiles } from './quantiles';
import { Top } from './top';

/** Type of the values that an aggregate accepts: exact decimals, doubles, strings, or any value that is not missing. */
export type Takes = 'DECIMAL' | 'NUMBER' | 'TEXT' | 'ANYTHING';

interface Kind {
  readonly takes: Takes;
  readonly create: (spec: AggregateSpec) => Aggregate<never>;
  readonly read: (reader: ByteReader, spec: AggregateSpec) => Aggregate<never>;
}

export const KINDS: Readonly<Record<AggregateKind, Kind>> = {
  COUNT: { takes: 'ANYTHING', create: () => new Count(), read: (reader) => Count.read(reader) },
  SUM: { takes: 'DECIMAL', create: () => new Sum(), read: (reader) => Sum.read(reader) },
  AVERAGE: {
    takes: 'DECIMAL',
    create: ({ per }) => (per === undefined ? new Average() : new Ratio()),
    read: (reader, { per }) => (per === undefined ? Average.read(reader) : Ratio.read(reader)),
  },
  MIN: { takes: 'DECIMAL', create: () => new Extreme(-1), read: (reader) => Extreme.read(reader, -1) },
  MAX: { takes: 'DECIMAL', create: () => new Extreme(1), read: (reader) => Extreme.read(reader, 1) },
  DISTINCT: { takes: 'TEXT', create: () => new Distinct(), read: (reader) => Distinct.read(reader) },
  QUANTILES: {
    takes: 'NUMBER',
    create: ({ quantiles }) => new Quantiles(quantiles),
    read: (reader, { quantiles }) => Quantiles.read(reader, quantiles),
  },
  TOP: {
    takes: 'TEXT',
    create: ({ most }) => new Top(most),
    read: (reader, { most }) => Top.read(reader, most),
  },
};
