import type { ProfileValues } from '../../catalog/product-conditions.service';
import { Budget, BudgetExceeded } from '../../expressions/budget';
import { checkExpression, type CheckedExpression } from '../../expressions/check';
import { literalsComparedWith } from '../../expressions/compared-literals';
import { compile } from '../../expressions/compile';
import { positionIn, type Position } from '../../expressions/expression-fault';
import type { RecordShape } from '../../expressions/shape';

/** What the condition of an audience reads of a customer. */
export interface AudienceCustomer {
  readonly id: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly profile: ProfileValues;
}

const CUSTOMER_SHAPE: RecordShape<AudienceCustomer> = {
  name: 'customer',
  fields: {
    id: { type: 'string', read: ({ id }) => id },
    attributes: { type: 'map<string, dyn>', read: ({ attributes }) => attributes },
    segment: { type: 'string', read: ({ profile }) => profile.segment },
    expectedAmount: { type: 'double', read: ({ profile }) => profile.expectedAmount },
    purchaseProbability: { type: 'double', read: ({ profile }) => profile.purchaseProbability },
    churnProbability: { type: 'double', read: ({ profile }) => profile.churnProbability },
  },
};

/** Maximum number of evaluation steps for one customer. A condition that needs more does not hold for the customer. */
const MAX_STEPS = 100_000;

/** A valid condition of an audience. */
export interface AudienceCondition {
  /** Whether it reads the segment, which depends on whether a version of the segments is active. */
  readonly readsSegment: boolean;
  /** The string literals that it compares with `customer.segment`. */
  readonly comparedSegments: readonly { readonly value: string; readonly position: Position }[];
  /** Returns whether the customer is in the audience. What is missing is false. */
  readonly holds: (customer: AudienceCustomer) => boolean;
}

/**
 * Parses, type-checks and compiles a condition.
 * @throws ExpressionFault with the position of the error
 */
export function prepareAudienceCondition(source: string): AudienceCondition {
  const checked = checkExpression(source, CUSTOMER_SHAPE, {}, 'bool');
  return {
    readsSegment: checked.fields.has('customer.segment'),
    comparedSegments: literalsComparedWith(checked.tree, 'customer', 'segment').map(({ value, offset }) => ({
      value,
      position: positionIn(source, offset),
    })),
    holds: compileWithinBudget(checked),
  };
}

function compileWithinBudget(checked: CheckedExpression): AudienceCondition['holds'] {
  const budget = new Budget(MAX_STEPS);
  const evaluate = compile(checked, CUSTOMER_SHAPE, {}, budget);
  return (customer) => {
    budget.refill();
    try {
      return evaluate(customer) === true;
    } catch (error) {
      if (error instanceof BudgetExceeded) return false;
      throw error;
    }
  };
}
