import { LRUCache } from 'lru-cache';
import { checkExpression, type CheckedExpression, type ResultType } from './check';
import { readCodes, type CodeField, type CodeVariable } from './read-codes';
import type { FieldTypes, RecordShape } from './shape';
import { typeSignature } from './variable-types';

/** Limit of the estimated size of the cache, in bytes. */
const MAX_BYTES = 32 << 20;
const NODE_BYTES = 500;
/**
 * Bytes per character of a source. A source is stored up to three times: in the cache key, as `source` of the
 * expression, and in the literals of the tree. Each copy takes up to two bytes per character.
 */
const BYTES_PER_CHARACTER = 6;

/** A checked expression that reads codes. */
export interface ReadExpression extends CheckedExpression {
  readonly codeVariables: readonly CodeVariable[];
}

/** Caches checked expressions over one kind of record, by source, result type and types of variables. */
export class ExpressionCache {
  private readonly cache: LRUCache<string, ReadExpression>;

  /**
   * @param constants types of the constants of a request except its variables (`vars`), by name of the constant
   * @param codes fields that are codes: what expressions compare with them is read as a code, too
   * @param bytes limit of the estimated size of the cache
   */
  constructor(
    private readonly shape: RecordShape<never>,
    private readonly constants: Readonly<Record<string, FieldTypes>>,
    private readonly codes: readonly CodeField[] = [],
    bytes = MAX_BYTES,
  ) {
    // The size includes the source length, because a string literal of 4,000 characters is a single node.
    const sizeOf = ({ size }: ReadExpression, key: string) => size * NODE_BYTES + key.length * BYTES_PER_CHARACTER;
    this.cache = new LRUCache({ maxSize: bytes, sizeCalculation: sizeOf });
  }

  /**
   * @param vars the types of the variables, which the expression reads as `vars`
   * @throws ExpressionFault
   */
  check(source: string, vars: FieldTypes, result: ResultType): ReadExpression {
    const key = `${result}\n${typeSignature(vars)}\n${source}`;
    const before = this.cache.get(key);
    if (before !== undefined) return before;
    const checked = checkExpression(source, this.shape, { ...this.constants, vars }, result);
    const read = { ...checked, codeVariables: readCodes(checked.tree, source, this.codes) };
    this.cache.set(key, read);
    return read;
  }

  /** Number of cached expressions. */
  get size(): number {
    return this.cache.size;
  }
}
