import type { Alternative } from '../index/query';
import type { FormCount } from '../index/segment-view';
import type { Compounding } from '../text/compounding';
import { MIN_PART_LENGTH } from '../text/compounding';
import type { LanguageAnalyzer } from '../text/language-analyzer';
import type { QueryWord } from '../text/query-word';
import type { Replacement } from './clauses';

/** The words of an index. */
export interface TermSource {
  /** Returns the forms whose term ends with a suffix, most frequent first, unless they are more than about `limit`. */
  formsEndingWith(suffix: string, limit: number): readonly FormCount[];
  /** Returns the number of postings that a search for any of these terms and prefixes reads. */
  countPostings(alternatives: readonly Alternative[]): number;
}

/** Maximum number of words of a query that finds compounds. A longer text is a sentence or a pasted title. */
const MAX_WORDS = 10;
/** Maximum number of forms with an ending that are examined. An ending of more forms is a suffix rather than a word. */
const MAX_EXAMINED_FORMS = 500;
/** Maximum number of compounds that a word finds in one language. */
const MAX_COMPOUNDS = 16;
/**
 * Maximum number of postings of a word and its compounds. It bounds the time of a search; a word that exceeds it finds
 * many products without compounds.
 */
const MAX_POSTINGS = 30_000;
/** The weight of a compound relative to the typed word. */
const COMPOUND_WEIGHT = 0.7;
/** The weight of a compound whose first part is unknown. */
const UNKNOWN_COMPOUND_WEIGHT = 0.5;
/** The weight of the last part of a typed compound that no product has. */
const HEAD_WEIGHT = 0.4;
/** Minimum length of a last part that stands for a typed compound. */
const MIN_HEAD_LENGTH = 4;

const LETTERS = /^\p{Script=Latin}+$/u;

/** A term of the index that ends with a word. */
interface CompoundTerm {
  readonly term: string;
  readonly documents: number;
  readonly beginning: string;
  /** undefined for a term that is a compound only if its beginning is a word of the query. */
  readonly weight: number | undefined;
}

/**
 * Finds compounds in languages that write them as one word: `Trikot` finds `Fußballtrikot`. It caches what it finds, so
 * it must be used for one query only.
 */
export class CompoundFinder {
  private readonly foundTerms = new Map<string, readonly CompoundTerm[]>();
  private readonly heads = new Map<string, readonly string[]>();

  constructor(private readonly terms: TermSource) {}

  /**
   * Returns the compounds of the shop that stand for words of a query:
   * - a word finds compounds that end with it. Their beginning must be a word of the shop or a common word, unless the
   *   word itself has no product
   * - two words find the compounds of both, in either order: `Leine Hund` finds `Hundeleine`
   */
  compoundsOf(words: readonly QueryWord[], analyzer: LanguageAnalyzer): Replacement[] {
    const { compounding } = analyzer;
    if (compounding === undefined || words.length > MAX_WORDS) return [];
    const stems = words.map(stemOf);
    const found = words.map(() => new Map<string, number>());
    const postings = words.map((word) => this.terms.countPostings(alternativesOf(word)));
    const add = (at: number, { term, documents }: Pick<CompoundTerm, 'term' | 'documents'>, weight: number): void => {
      if (found[at].size === MAX_COMPOUNDS || found[at].has(term) || postings[at] + documents > MAX_POSTINGS) return;
      postings[at] += documents;
      found[at].set(term, weight);
    };
    stems.forEach((stem, at) => {
      if (stem === undefined) return;
      for (const one of this.endingWith(surfaceOf(words[at]), analyzer)) {
        const partners = stems.flatMap((first, i) =>
          i !== at && isPartOf(one.beginning, first, compounding) ? [i] : [],
        );
        const weight = partners.length > 0 ? COMPOUND_WEIGHT : one.weight;
        if (weight !== undefined) for (const word of [at, ...partners]) add(word, one, weight);
      }
      // The stem of a compound does not always end with the stem of its last word.
      stems.forEach((first, i) => {
        if (first === undefined || i === at) return;
        const term = analyzer.term(surfaceOf(words[i]) + surfaceOf(words[at]));
        const documents = this.countTerms([term]);
        if (documents > 0) for (const word of [at, i]) add(word, { term, documents }, COMPOUND_WEIGHT);
      });
    });
    return replacements(found.map((terms) => [...terms]));
  }

  /**
   * Returns what stands for words that no product has, neither alone nor in a compound: their last part, with the
   * compounds that end with it. `Wanderrucksack` stands for `Rucksack` and `Trekkingrucksack`.
   */
  headsOf(words: readonly QueryWord[], analyzer: LanguageAnalyzer): Replacement[] {
    if (analyzer.compounding === undefined || words.length > MAX_WORDS) return [];
    const heads = words.map((word) => {
      if (stemOf(word) === undefined || this.terms.countPostings(alternativesOf(word)) > 0) return [];
      return this.headOf(surfaceOf(word), analyzer);
    });
    return replacements(heads.map((terms) => terms.map((term) => [term, HEAD_WEIGHT])));
  }

  /**
   * Splits a compound into two words that the shop has, in any form and without the letters that link them.
   * @returns undefined if there is no such split
   */
  split(
    word: string,
    analyzer: LanguageAnalyzer,
  ): { readonly words: readonly string[]; readonly frequency: number } | undefined {
    const { compounding } = analyzer;
    if (compounding === undefined || !LETTERS.test(word)) return undefined;
    let best: { words: string[]; frequency: number } | undefined;
    for (let at = MIN_PART_LENGTH; at <= word.length - MIN_PART_LENGTH; at++) {
      for (const first of compounding.firstPartsOf(word.slice(0, at))) {
        const firstCount = this.countTerms([analyzer.term(first)]);
        if (firstCount <= (best?.frequency ?? 0)) continue;
        const second = word.slice(at);
        const frequency = Math.min(firstCount, this.countTerms(this.termsOf(second, analyzer)));
        if (frequency > (best?.frequency ?? 0)) best = { words: [first, second], frequency };
      }
    }
    return best;
  }

  private headOf(word: string, analyzer: LanguageAnalyzer): readonly string[] {
    const key = `${analyzer.language} ${word}`;
    let terms = this.heads.get(key);
    if (terms === undefined) {
      terms = [];
      for (let at = MIN_PART_LENGTH; at <= word.length - MIN_HEAD_LENGTH && terms.length === 0; at++) {
        const ending = word.slice(at);
        if (!analyzer.compounding!.isPossible(word.slice(0, at), analyzer.term(ending))) continue;
        const found = this.termsOf(ending, analyzer);
        const count = this.countTerms(found);
        if (count > 0 && count <= MAX_POSTINGS) terms = found;
      }
      this.heads.set(key, terms);
    }
    return terms;
  }

  /** Returns the term of a word and the compounds that end with it. */
  private termsOf(word: string, analyzer: LanguageAnalyzer): string[] {
    const term = analyzer.term(word);
    if (term.length < MIN_PART_LENGTH) return [term];
    const compounds = this.endingWith(word, analyzer).filter(({ weight }) => weight !== undefined);
    return [term, ...compounds.slice(0, MAX_COMPOUNDS).map((compound) => compound.term)];
  }

  private countTerms(terms: readonly string[]): number {
    return this.terms.countPostings(terms.map((term) => ({ term })));
  }

  private endingWith(word: string, analyzer: LanguageAnalyzer): readonly CompoundTerm[] {
    const key = `${analyzer.language} ${word}`;
    let found = this.foundTerms.get(key);
    if (found === undefined) this.foundTerms.set(key, (found = this.find(word, analyzer)));
    return found;
  }

  private find(word: string, analyzer: LanguageAnalyzer): CompoundTerm[] {
    const compounding = analyzer.compounding!;
    const stem = analyzer.term(word);
    const isWord = (term: string) => this.countTerms([term]) > 0;
    const isShopWord = isWord(stem);
    const weightOf = (beginning: string) => {
      if (!compounding.canEnd(stem)) return undefined;
      if (compounding.isKnown(beginning, stem, isWord)) return COMPOUND_WEIGHT;
      return !isShopWord && compounding.isPossible(beginning, stem) ? UNKNOWN_COMPOUND_WEIGHT : undefined;
    };
    const found = new Map<string, CompoundTerm>();
    for (const { surface, term, documents } of this.terms.formsEndingWith(stem, MAX_EXAMINED_FORMS)) {
      const beginning = term.slice(0, -stem.length);
      if (beginning.length < MIN_PART_LENGTH || !LETTERS.test(beginning)) continue;
      const known = found.get(term);
      if (known !== undefined) found.set(term, { ...known, documents: known.documents + documents });
      else if (compounding.endsWith(surface, beginning, word))
        found.set(term, { term, documents, beginning, weight: weightOf(beginning) });
    }
    return [...found.values()];
  }
}

/** @param terms by word: terms that stand for it, with their weights */
function replacements(terms: readonly (readonly (readonly [string, number])[])[]): Replacement[] {
  return terms.flatMap((own, at) => own.map(([term, weight]) => ({ first: at, last: at, terms: [term], weight })));
}

const surfaceOf = ({ tokenizations }: QueryWord): string => tokenizations[0][0].surface;

/** Returns the stem of a word that can be part of a compound. */
function stemOf({ tokenizations, isFunctionWord }: QueryWord): string | undefined {
  const [tokens] = tokenizations;
  if (isFunctionWord || tokenizations.length > 1 || tokens.length > 1) return undefined;
  const [{ term }] = tokens;
  return term.length >= MIN_PART_LENGTH && LETTERS.test(term) ? term : undefined;
}

function alternativesOf({ tokenizations, prefix }: QueryWord): Alternative[] {
  const tokens = tokenizations.flat();
  return [...tokens.map(({ term }) => ({ term })), ...(prefix ? [{ prefix: tokens.at(-1)!.surface }] : [])];
}

/** Returns whether the beginning of a compound begins or ends with a word. */
function isPartOf(beginning: string, stem: string | undefined, compounding: Compounding): boolean {
  if (stem === undefined) return false;
  return beginning.startsWith(stem) || compounding.firstPartsOf(beginning).some((part) => part.endsWith(stem));
}
