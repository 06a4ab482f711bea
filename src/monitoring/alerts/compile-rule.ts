import { Budget } from '../../expressions/budget';
import { checkExpression, type CheckedExpression } from '../../expressions/check';
import { compile } from '../../expressions/compile';
import { ExpressionFault } from '../../expressions/expression-fault';
import type { RecordShape } from '../../expressions/shape';
import { AlertRuleError, type AlertSpec } from './alert-rule';
import type { Observation } from './observation';

/** Maximum number of steps (evaluated expression nodes) per condition and key. */
const CONDITION_STEPS = 10_000;

/** The conditions of a rule as functions. */
export interface CompiledRule {
  /** Returns whether the condition is met. It is not met if a field that it needs is missing. */
  isMet(observed: Observation): boolean;
  /** Returns whether a firing alert is to be resolved. */
  isCleared(observed: Observation): boolean;
  /** Returns the values of the fields that the conditions read and, for a window, its start and end. */
  usedFields(observed: Observation): Observation;
}

/** @throws AlertRuleError if a condition is invalid */
export function compileRule(
  { condition, clearCondition }: Pick<AlertSpec, 'condition' | 'clearCondition'>,
  shape: RecordShape<Observation>,
): CompiledRule {
  const fields = new Set(['start', 'end'].filter((field) => field in shape.fields));
  const compileCondition = (source: string, path: string) => {
    const checked = check(source, shape, path);
    for (const field of checked.fields.keys()) fields.add(field.slice(shape.name.length + 1));
    const budget = new Budget(CONDITION_STEPS);
    const run = compile(checked, shape, {}, budget);
    return (observed: Observation) => {
      budget.refill();
      return run(observed) === true;
    };
  };
  const isMet = compileCondition(condition, 'condition');
  const isClearConditionMet = clearCondition === null ? () => true : compileCondition(clearCondition, 'clearCondition');
  return {
    isMet,
    // An alert whose condition is met must not resolve, because it would start again at the next evaluation.
    isCleared: (observed) => !isMet(observed) && isClearConditionMet(observed),
    usedFields: (observed) =>
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
    throw new AlertRuleError(path, `line ${position.line}, column ${position.column}: ${message}`);
  }
}
