/**
 * The conditions under which a cached response is valid. Each root field adds a condition for its part of the response;
 * a response with a root field without a condition is not cached.
 */
export class CacheValidity {
  private readonly conditions: (() => boolean)[] = [];
  private rootFieldCount = NaN;

  /** Adds a condition: one root field's part of the response is unchanged as long as `holds` returns true. */
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
