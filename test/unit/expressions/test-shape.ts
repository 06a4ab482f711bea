import { Budget } from '../../../src/expressions/budget';
import { checkExpression, type ResultType } from '../../../src/expressions/check';
import { compile } from '../../../src/expressions/compile';
import type { ConstantShapes, FieldType, RecordShape } from '../../../src/expressions/shape';
import { typesOf } from '../../../src/expressions/variable-types';

export type Item = Readonly<Record<string, unknown>>;

const FIELDS: Readonly<Record<string, FieldType>> = {
  title: 'string',
  brand: 'string',
  price: 'double',
  rating: 'double',
  isNew: 'bool',
  publishedAt: 'google.protobuf.Timestamp',
  categories: 'list<string>',
  attributes: 'map<string, dyn>',
};

/** Records that are plain objects: an absent field is missing. */
export const SHAPE: RecordShape<Item> = {
  name: 'product',
  fields: Object.fromEntries(
    Object.entries(FIELDS).map(([name, type]) => [name, { type, read: (item: Item) => item[name] }]),
  ),
};

export function shapesOf(vars: Item): ConstantShapes {
  return { customer: { id: 'string', attributes: 'map<string, dyn>' }, vars: typesOf(vars) };
}

/** Checks and compiles, and evaluates for one item. */
export function evaluate(
  source: string,
  item: Item,
  { vars = {}, customer = {}, result = 'bool' }: { vars?: Item; customer?: Item; result?: ResultType } = {},
): unknown {
  const checked = checkExpression(source, SHAPE, shapesOf(vars), result);
  return compile(checked, SHAPE, { vars, customer }, new Budget())(item);
}
