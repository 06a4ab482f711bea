/** One line of a rating file. */
export interface Rating {
  readonly user: string;
  readonly item: string;
  readonly value: number;
  /** ms since 1970; NaN where the file has no times. */
  readonly at: number;
}
