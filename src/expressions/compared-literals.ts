import { isMacro } from './functions';
import { childrenOf, fieldRead, type Node, type NodeOf } from './tree';

/** A string literal in the source of an expression. */
export interface ComparedLiteral {
  readonly value: string;
  /** Offset in UTF-16 code units. */
  readonly offset: number;
}

/** A node that is a string literal. */
export interface LiteralNode {
  args: string;
  readonly start: number;
}

/** What an expression compares with a field: a value, or a list whose items it compares. */
export interface ComparedOperand {
  readonly node: Node;
  /** Whether it is compared by `==`, `!=` or `in`, and not by its order or its parts. */
  readonly isEquality: boolean;
  /** Whether it is an item of a list from which a macro makes its result, so that another text would change the result. */
  readonly isReturned: boolean;
}

/** The macros whose result contains no item of their list. */
const TESTS: ReadonlySet<string> = new Set(['exists', 'exists_one', 'all']);
const PART_TESTS: ReadonlySet<string> = new Set(['startsWith', 'endsWith', 'contains']);

/**
 * Returns the string literals that an expression compares with `record.field` by `==`, `!=` or `in`, in the order of the
 * source. Among them are the items of the list in `["a", "b"].exists(x, x == record.field)`.
 */
export function literalsComparedWith(tree: Node, record: string, field: string): ComparedLiteral[] {
  return operandsComparedWith(tree, record, field)
    .flatMap(({ node, isEquality }) => (isEquality && isTextLiteral(node) ? [node] : []))
    .map(({ args, start }) => ({ value: args, offset: start }));
}

/** Returns the operands that an expression compares with `record.field`, in the order of the source. */
export function operandsComparedWith(tree: Node, record: string, field: string): ComparedOperand[] {
  const search = new Search((node) => fieldRead(node, record) === field);
  search.visit(tree);
  return [...search.found.values()].sort((a, b) => a.node.start - b.node.start);
}

export function isTextLiteral(node: Node): node is Node & LiteralNode {
  return node.op === 'value' && typeof node.args === 'string';
}

/** The item that a macro looks at. Macros are not nested in others. */
interface Item {
  readonly name: string;
  /** What the item can be. */
  readonly values: readonly Node[];
  readonly isReturned: boolean;
  /** Whether the item is a value of the field, or stands for one because the body compares it with the field. */
  isOfField: boolean;
}

class Search {
  readonly found = new Map<Node, ComparedOperand>();
  /** The calls of `filter` whose results are compared with the field. They are found before they are visited. */
  private readonly comparedFilters = new Set<Node>();
  private item: Item | undefined;

  constructor(private readonly isField: (node: Node) => boolean) {}

  visit(node: Node): void {
    if (node.op === 'rcall' && isMacro(node.args[0])) return this.visitMacro(node);
    for (const [left, right, isEquality] of comparisonsOf(node)) this.compare(left, right, isEquality);
    for (const child of childrenOf(node)) this.visit(child);
  }

  private visitMacro(node: NodeOf<'rcall'>): void {
    const [name, list, [variable, ...bodies]] = node.args;
    const values = itemsOf(list);
    const isCompared = this.comparedFilters.has(node);
    const isReturned = !TESTS.has(name) && !isCompared;
    const isOfField = isCompared || values.some(this.isField);
    const item: Item = { name: (variable as { args: string }).args, values, isReturned, isOfField };
    this.item = item;
    if (!isReturned && bodies.some((body) => this.comparesItem(body))) item.isOfField = true;
    for (const body of bodies) this.visit(body);
    this.item = undefined;
    this.visit(list);
  }

  /** Whether a body compares the item of its macro with the field. */
  private comparesItem(body: Node): boolean {
    const compares = ([left, right]: Comparison) =>
      (left.some(this.isItem) && right.some(this.isField)) || (right.some(this.isItem) && left.some(this.isField));
    return comparisonsOf(body).some(compares) || childrenOf(body).some((child) => this.comparesItem(child));
  }

  private compare(left: readonly Node[], right: readonly Node[], isEquality: boolean): void {
    if (left.some(this.isOfField)) this.add(right, isEquality);
    if (right.some(this.isOfField)) this.add(left, isEquality);
  }

  private add(nodes: readonly Node[], isEquality: boolean): void {
    for (const node of nodes) {
      const isItem = this.isItem(node);
      const isReturned = isItem && this.item!.isReturned;
      for (const operand of isItem ? this.item!.values : [node]) {
        this.found.set(operand, { node: operand, isEquality, isReturned });
        if (isReturned || operand.op !== 'rcall' || operand.args[0] !== 'filter') continue;
        this.comparedFilters.add(operand);
        this.add(itemsOf(operand.args[1]), isEquality);
      }
    }
  }

  private readonly isItem = (node: Node): boolean => node.op === 'id' && node.args === this.item?.name;

  private readonly isOfField = (node: Node): boolean =>
    this.isField(node) || (this.isItem(node) && this.item!.isOfField);
}

/** What two sides can be, and whether they are compared by `==`, `!=` or `in`. */
type Comparison = readonly [left: readonly Node[], right: readonly Node[], isEquality: boolean];

/** Returns the comparisons that a node itself makes. */
function comparisonsOf(node: Node): readonly Comparison[] {
  switch (node.op) {
    case '==':
    case '!=':
      return [[valuesOf(node.args[0]), valuesOf(node.args[1]), true]];
    case 'in':
      return [[valuesOf(node.args[0]), itemsOf(node.args[1]), true]];
    case '<':
    case '<=':
    case '>':
    case '>=':
      return [[valuesOf(node.args[0]), valuesOf(node.args[1]), false]];
    case 'rcall': {
      const [name, text, parts] = node.args;
      return PART_TESTS.has(name) ? [[valuesOf(text), parts.flatMap(valuesOf), false]] : [];
    }
    default:
      return [];
  }
}

/** Returns what a node can be. */
function valuesOf(node: Node): readonly Node[] {
  return node.op === '?:' ? node.args.slice(1).flatMap(valuesOf) : [node];
}

/** Returns what the items of a list can be: those that the source spells out, or else the list itself. */
function itemsOf(node: Node): readonly Node[] {
  return valuesOf(node).flatMap((list) => (list.op === 'list' ? list.args.flatMap(valuesOf) : [list]));
}
