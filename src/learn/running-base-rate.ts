/**
 * The share of label 1 among the rows so far. It starts at ½ with the weight of one row (Krichevsky and Trofimov 1981),
 * so that it is never 0 or 1.
 */
export class RunningBaseRate {
  private positives = 0.5;
  private negatives = 0.5;

  /** @param label 0 or 1 */
  add(label: number): void {
    if (label === 1) this.positives++;
    else this.negatives++;
  }

  get probability(): number {
    return this.positives / (this.positives + this.negatives);
  }

  get logOdds(): number {
    return Math.log(this.positives / this.negatives);
  }
}
