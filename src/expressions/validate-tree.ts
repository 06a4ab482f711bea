import { SIZE } from './environment';
import { ExpressionFault } from './expression-fault';
import { isMacro, METHODS, FUNCTIONS } from './functions';
import { childrenOf, fieldNameOf, typeNameOf, type Node, type NodeOf } from './tree';

interface ValidationContext {
  readonly source: string;
  /** Names of records and constants, each with the names of its fields. */
  readonly roots: ReadonlyMap<string, ReadonlySet<string>>;
  /** Reasons why fields are missing, by names like `customer.expectedAmount`. */
  readonly unavailable?: Readonly<Record<string, string>>;
}

/**
 * Rejects syntax that parses but is not supported, and converts every number to a double, so that 1 equals 1.0. Call it
 * before types are checked.
 * @throws ExpressionFault
 */
export function validateTree(node: Node, context: ValidationContext, variable?: string): void {
  const refuse = (what: string, at: Node = node): never => {
    throw new ExpressionFault(what, context.source, at.start);
  };
  switch (node.op) {
    case 'value':
      return validateLiteral(node, context.source);
    case 'id':
      if (context.roots.has(node.args)) return refuse(`${node.args} is not a value: name one of its fields`);
      return node.args === variable ? undefined : refuse(`${node.args} is not defined`);
    case '.':
    case '[]':
      return validateAccess(node, context, variable);
    case 'map':
    case '.?':
    case '[?]':
      return refuse('Map literals and optional fields are not supported');
    case 'call':
      if (node.args[0] === 'has') return validateHas(node, context, variable);
      if (!FUNCTIONS.has(node.args[0])) return refuse(unknownFunction(node.args[0]));
      if (node.args[0] === 'size') node.args[0] = SIZE;
      break;
    case 'rcall':
      if (isMacro(node.args[0])) return validateMacro(node, context, variable);
      if (!METHODS.has(node.args[0])) return refuse(unknownFunction(node.args[0]));
      if (node.args[0] === 'size') node.args[0] = SIZE;
      break;
    default:
      break;
  }
  for (const child of childrenOf(node)) validateTree(child, context, variable);
}

/**
 * Rejects values of unsupported types. Call it after types are checked.
 * @throws ExpressionFault
 */
export function validateTypes(node: Node, source: string): void {
  const type = typeNameOf(node);
  if (type?.includes('Duration')) throw new ExpressionFault('Durations are not supported', source, node.start);
  if (node.op === '+' && type?.startsWith('list')) {
    throw new ExpressionFault('Lists cannot be added', source, node.start);
  }
  for (const child of childrenOf(node)) validateTypes(child, source);
}

function validateLiteral(node: NodeOf<'value'>, source: string): void {
  const value = node.args;
  if (typeof value === 'bigint') {
    if (!Number.isSafeInteger(Number(value))) throw new ExpressionFault('The integer is too large', source, node.start);
    (node as { args: number }).args = Number(value);
  } else if (typeof value === 'object' && value !== null) {
    throw new ExpressionFault('Bytes and unsigned integers are not supported', source, node.start);
  }
}

function validateAccess(node: NodeOf<'.' | '[]'>, context: ValidationContext, variable: string | undefined): void {
  const [base, key] = node.args;
  if (base.op === 'id') {
    const fields = context.roots.get(base.args);
    if (fields !== undefined) {
      const name = fieldNameOf(node);
      if (name === undefined) {
        throw new ExpressionFault('The field name must be a constant string', context.source, node.start);
      }
      if (!fields.has(name)) {
        const at = typeof key === 'string' ? base.end + 1 : key.start;
        const reason = context.unavailable?.[`${base.args}.${name}`];
        const why = reason === undefined ? '' : `: ${reason}`;
        throw new ExpressionFault(`${base.args} has no field ${name}${why}`, context.source, at);
      }
      return;
    }
  }
  validateTree(base, context, variable);
  // A list index stays an integer, as CEL requires.
  if (typeof key !== 'string' && !(key.op === 'value' && typeof key.args === 'bigint'))
    validateTree(key, context, variable);
}

function validateHas(node: NodeOf<'call'>, context: ValidationContext, variable: string | undefined): void {
  const [argument] = node.args[1];
  if (node.args[1].length !== 1 || argument?.op !== '.') {
    throw new ExpressionFault('has() needs one field, as in has(product.brand)', context.source, node.start);
  }
  for (let at: Node = argument; at.op !== 'id'; at = at.args[0]) {
    if (at.op !== '.') {
      throw new ExpressionFault('has() needs a path of names, as in has(product.brand)', context.source, at.start);
    }
  }
  validateTree(argument, context, variable);
}

function validateMacro(node: NodeOf<'rcall'>, context: ValidationContext, outer: string | undefined): void {
  const [name, receiver, [variable, ...bodies]] = node.args;
  validateTree(receiver, context, outer);
  if (outer !== undefined) {
    throw new ExpressionFault(`${name}() cannot be used inside another macro`, context.source, node.start);
  }
  if (variable?.op !== 'id' || context.roots.has(variable.args)) {
    throw new ExpressionFault(
      `${name}() needs a new variable name for the item as its first argument`,
      context.source,
      node.start,
    );
  }
  for (const body of bodies) validateTree(body, context, variable.args);
}

function unknownFunction(name: string): string {
  return name === 'matches'
    ? 'matches() is not supported: use contains(), startsWith() or endsWith()'
    : `${name}() is not supported`;
}
