/** Keeps the best items with a value above 0. Among items of equal value, the item offered first ranks higher. */
export class TopList<T> {
  readonly best: T[] = [];

  constructor(
    private readonly most: number,
    private readonly valueOfItem: (one: T) => number,
  ) {}

  offer(one: T): void {
    const worth = this.valueOfItem(one);
    if (worth <= 0 || this.wouldReject(worth)) return;
    const place = this.best.findIndex((other) => this.valueOfItem(other) < worth);
    this.best.splice(place < 0 ? this.best.length : place, 0, one);
    if (this.best.length > this.most) this.best.pop();
  }

  /** Returns whether an item of this value would not enter the list. */
  wouldReject(worth: number): boolean {
    return this.best.length === this.most && (this.most === 0 || this.valueOfItem(this.best[this.most - 1]) >= worth);
  }
}
