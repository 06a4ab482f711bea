import { SESSION_FEATURE_INDEX } from '../../features/session-features';
import type { DecisionStep } from '../../learn/decision-nodes';
import type { Behaviour } from './behaviour-label';

interface Condition {
  readonly feature: string;
  readonly comparison: 'AT_MOST' | 'ABOVE';
  readonly threshold: number;
}

interface Rule {
  /** All must hold. */
  readonly conditions: readonly Condition[];
  readonly behaviour: Behaviour;
}

const above = (feature: string, threshold: number): Condition => ({ feature, comparison: 'ABOVE', threshold });
const atMost = (feature: string, threshold: number): Condition => ({ feature, comparison: 'AT_MOST', threshold });

/**
 * The rules that answer while a shop has too few sessions for a model. The first rule that holds answers; if none holds,
 * the answer is BROWSE.
 */
const BEHAVIOUR_RULES: readonly Rule[] = [
  { conditions: [above('secondsSinceLastEvent', 300)], behaviour: 'LEAVE' },
  { conditions: [above('cartProducts', 0)], behaviour: 'BUY' },
  { conditions: [above('ordersInSession', 0)], behaviour: 'LEAVE' },
  { conditions: [above('revisits', 0), above('productsOfOneCategory', 1)], behaviour: 'COMPARE' },
  { conditions: [above('isSortedByPrice', 0)], behaviour: 'BARGAIN' },
  { conditions: [above('discountedProducts', 1), above('discountedShare', 0.5)], behaviour: 'BARGAIN' },
  { conditions: [atMost('actions', 1), above('secondsSinceLastEvent', 60)], behaviour: 'LEAVE' },
];

/** Probability of the answer of a rule. The other labels share the rest equally. Stated, not measured. */
const RULE_PROBABILITY = 0.4;
/** Probability of an order in the rest of the session, by the answer of the rules. Stated, not measured. */
const PURCHASE_PROBABILITIES: Readonly<Record<Behaviour, number>> = {
  BUY: 0.3,
  LEAVE: 0.01,
  COMPARE: 0.06,
  BARGAIN: 0.05,
  BROWSE: 0.03,
};

export interface RuleAnswer {
  readonly behaviour: Behaviour;
  readonly probability: number;
  readonly purchaseProbability: number;
  /** The first condition that failed of each rule before, then the conditions of the rule that answered. */
  readonly tests: readonly DecisionStep[];
}

/** @param features of a session, see `SESSION_FEATURES` */
export function applyRules(features: ArrayLike<number>): RuleAnswer {
  const tests: DecisionStep[] = [];
  for (const { conditions, behaviour } of BEHAVIOUR_RULES) {
    const failed = conditions.find((condition) => !holds(condition, features));
    if (failed === undefined) {
      tests.push(...conditions.map((condition) => testOf(condition, true)));
      return { ...answerOf(behaviour), tests };
    }
    tests.push(testOf(failed, false));
  }
  return { ...answerOf('BROWSE'), tests };
}

function answerOf(behaviour: Behaviour) {
  return { behaviour, probability: RULE_PROBABILITY, purchaseProbability: PURCHASE_PROBABILITIES[behaviour] };
}

function holds({ feature, comparison, threshold }: Condition, features: ArrayLike<number>): boolean {
  const value = features[SESSION_FEATURE_INDEX.get(feature)!]!;
  return comparison === 'ABOVE' ? value > threshold : value <= threshold;
}

function testOf({ feature, comparison, threshold }: Condition, held: boolean): DecisionStep {
  const isAbove = (comparison === 'ABOVE') === held;
  return { feature: SESSION_FEATURE_INDEX.get(feature)!, threshold, side: isAbove ? 'right' : 'left' };
}
