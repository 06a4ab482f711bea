import { LRUCache } from 'lru-cache';
import { checkExpression, type CheckedExpression, type Result } from './check';
import type { FieldTypes, RecordShape } from './shape';
import { signatureOf } from './variable-types';

/** Of all that is kept, by an estimate. */
const MAX_BYTES = 32 << 20;
const NODE_BYTES = 500;
/** A source stands in its key, in the tree's nodes (whole, and its literals) and by itself; a character may take two bytes. */
const BYTES_A_CHARACTER = 6;

/** Expressions over one kind of records, checked once for the same source and types of variables. */
export class ExpressionCache {
  private readonly kept: LRUCache<string, CheckedExpression>;

  /**
   * @param constants what a request brings besides its variables, by name
   * @param bytes how much is kept, by an estimate
   */
  constructor(
    private readonly shape: RecordShape<never>,
    private readonly constants: Readonly<Record<string, FieldTypes>>,
    bytes = MAX_BYTES,
  ) {
    // By length, too: a text of 4,000 characters is one node.
    const sizeOf = ({ size }: CheckedExpression, key: string) => size * NODE_BYTES + key.length * BYTES_A_CHARACTER;
    this.kept = new LRUCache({ maxSize: bytes, sizeCalculation: sizeOf });
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
