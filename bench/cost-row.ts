/** A unit of `costOf` stands for this much CPU time of the main thread. */
export const UNIT_MS = 0.002;
/** Ratios within this range are true prices. */
export const [LEAST, MOST] = [0.5, 2];

export interface CostRow {
  readonly field: string;
  readonly sample: string;
  /** What one operation is charged in the end. */
  readonly units: number;
  /** CPU time of the main thread for one operation, without garbage collection. */
  readonly cpuMs: number;
  readonly gcMs: number;
  /** How many times as much CPU time a unit takes as it stands for. */
  readonly ratio: number;
  /** The most CPU time that one turn of the event loop took, without garbage collection; exact to some 4 ms. */
  readonly stepMs: number;
  /** The code of the error if the operation was refused. */
  readonly refused?: string;
}

/** Returns the rows whose units are too few or too many, the worst first. */
export function falsePrices(rows: readonly CostRow[]): CostRow[] {
  const falsity = ({ ratio }: CostRow) => Math.abs(Math.log(ratio));
  return rows
    .filter(({ ratio, refused }) => refused === undefined && (ratio < LEAST || ratio > MOST))
    .sort((a, b) => falsity(b) - falsity(a));
}
