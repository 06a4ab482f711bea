/** For how long an answer stays true: each root field says so of its part, or the answer is good for once. */
export class AnswerTerms {
  private readonly terms: (() => boolean)[] = [];
  private parts = NaN;

  /** The part of one root field stays what it is for as long as `holds` says so. */
  holdsWhile(holds: () => boolean): void {
    this.terms.push(holds);
  }

  /** The answer is there, without an error and with so many root fields. */
  answered(parts: number): void {
    this.parts = parts;
  }

  /** Whether it is true still, all of it. */
  hold(): boolean {
    return this.terms.length === this.parts && this.terms.every((holds) => holds());
  }
}
