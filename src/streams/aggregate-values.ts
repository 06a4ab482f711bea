import { KINDS, type Takes } from './aggregate/kinds';
import type { RatioTerm } from './aggregate/numbers';
import { textOf } from './keys';
import type { AggregateSpec } from './spec';
import type { Expressions, Read } from './stream-expressions';

/** DISTINCT and TOP compare only this many leading characters of a text. */
const MAX_TEXT_LENGTH = 200;

/**
 * Compiles the function that reads the input of an aggregate from an event; it returns `undefined` for other events.
 */
export function valueOf(aggregate: AggregateSpec, expressions: Expressions, path: string): Read {
  const { kind, expression } = aggregate;
  const { takes } = KINDS[kind];
  const where = aggregate.filter === null ? null : expressions.read(aggregate.filter, 'bool', `${path}.filter`);
  const read = expression === null ? () => true : reader(expression, takes, expressions, `${path}.expression`);
  const filtered: Read = where === null ? read : (row) => (where(row) === true ? read(row) : undefined);
  if (aggregate.per === undefined) return filtered;
  const counts = expressions.read(aggregate.per, 'bool', `${path}.per`);
  return (row): RatioTerm | undefined => {
    const [value, isCounted] = [filtered(row) as RatioTerm['value'], counts(row) === true];
    return value === undefined && !isCounted ? undefined : { value, isCounted };
  };
}

function reader(source: string, takes: Takes, expressions: Expressions, path: string): Read {
  switch (takes) {
    case 'ANYTHING':
      return expressions.read(source, 'scalar', path, false);
    case 'TEXT': {
      const read = expressions.read(source, 'scalar', path);
      // Removes half of a surrogate pair at the cut, because UTF-8 cannot encode it.
      return (row) =>
        textOf(read(row))
          ?.slice(0, MAX_TEXT_LENGTH)
          .replace(/[\ud800-\udbff]$/, '');
    }
    case 'NUMBER': {
      const read = expressions.read(source, 'double', path);
      return (row) => finite(read(row));
    }
    case 'DECIMAL':
      return expressions.decimal(source, path);
  }
}

function finite(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}
