import { Environment } from '@marcbachmann/cel-js';
import { Budget } from './budget';
import { sizeOfValue } from './functions';
import type { ConstantShapes, FieldTypes, RecordShape } from './shape';

/** Maximum number of nodes in one expression. */
const MAX_EXPRESSION_NODES = 500;
/** Maximum nesting depth of parentheses, calls, selections and lists. */
const MAX_EXPRESSION_DEPTH = 32;

/**
 * The name that replaces `size` in a checked tree. CEL's own `size` returns an integer, but all numbers of an
 * expression are doubles.
 */
export const SIZE = 'sizeAsDouble';

/** Returns the CEL environment with the names and types that expressions over these records and constants may use. */
export function environmentOf(shape: RecordShape<never>, constants: ConstantShapes): Environment {
  const environment = BASE.clone();
  declare(environment, shape.name, fieldTypesOf(shape.fields));
  for (const [name, fields] of Object.entries(shape.related ?? {})) declare(environment, name, fieldTypesOf(fields));
  for (const [name, types] of Object.entries(constants)) declare(environment, name, types);
  return environment;
}

const UNBOUNDED = new Budget(Infinity);
const BASE = base();

function base(): Environment {
  const environment = new Environment({
    limits: { maxAstNodes: MAX_EXPRESSION_NODES, maxDepth: MAX_EXPRESSION_DEPTH },
  });
  environment.registerOperator('double % double: double', (a: number, b: number) => a % b);
  // Needed for type checking, and for the reference interpreter in the tests.
  const size = (value: unknown): number | undefined => sizeOfValue(UNBOUNDED, value);
  for (const type of ['string', 'list', 'map']) {
    environment.registerFunction(`${SIZE}(${type}): double`, size);
    environment.registerFunction(`${type}.${SIZE}(): double`, size);
  }
  return environment;
}

function declare(environment: Environment, name: string, fields: FieldTypes): void {
  const type = `freshet.${name}`;
  environment.registerType(type, { fields: { ...fields } });
  environment.registerVariable(name, type);
}

function fieldTypesOf(fields: RecordShape<never>['fields']): FieldTypes {
  return Object.fromEntries(Object.entries(fields).map(([name, { type }]) => [name, type]));
}
