/** A compiled node: what it gives for a record; `undefined` where something it needs is missing. */
export interface Code<R> {
  readonly run: (record: R) => unknown;
  /** What it needs to know: nothing more (it is a constant), the item of a macro, or the record. */
  readonly needs: Needs;
  /** Of a constant. */
  readonly value?: unknown;
}

export enum Needs {
  Nothing = 0,
  Item = 1,
  Record = 2,
}

export function constant<R>(value: unknown): Code<R> {
  return { run: () => value, needs: Needs.Nothing, value };
}

/** A node made of others. Where they are constants, so is it: it is run once, now. */
export function derived<R>(
  operands: readonly Code<R>[],
  run: (record: R) => unknown,
  atLeast = Needs.Nothing,
): Code<R> {
  const needs = operands.reduce((most, operand): Needs => most | operand.needs, atLeast);
  // What needs nothing does not look at the record.
  return needs === Needs.Nothing ? constant(run(undefined as R)) : { run, needs };
}

export function isConstant(code: Code<never>): boolean {
  return code.needs === Needs.Nothing;
}
