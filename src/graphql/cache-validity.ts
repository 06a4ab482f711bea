/**
 * Collects the conditions under which a cached response is valid. Each root field may add one for its part of the
 * response. Only a response whose root fields have all added one is cached.
 */
export class CacheValidity {
  private readonly conditions: (() => boolean)[] = [];
  private rootFieldCount = NaN;

  /** Adds a condition. While `holds` returns true, one root field's part of the response is unchanged. */
  validWhile(holds: () => boolean): void {
    this.conditions.push(holds);
  }

  /** Records that the response has no errors and this number of root fields. */
  setRootFieldCount(count: number): void {
    this.rootFieldCount = count;
  }

  /** Returns whether the whole response is still valid. */
  isValid(): boolean {
    return this.conditions.length === this.rootFieldCount && this.conditions.every((holds) => holds());
  }
}
