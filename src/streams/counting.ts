import { valueOf } from './aggregate-values';
import type { EventRow } from './event-shape';
import { keyOf, textOf } from './keys';
import type { Definition } from './spec';
import type { Expressions } from './stream-expressions';

/** Maps an event, or a pair of events, to the key and the values that a definition aggregates. */
export interface Counting {
  /** Each computes one derived field of the row, in order. */
  readonly derived: readonly ((row: EventRow) => void)[];
  /** The key; `undefined` if the row is not counted. */
  readonly key: (row: EventRow) => string | undefined;
  /** One reader for each part of the key. */
  readonly keyParts: readonly ((row: EventRow) => string | undefined)[];
  /** One value for each aggregate. */
  readonly values: (row: EventRow) => readonly unknown[];
}

/** @throws SpecFault */
export function countingOf(definition: Definition, expressions: Expressions): Counting {
  const derived = definition.derive.map((field, at) => expressions.derive(field, `derive[${at}]`));
  const keyParts = definition.keys.map(({ expression }, at) => {
    const read = expressions.read(expression, 'scalar', `keys[${at}].expression`);
    return (row: EventRow) => textOf(read(row));
  });
  const values = definition.aggregates.map((aggregate, at) => valueOf(aggregate, expressions, `aggregates[${at}]`));
  return {
    derived,
    key: (row) => keyOf(keyParts.map((read) => read(row))),
    keyParts,
    values: (row) => values.map((read) => read(row)),
  };
}
