import { AGGREGATE_IMPLEMENTATIONS, type AggregateValueType } from './aggregate/aggregate-implementations';
import type { RatioTerm } from './aggregate/numbers';
import { keyPartOf } from './key-encoding';
import type { AggregateSpec } from './stream-spec';
import type { StreamExpressions, RowReader } from './stream-expressions';

/** DISTINCT and TOP use only this many leading characters of a text. */
const MAX_TEXT_LENGTH = 200;

/**
 * Compiles the function that reads the input of an aggregate from an event. The function returns `undefined` for an
 * event that does not contribute to the aggregate.
 */
export function compileAggregateValue(
  aggregate: AggregateSpec,
  expressions: StreamExpressions,
  path: string,
): RowReader {
  const { kind, expression } = aggregate;
  const { valueType } = AGGREGATE_IMPLEMENTATIONS[kind];
  const where =
    aggregate.filter === null ? null : expressions.compileExpression(aggregate.filter, 'bool', `${path}.filter`);
  const read =
    expression === null ? () => true : compileReader(expression, valueType, expressions, `${path}.expression`);
  const filtered: RowReader = where === null ? read : (row) => (where(row) === true ? read(row) : undefined);
  if (aggregate.per === undefined) return filtered;
  const perCondition = expressions.compileExpression(aggregate.per, 'bool', `${path}.per`);
  return (row): RatioTerm | undefined => {
    const [value, isCounted] = [filtered(row) as RatioTerm['value'], perCondition(row) === true];
    return value === undefined && !isCounted ? undefined : { value, isCounted };
  };
}

function compileReader(
  source: string,
  valueType: AggregateValueType,
  expressions: StreamExpressions,
  path: string,
): RowReader {
  switch (valueType) {
    case 'ANYTHING':
      return expressions.compileExpression(source, 'scalar', path, false);
    case 'TEXT': {
      const read = expressions.compileExpression(source, 'scalar', path);
      // Removes half of a surrogate pair at the cut, because UTF-8 cannot encode it.
      return (row) =>
        keyPartOf(read(row))
          ?.slice(0, MAX_TEXT_LENGTH)
          .replace(/[\ud800-\udbff]$/, '');
    }
    case 'NUMBER': {
      const read = expressions.compileExpression(source, 'double', path);
      return (row) => finite(read(row));
    }
    case 'DECIMAL':
      return expressions.compileDecimal(source, path);
  }
}

function finite(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}
