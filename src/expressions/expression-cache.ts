import { LRUCache } from 'lru-cache';
import { checkExpression, type CheckedExpression, type Result } from './check';
import type { FieldTypes, RecordShape } from './shape';
import { signatureOf } from './variable-types';

/** Nodes of all that is kept; a node takes some 500 bytes. */
const MOST_NODES = 50_000;

/** Expressions over one kind of records, checked once for the same source and types of variables. */
export class ExpressionCache {
  private readonly kept: LRUCache<string, CheckedExpression>;

  /**
   * @param constants what a request brings besides its variables, by name
   * @param nodes how many nodes are kept
   */
  constructor(
    private readonly shape: RecordShape<never>,
    private readonly constants: Readonly<Record<string, FieldTypes>>,
    nodes = MOST_NODES,
  ) {
    this.kept = new LRUCache({ maxSize: nodes, sizeCalculation: ({ size }) => size });
  }

  /**
   * @param vars the types of the variables, which the expression knows as `vars`
   * @throws ExpressionFault
   */
  check(source: string, vars: FieldTypes, result: Result): CheckedExpression {
    const key = `${result}\n${signatureOf(vars)}\n${source}`;
    const before = this.kept.get(key);
    if (before !== undefined) return before;
    const checked = checkExpression(source, this.shape, { ...this.constants, vars }, result);
    this.kept.set(key, checked);
    return checked;
  }

  /** Expressions kept. */
  get size(): number {
    return this.kept.size;
  }
}
