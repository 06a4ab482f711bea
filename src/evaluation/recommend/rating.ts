/** One line of a rating file. */
export interface Rating {
  readonly user: string;
  readonly item: string;
  readonly value: number;
  /** Milliseconds since 1970; NaN if the file has no times. */
  readonly at: number;
}
