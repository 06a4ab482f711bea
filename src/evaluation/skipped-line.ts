/** A line of a file that is not used, and why. */
export interface SkippedLine {
  readonly line: number;
  readonly reason: string;
}
