/** Counts what is in use by key, such as a client address or a visit, and refuses what exceeds the limit of a key. */
export class KeyedLimit {
  private readonly used = new Map<string, number>();

  constructor(private readonly max: number) {}

  /**
   * Takes an amount until the returned function is called.
   * @param key null: not limited
   * @returns null if the amount exceeds what is left
   */
  take(key: string | null, amount = 1): (() => void) | null {
    if (key === null) return () => undefined;
    const used = (this.used.get(key) ?? 0) + amount;
    if (used > this.max) return null;
    this.used.set(key, used);
    let isTaken = true;
    return () => {
      if (!isTaken) return;
      isTaken = false;
      const left = this.used.get(key)! - amount;
      if (left > 0) this.used.set(key, left);
      else this.used.delete(key);
    };
  }
}
