import { Budget } from '../../expressions/budget';
import { checkExpression, type CheckedExpression } from '../../expressions/check';
import { compile } from '../../expressions/compile';
import { ExpressionFault } from '../../expressions/expression-fault';
import type { RecordShape } from '../../expressions/shape';
import { RuleFault, type AlertSpec } from './alert-rule';
import type { Observation } from './observation';

/** Steps that one condition may take for one key. */
const CONDITION_STEPS = 10_000;

/** A rule that can be asked about what is observed. */
export interface CompiledRule {
  /** Whether its condition holds; what rests on something missing does not. */
  met(observed: Observation): boolean;
  /** Whether it is over. */
  cleared(observed: Observation): boolean;
  /** What its conditions look at, and when that was. */
  shown(observed: Observation): Observation;
}

/** @throws RuleFault */
export function compileRule(
  { condition, clearCondition }: Pick<AlertSpec, 'condition' | 'clearCondition'>,
  shape: RecordShape<Observation>,
): CompiledRule {
  const fields = new Set(['start', 'end'].filter((field) => field in shape.fields));
  const read = (source: string, path: string) => {
    const checked = check(source, shape, path);
    for (const field of checked.fields.keys()) fields.add(field.slice(shape.name.length + 1));
    const budget = new Budget(CONDITION_STEPS);
    const run = compile(checked, shape, {}, budget);
    return (observed: Observation) => {
      budget.refill();
      return run(observed) === true;
    };
  };
  const met = read(condition, 'condition');
  const over = clearCondition === null ? () => true : read(clearCondition, 'clearCondition');
  return {
    met,
    // Where both hold it would end and begin again at every look.
    cleared: (observed) => !met(observed) && over(observed),
    shown: (observed) =>
      Object.fromEntries(
        [...fields].filter((field) => observed[field] !== undefined).map((field) => [field, observed[field]]),
      ),
  };
}

function check(source: string, shape: RecordShape<Observation>, path: string): CheckedExpression {
  try {
    return checkExpression(source, shape, {}, 'bool');
  } catch (error) {
    if (!(error instanceof ExpressionFault)) throw error;
    const { position, message } = error;
    throw new RuleFault(path, `line ${position.line}, column ${position.column}: ${message}`);
  }
}
