/** Keeps the best items with a value above 0. Of equal items, the first one wins. */
export class Leaders<T> {
  readonly best: T[] = [];

  constructor(
    private readonly most: number,
    private readonly worth: (one: T) => number,
  ) {}

  offer(one: T): void {
    const worth = this.worth(one);
    if (worth <= 0 || this.isFullAt(worth)) return;
    const place = this.best.findIndex((other) => this.worth(other) < worth);
    this.best.splice(place < 0 ? this.best.length : place, 0, one);
    if (this.best.length > this.most) this.best.pop();
  }

  /** Returns whether an item of this value would not enter the list. */
  isFullAt(worth: number): boolean {
    return this.best.length === this.most && (this.most === 0 || this.worth(this.best[this.most - 1]) >= worth);
  }
}
