import type { ASTNode } from '@marcbachmann/cel-js';

/** A node of a parsed expression. */
export type Node = ASTNode;
export type NodeOf<Op extends Node['op']> = Extract<Node, { op: Op }>;

/** Returns the child nodes of a node. The variable of a macro is one of them. */
export function childrenOf(node: Node): readonly Node[] {
  switch (node.op) {
    case 'value':
    case 'id':
      return [];
    case '.':
    case '.?':
      return [node.args[0]];
    case 'call':
      return node.args[1];
    case 'rcall':
      return [node.args[1], ...node.args[2]];
    case 'list':
      return node.args;
    case 'map':
      return node.args.flat();
    case '!_':
    case '-_':
      return [node.args];
    default:
      return node.args;
  }
}

/** Returns the number of nodes of a tree, including its root. */
export function nodeCountOf(node: Node): number {
  return childrenOf(node).reduce((sum, child) => sum + nodeCountOf(child), 1);
}

/** Returns the CEL name of the checked type; `undefined` for a node without a type, such as the variable of a macro. */
export function typeNameOf(node: Node): string | undefined {
  return (node as { checkedType?: { name: string } }).checkedType?.name;
}

/** Returns the name in `root.name` or `root["name"]`; `undefined` for any other key. */
export function fieldNameOf(node: NodeOf<'.' | '[]'>): string | undefined {
  const [, key] = node.args;
  if (typeof key === 'string') return key;
  return key.op === 'value' && typeof key.args === 'string' ? key.args : undefined;
}

/** Returns the name of the field if a node is `record.field`; `undefined` for any other node. */
export function fieldRead(node: Node, record: string): string | undefined {
  if (node.op !== '.' && node.op !== '[]') return undefined;
  const [base] = node.args;
  return base.op === 'id' && base.args === record ? fieldNameOf(node) : undefined;
}

/** Returns the names of the field and the key if a node is `record.field.key`; `undefined` for any other node. */
export function entryRead(node: Node, record: string): { field: string; key: string } | undefined {
  if (node.op !== '.' && node.op !== '[]') return undefined;
  const field = fieldRead(node.args[0], record);
  const key = fieldNameOf(node);
  return field === undefined || key === undefined ? undefined : { field, key };
}

/** Part of a condition. The condition is true if and only if each conjunct has the value that it `expects`. */
export interface Conjunct {
  readonly node: Node;
  readonly expects: boolean;
}

/** Splits a condition at `&&`, and at `||` below `!`, because `!(a || b)` equals `!a && !b`. */
export function conjunctsOf(node: Node, expects = true): readonly Conjunct[] {
  if (node.op === '!_') return conjunctsOf(node.args, !expects);
  if (node.op === (expects ? '&&' : '||')) return node.args.flatMap((side: Node) => conjunctsOf(side, expects));
  return [{ node, expects }];
}
