/** What a catalogue knows about the nouns that say what its products are. */
export interface Nouns {
  /** Returns the number of products whose title has one of these terms as its head noun. */
  headCount(terms: readonly string[]): number;
  /** Returns whether a term is the head noun of a category's own name. */
  namesCategory(term: string): boolean;
  /** Returns whether a product has one of these terms in a field that is no prose. */
  isProperty(terms: readonly string[]): boolean;
  /**
   * Returns whether products with a head noun are other things than those that a word asks for: in `cat toys`, if the
   * toys are dog toys, and there are other products for cats.
   */
  areOfOthers(head: readonly string[], word: readonly string[]): boolean;
}
