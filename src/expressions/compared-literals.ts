import { childrenOf, fieldRead, type Node } from './tree';

/** A string literal in the source of an expression. */
export interface ComparedLiteral {
  readonly value: string;
  /** Offset in UTF-16 code units. */
  readonly offset: number;
}

/** A node of the tree that is a string literal. */
interface LiteralNode {
  args: string;
  readonly start: number;
}

/** The macros that compare items of a list with something. */
const LIST_MACROS: ReadonlySet<string> = new Set(['exists', 'exists_one', 'all', 'filter']);

/**
 * Returns the string literals that an expression compares with `record.field`, in the order of the source: by `==` or
 * `!=`, or as items of the list in `record.field in ["a", "b"]` and `["a", "b"].exists(x, x == record.field)`.
 */
export function literalsComparedWith(tree: Node, record: string, field: string): ComparedLiteral[] {
  return literalNodesComparedWith(tree, record, field).map(({ args, start }) => ({ value: args, offset: start }));
}

/** Returns the nodes of {@link literalsComparedWith}. */
export function literalNodesComparedWith(tree: Node, record: string, field: string): LiteralNode[] {
  const isField = (node: Node) => fieldRead(node, record) === field;
  const own = operandsComparedWith(tree, isField).flatMap(literalsOf);
  const below = childrenOf(tree).flatMap((child) => literalNodesComparedWith(child, record, field));
  return [...own, ...below].sort((a, b) => a.start - b.start);
}

function operandsComparedWith(node: Node, isField: (node: Node) => boolean): readonly Node[] {
  switch (node.op) {
    case '==':
    case '!=': {
      const [left, right] = node.args;
      if (isField(left)) return [right];
      return isField(right) ? [left] : [];
    }
    case 'in':
      return isField(node.args[0]) ? itemsOf(node.args[1]) : [];
    case 'rcall': {
      const [name, list, [variable, body]] = node.args;
      if (!LIST_MACROS.has(name) || variable?.op !== 'id' || body === undefined) return [];
      return operandsComparedWith(body, isField).some(({ op, args }) => op === 'id' && args === variable.args)
        ? itemsOf(list)
        : [];
    }
    default:
      return [];
  }
}

/** Returns the items of a list that the source spells out. */
function itemsOf(node: Node): readonly Node[] {
  return node.op === 'list' ? node.args : [];
}

/** Returns the string literals that an operand can be. */
function literalsOf(node: Node): LiteralNode[] {
  if (node.op === '?:') return node.args.slice(1).flatMap(literalsOf);
  return node.op === 'value' && typeof node.args === 'string' ? [node as LiteralNode] : [];
}
