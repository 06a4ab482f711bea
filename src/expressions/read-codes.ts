import { literalNodesComparedWith } from './compared-literals';
import { ExpressionFault } from './expression-fault';
import type { Node } from './tree';

/** A field of a record that is a code, such as a country. */
export interface CodeField {
  readonly record: string;
  readonly field: string;
  /** Returns the code that a text stands for, as the field has it; undefined if it stands for none. */
  readonly read: (text: string) => string | undefined;
  /** What a text must be. */
  readonly form: string;
}

/**
 * Replaces the literals that an expression compares with codes by the codes that they stand for, in place: a comparison
 * of `DE` with `de` would never hold. An empty text stands for a missing code.
 * @throws ExpressionFault if a literal stands for none
 */
export function readCodes(tree: Node, source: string, fields: readonly CodeField[]): void {
  for (const { record, field, read, form } of fields)
    for (const literal of literalNodesComparedWith(tree, record, field)) {
      if (literal.args === '') continue;
      const code = read(literal.args);
      if (code === undefined) {
        const message = `${record}.${field} is compared with ${JSON.stringify(literal.args)}, which is not ${form}`;
        throw new ExpressionFault(message, source, literal.start);
      }
      literal.args = code;
    }
}
