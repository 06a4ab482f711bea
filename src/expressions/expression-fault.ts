/** A position in a source: `offset` in UTF-16 code units from 0, `line` and `column` from 1. */
export interface Position {
  readonly offset: number;
  readonly line: number;
  readonly column: number;
}

/** An error in an expression, with its position. */
export class ExpressionFault extends Error {
  readonly position: Position;

  constructor(message: string, source: string, offset: number) {
    super(message);
    this.name = 'ExpressionFault';
    this.position = positionIn(source, offset);
  }
}

/** @param wanted offset in UTF-16 code units */
export function positionIn(source: string, wanted: number): Position {
  const offset = Math.max(0, Math.min(wanted, source.length));
  const lines = source.slice(0, offset).split('\n');
  return { offset, line: lines.length, column: (lines.at(-1) as string).length + 1 };
}
