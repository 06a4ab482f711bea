/** One figure of the guard. */
export interface GuardRow {
  readonly name: string;
  /** What a unit is, and of what processes its CPU time is. */
  readonly what: string;
  /** Units that cost as much CPU time as one pass of the reference kernel: more is faster. */
  readonly ratio: number;
}

export interface GuardTask {
  readonly name: string;
  readonly what: string;
  /** Does some of the work. @returns how many units that were */
  readonly work: () => number;
}
