/** Holds the best items with a value above 0. Among items of equal value, the item offered first ranks higher. */
export class TopList<T> {
  readonly best: T[] = [];

  constructor(
    private readonly maxLength: number,
    private readonly valueOfItem: (item: T) => number,
  ) {}

  offer(item: T): void {
    const value = this.valueOfItem(item);
    if (value <= 0 || this.wouldReject(value)) return;
    const place = this.best.findIndex((other) => this.valueOfItem(other) < value);
    this.best.splice(place < 0 ? this.best.length : place, 0, item);
    if (this.best.length > this.maxLength) this.best.pop();
  }

  /** Returns whether the list is full and each of its items has at least this value. */
  wouldReject(value: number): boolean {
    return (
      this.best.length === this.maxLength &&
      (this.maxLength === 0 || this.valueOfItem(this.best[this.maxLength - 1]) >= value)
    );
  }
}
