/** One measured value of the guard. */
export interface GuardRow {
  readonly name: string;
  /** Describes the unit, and the processes whose CPU time it includes. */
  readonly what: string;
  /** Units that cost as much CPU time as one pass of the reference kernel. A higher value is faster. */
  readonly ratio: number;
}

export interface GuardTask {
  readonly name: string;
  readonly what: string;
  /** Does some of the work. @returns how many units it did */
  readonly work: () => number;
}
