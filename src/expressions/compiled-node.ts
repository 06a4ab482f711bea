/** A compiled node. `run` returns its value for a record, or `undefined` if a value that it needs is missing. */
export interface CompiledNode<R> {
  readonly run: (record: R) => unknown;
  /** Bit flags of the inputs that the value depends on: the record, the item of a macro, or both. 0 for a constant. */
  readonly needs: Dependency;
  /** The value, if the node is a constant. */
  readonly value?: unknown;
}

export enum Dependency {
  Nothing = 0,
  Item = 1,
  Record = 2,
}

export function constant<R>(value: unknown): CompiledNode<R> {
  return { run: () => value, needs: Dependency.Nothing, value };
}

/** Combines compiled operands into one node. If all operands are constant, folds the node into a constant. */
export function combineNodes<R>(
  operands: readonly CompiledNode<R>[],
  run: (record: R) => unknown,
  atLeast = Dependency.Nothing,
): CompiledNode<R> {
  const needs = operands.reduce((most, operand): Dependency => most | operand.needs, atLeast);
  // A node without dependencies does not read the record.
  return needs === Dependency.Nothing ? constant(run(undefined as R)) : { run, needs };
}

export function isConstant(code: CompiledNode<never>): boolean {
  return code.needs === Dependency.Nothing;
}
