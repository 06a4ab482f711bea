/**
 * The conditions under which a cached response is valid. Each root field adds a condition for its part of the response;
 * a response with a root field without a condition is not cached.
 */
export class AnswerTerms {
  private readonly terms: (() => boolean)[] = [];
  private parts = NaN;

  /** Adds a condition: the part of one root field is unchanged as long as `holds` returns true. */
  holdsWhile(holds: () => boolean): void {
    this.terms.push(holds);
  }

  /** Records that the response has no errors and this number of root fields. */
  answered(parts: number): void {
    this.parts = parts;
  }

  /** Returns whether the whole response is still valid. */
  hold(): boolean {
    return this.terms.length === this.parts && this.terms.every((holds) => holds());
  }
}
