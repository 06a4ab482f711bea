import type { AggregateSpec } from '../../../src/streams/stream-spec';

/** Returns a specification of an aggregate. @param more properties with other values */
export const aggregate = (
  name: string,
  kind: AggregateSpec['kind'],
  expression: string | null,
  more: Partial<AggregateSpec> = {},
): AggregateSpec => ({ name, kind, expression, filter: null, quantiles: [0.5], most: 2, ...more });
