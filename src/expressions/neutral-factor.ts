import type { Budget } from './budget';
import type { CheckedExpression } from './check';
import { isConstant } from './compiled-node';
import { compileNode } from './compile';
import type { Constants, RecordShape } from './shape';
import type { Node } from './tree';

/**
 * Returns whether a factor is 1 or missing for every record, because of the constants: for example, a boost for one
 * segment, and a customer in another one. May return false for such a factor that is more complicated.
 */
export function isNeutralFactor<R>(
  { tree }: CheckedExpression,
  shape: RecordShape<R>,
  constants: Constants,
  budget: Budget,
): boolean {
  const compile = (node: Node) => compileNode(node, shape, constants, budget);
  const isNeutral = (node: Node): boolean => {
    const code = compile(node);
    if (isConstant(code)) return code.value === undefined || code.value === 1;
    if (node.op === '*') return isNeutral(node.args[0]) && isNeutral(node.args[1]);
    if (node.op !== '?:') return false;
    const [condition, then, otherwise] = node.args;
    return (isNeverTrue(condition) || isNeutral(then)) && isNeutral(otherwise);
  };
  const isNeverTrue = (node: Node): boolean => {
    const code = compile(node);
    if (isConstant(code)) return code.value !== true;
    if (node.op === '&&') return isNeverTrue(node.args[0]) || isNeverTrue(node.args[1]);
    return node.op === '||' && isNeverTrue(node.args[0]) && isNeverTrue(node.args[1]);
  };
  return isNeutral(tree);
}
