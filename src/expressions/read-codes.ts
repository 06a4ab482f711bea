import { isTextLiteral, operandsComparedWith, type LiteralNode } from './compared-literals';
import { ExpressionFault } from './expression-fault';
import { fieldRead, type Node, type NodeOf } from './tree';

/** A field of a record that is a code, such as a country. */
export interface CodeField {
  readonly record: string;
  readonly field: string;
  /** Returns the code that a text stands for, as the field has it; undefined if it stands for none. */
  readonly read: (text: string) => string | undefined;
  /** What a text must be. */
  readonly form: string;
}

/** A variable that an expression compares with a code. The expression reads its code as a variable of its own. */
export interface CodeVariable {
  readonly name: string;
  readonly codeName: string;
  readonly field: CodeField;
}

/**
 * Replaces what an expression compares with codes, in place: a comparison of `DE` with `de` would never hold. A literal
 * becomes the code that it stands for, and a variable the variable of its code (see {@link codesOfVariables}). An empty
 * text stands for a missing code. The items of a list from which `filter` and `map` make their results stay as they are.
 * @throws ExpressionFault if a literal stands for none
 */
export function readCodes(tree: Node, source: string, fields: readonly CodeField[]): readonly CodeVariable[] {
  const fieldOf = new Map<Node, CodeField>();
  for (const field of fields)
    for (const { node, isEquality, isReturned } of operandsComparedWith(tree, field.record, field.field)) {
      const isRead = isTextLiteral(node) ? node.args !== '' : isEquality && isVariable(node, fields);
      if (!isRead || isReturned) continue;
      const other = fieldOf.get(node);
      if (other !== undefined && other.read !== field.read) {
        const names = `${nameOf(other)} and ${nameOf(field)}`;
        throw new ExpressionFault(
          `${names} are different codes: compare them with values of their own`,
          source,
          node.start,
        );
      }
      fieldOf.set(node, field);
    }
  const codes = new Map<Node, string>();
  for (const [node, field] of fieldOf) if (isTextLiteral(node)) codes.set(node, codeOf(node, source, field));
  // Nothing is replaced before all is read: a caller may use an expression whose codes are wrong as it is.
  const variables = new Map<string, CodeVariable>();
  for (const [node, field] of fieldOf)
    if (isTextLiteral(node)) node.args = codes.get(node)!;
    else {
      const name = fieldRead(node, 'vars')!;
      const codeName = `${name} as ${field.form}`;
      renameField(node as NodeOf<'.' | '[]'>, codeName);
      variables.set(codeName, { name, codeName, field });
    }
  return [...variables.values()];
}

function isVariable(node: Node, fields: readonly CodeField[]): boolean {
  const name = fieldRead(node, 'vars');
  return name !== undefined && !fields.some(({ record, field }) => record === 'vars' && field === name);
}

function codeOf(literal: LiteralNode, source: string, field: CodeField): string {
  const code = field.read(literal.args);
  if (code === undefined) {
    const message = `${nameOf(field)} is compared with ${JSON.stringify(literal.args)}, which is not ${field.form}`;
    throw new ExpressionFault(message, source, literal.start);
  }
  return code;
}

function renameField(node: NodeOf<'.' | '[]'>, name: string): void {
  const key = node.args[1];
  if (typeof key === 'string') (node.args as [Node, string])[1] = name;
  else (key as { args: string }).args = name;
}

function nameOf({ record, field }: CodeField): string {
  return `${record}.${field}`;
}

/**
 * Returns the variables with the codes of those that an expression compares with codes. What is no such code stays as it
 * is, and `fault` says so.
 */
export function codesOfVariables(
  variables: Readonly<Record<string, unknown>>,
  compared: readonly CodeVariable[],
): { readonly values: Readonly<Record<string, unknown>>; readonly fault: string | undefined } {
  const values: Record<string, unknown> = { ...variables };
  let fault: string | undefined;
  for (const { name, codeName, field } of compared) {
    const codeOf = (value: unknown): unknown => {
      if (typeof value !== 'string' || value === '') return value;
      const code = field.read(value);
      if (code === undefined) {
        const got = JSON.stringify(value).slice(0, 40);
        fault ??= `${name} must be ${field.form}, because it is compared with ${nameOf(field)}; got ${got}`;
      }
      return code ?? value;
    };
    const value = variables[name];
    values[codeName] = Array.isArray(value) ? value.map(codeOf) : codeOf(value);
  }
  return { values, fault };
}
