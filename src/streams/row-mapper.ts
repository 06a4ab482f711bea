import { compileAggregateValue } from './aggregate-values';
import type { EventRow } from './event-shape';
import { encodeKey, keyPartOf } from './key-encoding';
import type { Definition } from './stream-spec';
import type { StreamExpressions } from './stream-expressions';

/** Maps an event, or a pair of events, to the key and the values that a definition aggregates. */
export interface RowMapper {
  /** Functions that each set one derived field of the row. They must be called in order. */
  readonly derived: readonly ((row: EventRow) => void)[];
  /** Returns the key; `undefined` if the row is not counted. */
  readonly key: (row: EventRow) => string | undefined;
  /** One reader for each part of the key. */
  readonly keyParts: readonly ((row: EventRow) => string | undefined)[];
  /** Returns the input value of each aggregate, in order. */
  readonly values: (row: EventRow) => readonly unknown[];
}

/** @throws SpecFault */
export function compileRowMapper(definition: Definition, expressions: StreamExpressions): RowMapper {
  const derived = definition.derive.map((field, at) => expressions.derive(field, `derive[${at}]`));
  const keyParts = definition.keys.map(({ expression }, at) => {
    const read = expressions.compileExpression(expression, 'scalar', `keys[${at}].expression`);
    return (row: EventRow) => keyPartOf(read(row));
  });
  const values = definition.aggregates.map((aggregate, at) =>
    compileAggregateValue(aggregate, expressions, `aggregates[${at}]`),
  );
  return {
    derived,
    key: (row) => encodeKey(keyParts.map((read) => read(row))),
    keyParts,
    values: (row) => values.map((read) => read(row)),
  };
}
