/** A unit of `costOf` stands for this much CPU time of the main thread. */
export const UNIT_MS = 0.002;
/** Ratios within this range are true prices. */
export const [LEAST, MOST] = [0.5, 2];

export interface CostRow {
  readonly field: string;
  readonly sample: string;
  /** What one operation is charged before it is executed. */
  readonly declared: number;
  /** What it is charged in the end: with what is charged after it, without what is given back. */
  readonly charged: number;
  /** CPU time of the main thread for one operation, without garbage collection. */
  readonly cpuMs: number;
  readonly gcMs: number;
  /** How many times as much CPU time a declared unit takes as it stands for. */
  readonly declaredRatio: number;
  /** How many times as much CPU time a charged unit takes as it stands for. */
  readonly chargedRatio: number;
  /** The most CPU time that one turn of the event loop took, without garbage collection; exact to some 4 ms. */
  readonly stepMs: number;
  /** The code of the error if the operation was refused. */
  readonly refused?: string;
}

/**
 * Returns the rows whose charged units are too few or too many, or whose declared units are too few, the worst first.
 * Declared units may be too many: what an answer did not need of them is given back.
 */
export function falsePrices(rows: readonly CostRow[]): CostRow[] {
  const falsity = ({ declaredRatio, chargedRatio }: CostRow) =>
    Math.max(chargedRatio / MOST, LEAST / chargedRatio, declaredRatio / MOST);
  return rows.filter((row) => row.refused === undefined && falsity(row) > 1).sort((a, b) => falsity(b) - falsity(a));
}
