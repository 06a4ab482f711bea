import type { Alternative, Clause, Phrase, TextQuery, Without } from '../index/query';
import { LIMITS } from '../index/query';
import { spelledWord } from '../spelling/corrected-text';
import { isShortNumber } from '../spelling/part-number';
import { isUnspaced } from '../text/character-class';
import type { QueryWord } from '../text/query-word';
import { type WithoutKind, withoutWords } from '../text/without-words';
import { negationsOf, NO_NEGATIONS } from './negations';
import { clausesOf, excludedTerms, type Reading, type WordClause } from './clauses';

/** The score added to a document that has the words close together and in the order of the query. */
const PROXIMITY_BOOST = 1;
/** Words that are one name because of a single letter. */
export interface Name {
  /** Indices of the query's words. */
  readonly words: readonly number[];
  readonly phrase: Phrase;
}

/** Maximum number of pairs of words of a query that are looked up as names. */
const MAX_NAMES = 2;
/** Of so many things that a query is without, products can say that they are without them. */
const MAX_SAID = 3;
/** The score added to a document that has a stop word next to the word that it is typed next to. */
const NAME_BOOST = 1;
const LETTER = /^\p{Script=Latin}$/u;
const HAS_DIGIT = /\p{Nd}/u;
/** The words are close together if at most this many other words in total are between them. */
const PROXIMITY_SLOP = 2;

/** The score added to a document that says that it is without what the query excludes: such documents come first. */
const WITHOUT_BOOST = 20;

/** A parsed query, from which index queries are made with all or some of its words. */
export class QueryPlan {
  private readonly clauses: readonly WordClause[];
  /** The clauses for products with some of the words. */
  private readonly partialClauses: readonly WordClause[];
  private readonly phrases: readonly Phrase[];
  private readonly excluded: readonly Alternative[];
  private readonly without: readonly Without[];
  /**
   * Indices of the distinct required words: all words except stop words, or all words if the query has only stop words
   * and no phrase. An incomplete last word is not a stop word.
   */
  readonly requiredIndices: readonly number[];
  /** Indices of the words that name what products are to be without. */
  readonly negatedWords: readonly number[];
  /** See {@link withWeights}. */
  private weightOf: (at: number) => number = () => 1;
  /** For each number that a unit follows, the index of the unit. */
  private readonly unitOf: ReadonlyMap<number, number>;

  /**
   * @param readings the same text parsed in several languages; the first reading determines the words
   * @param names those of the shop, see {@link possibleNames}
   * @param negates whether words such as `without` exclude what they name
   */
  constructor(
    private readonly readings: readonly Reading[],
    private readonly names: readonly Name[] = [],
    private readonly negates = true,
  ) {
    const [{ parsed }] = readings;
    this.clauses = clausesOf(readings);
    this.partialClauses = readings.some(({ heads = [] }) => heads.length > 0)
      ? clausesOf(readings.map((one) => ({ ...one, compounds: [...(one.compounds ?? []), ...(one.heads ?? [])] })))
      : this.clauses;
    const negations = negates ? negationsOf(readings) : NO_NEGATIONS;
    this.negatedWords = negations.nouns;
    const distinct = this.distinctWords().filter((at) => !negations.words.has(at));
    this.without = this.withoutNouns(negations.nouns);
    this.unitOf = new Map(
      parsed.words.flatMap((word, at) =>
        word.isUnit && at > 0 && isShortNumber(spelledWord(parsed.words[at - 1])) ? [[at - 1, at]] : [],
      ),
    );
    const units = new Set(this.unitOf.values());
    const named = new Set(names.flatMap((name) => name.words));
    const strong = distinct.filter(
      (at) => !parsed.words[at].isStopWord || parsed.words[at].prefix || units.has(at) || named.has(at),
    );
    this.requiredIndices = strong.length > 0 || parsed.phrases.length > 0 ? strong : distinct;
    this.phrases = parsed.phrases
      .map((_, at) => this.phrase(at))
      .slice(0, LIMITS.phrases - 1 - this.said().length - 2 * MAX_NAMES);
    this.excluded = readings.flatMap((reading) => excludedTerms(reading.parsed)).slice(0, LIMITS.clauses);
  }

  /** Whether there is nothing to search for. */
  get isEmpty(): boolean {
    return this.readings[0].parsed.empty;
  }

  get queryWords(): readonly QueryWord[] {
    return this.readings[0].parsed.words;
  }

  get hasPhrases(): boolean {
    return this.phrases.length > 0;
  }

  get hasExclusions(): boolean {
    return this.readings[0].parsed.excluded.length > 0;
  }

  get languages(): string[] {
    return this.readings.map(({ language }) => language);
  }

  /** Returns the word at this index in each language, except languages in which the query has more or fewer words. */
  readingsOf(at: number): { readonly language: string; readonly word: QueryWord }[] {
    const { length } = this.queryWords;
    return this.readings.flatMap(({ language, parsed: { words } }) =>
      words.length === length ? [{ language, word: words[at] }] : [],
    );
  }

  /** Returns the phrases and excluded words of the query, as they would be typed. */
  phrasesAndExclusions(text: string): string {
    const [{ parsed }] = this.readings;
    const phrases = parsed.phrases.map(({ start, end }) => `"${text.slice(start, end)}"`);
    return [...phrases, ...parsed.excluded.map((word) => `-${word.text}`)].join(' ');
  }

  /** Returns an index query that requires some words. @param words indices of the words; default: all required words */
  query(words: readonly number[] = this.requiredIndices): TextQuery {
    const kept = new Set(words);
    const clauses = this.clauses.filter(({ word }) => kept.has(word));
    return {
      mode: 'AND',
      // The terms of phrases are scored too.
      clauses: distinctClauses([...clauses, ...this.phraseClauses()]).slice(0, LIMITS.clauses),
      phrases: [
        ...this.phrases,
        ...this.namePhrases(kept),
        ...this.proximity(words),
        ...this.possibleNameBoosts(kept),
        ...this.said(),
      ],
      excluded: this.excluded,
      without: this.without,
    };
  }

  /**
   * Returns an index query for products with at least one of the required words, and with all phrases. It leaves out
   * function words and short numbers, unless there are no other words.
   * @param postingsOf returns how many postings a search for any of these alternatives reads
   * @param maxPostings maximum number of postings of the query; the words that exceed it, the most frequent ones, are
   * left out
   * @returns null if nothing is left
   */
  anyWordQuery(
    postingsOf: (alternatives: readonly Alternative[]) => number = () => 1,
    maxPostings = Infinity,
  ): TextQuery | null {
    const informative = this.requiredIndices.filter((at) => !this.isUninformative(at));
    const words = (informative.length > 0 ? informative : this.requiredIndices).filter((at) => this.weightOf(at) > 0);
    const counted = words
      .flatMap((at) => this.anyClauses(at, postingsOf).map((clause) => weighted(clause, this.weightOf(at))))
      .concat(this.rarestOfPhrases(postingsOf))
      .map((clause) => ({ clause, postings: postingsOf(clause.alternatives) }))
      .filter(({ postings }) => postings > 0)
      .sort((a, b) => a.postings - b.postings);
    let postingsLeft = maxPostings;
    const clauses = counted.filter(({ postings }) => (postingsLeft -= postings) >= 0).map(({ clause }) => clause);
    const all = distinctClauses(clauses).slice(0, LIMITS.clauses);
    if (all.length === 0) return null;
    return { mode: 'OR', clauses: all, phrases: this.phrases, excluded: this.excluded, without: this.without };
  }

  /**
   * Returns the pairs of words that may be a name because of a single letter, or `it`: `vitamin a`, `usb-a`, `s hook`. By
   * letter, the pair with the word before it is the likelier one. An article is not a name with the word after it.
   */
  possibleNames(): Name[][] {
    const isArticle = (at: number) =>
      this.readingsOf(at).some(
        ({ language, word }) => word.isStopWord && !(language === 'en' && spelledWord(word) !== 'a'),
      );
    return this.queryWords
      .map((word, at): Name[] => {
        if (word.prefix) return [];
        const hyphenated = this.hyphenatedName(at);
        if (hyphenated !== undefined) return [hyphenated];
        const text = spelledWord(word);
        if (text === 'it') return this.nameOf(at, at + 1);
        if (!LETTER.test(text) || text === 'x' || word.isUnit) return [];
        return [...this.nameOf(at - 1, at), ...(isArticle(at) ? [] : this.nameOf(at, at + 1))];
      })
      .filter((names) => names.length > 0)
      .slice(0, MAX_NAMES);
  }

  /** Returns the name of two words, if they can be one: both are words of the query, and one is neither a stop word nor a number. */
  private nameOf(first: number, last: number): Name[] {
    const words = [first, last];
    const slots = words.map((at) => (at >= 0 && at < this.queryWords.length ? this.wholeTermsAt(at) : []));
    if (slots.some(({ length }) => length === 0)) return [];
    const isOther = (at: number) => this.queryWords[at].isUnit || HAS_DIGIT.test(spelledWord(this.queryWords[at]));
    if (words.some(isOther) || words.every((at) => this.queryWords[at].isStopWord)) return [];
    const joined = this.readings.flatMap((reading) =>
      (reading.joined ?? []).flatMap((one) => (one.first === first ? one.terms : [])),
    );
    return [{ words, phrase: { slots, slop: 0, joined } }];
  }

  /** Returns the name of a word and a letter with a hyphen between them: `usb-a`. */
  private hyphenatedName(at: number): Name | undefined {
    if (this.queryWords[at].tokenizations.length === 1) return undefined;
    const parts = this.readingsOf(at).map(({ word }) => word.tokenizations.find(({ length }) => length === 2));
    const [first] = parts;
    if (first === undefined || !first.some(({ surface }) => LETTER.test(surface))) return undefined;
    if (first.some(({ surface }) => HAS_DIGIT.test(surface))) return undefined;
    const slots = first.map((_, slot) => [...new Set(parts.flatMap((tokens) => (tokens ? [tokens[slot].term] : [])))]);
    return { words: [at], phrase: { slots, slop: 0, joined: this.wholeTermsAt(at) } };
  }

  /** Returns the query for products that have a word, also one that is not required. */
  wordQuery(at: number): TextQuery {
    return { mode: 'AND', clauses: this.clausesOfWords([at]) };
  }

  /** Returns the query for products that have a name as a property. */
  nameQuery({ words, phrase }: Name): TextQuery {
    return { mode: 'AND', clauses: this.clausesOfWords(words), phrases: [{ ...phrase, isProperty: true }] };
  }

  private clausesOfWords(words: readonly number[]): WordClause[] {
    return this.clauses.filter(({ word }) => words.includes(word)).slice(0, LIMITS.clauses);
  }

  get hasNames(): boolean {
    return this.names.length > 0;
  }

  /** Returns the plan with further names: their words are required, side by side. */
  withName(name: Name): QueryPlan {
    return new QueryPlan(this.readings, [...this.names, name], this.negates);
  }

  /**
   * Sets the weights of the words for products with some of the words, and returns the plan.
   * @param weightOf returns the weight of the word at an index; a product with words of weight 0 alone is none of them
   */
  withWeights(weightOf: (at: number) => number): QueryPlan {
    this.weightOf = weightOf;
    return this;
  }

  private namePhrases(kept: ReadonlySet<number>): Phrase[] {
    return this.names.filter(({ words }) => words.every((at) => kept.has(at))).map(({ phrase }) => phrase);
  }

  /**
   * Returns the phrases that put products first which have a stop word at the same place as the query, where a stop word
   * may belong to a name: at the beginning (`the who`, `on cloud`), or as a letter after a word (`vitamine a capsules`).
   */
  private possibleNameBoosts(kept: ReadonlySet<number>): Phrase[] {
    const words = this.queryWords;
    if (words.length < 2 || words.every(({ isStopWord }) => !isStopWord)) return [];
    const named = new Set(this.names.flatMap((name) => name.words));
    const pairs = words.slice(1).flatMap((word, first): [number, number][] => {
      const isLetter = word.isStopWord && LETTER.test(spelledWord(word));
      const isBeginning = words[first].isStopWord && words.slice(0, first).every(({ isStopWord }) => isStopWord);
      const isRepeated = spelledWord(word) === spelledWord(words[first]);
      return (isLetter || isBeginning) && !isRepeated ? [[first, first + 1]] : [];
    });
    return pairs
      .filter((pair) => !pair.some((at) => named.has(at) || words[at].prefix))
      .filter((pair) => pair.every((at) => words[at].isStopWord || kept.has(at)))
      .slice(0, MAX_NAMES)
      .map((pair) => ({ slots: pair.map((at) => this.wholeTermsAt(at)), slop: 0, boost: NAME_BOOST, isProperty: true }))
      .filter(({ slots }) => slots.every(({ length }) => length > 0));
  }

  private withoutNouns(nouns: readonly number[]): Without[] {
    if (nouns.length === 0) return [];
    const said = nouns.slice(0, MAX_SAID).map((noun) => {
      const terms = this.withoutTerms(noun);
      return { terms, said: [...this.saidWithout(noun, terms), ...this.wholeText()] };
    });
    const others = nouns.slice(MAX_SAID).flatMap((noun) => this.withoutTerms(noun));
    return [...said, { terms: others, said: this.wholeText() }].filter(({ terms }) => terms.length > 0);
  }

  private withoutTerms(noun: number): string[] {
    const compounds = this.readings.flatMap((reading) =>
      (reading.compounds ?? []).flatMap((one) => (one.first === noun && one.last === noun ? one.terms : [])),
    );
    return [...new Set([...this.wholeTermsAt(noun), ...compounds])];
  }

  /** Returns the phrase of all words. A product with the query as its title may list what it is without in its own way. */
  private wholeText(): Phrase[] {
    const slots = this.queryWords.map((_, at) => this.wholeTermsAt(at));
    return slots.every(({ length }) => length > 0) ? [{ slots, slop: 0, isProperty: true }] : [];
  }

  /** Returns how products say in the languages of the query that they are without what a word names. */
  private saidWithout(noun: number, terms: readonly string[]): Phrase[] {
    const termsOf = (kind: WithoutKind): string[] => [
      ...new Set(
        this.readings.flatMap(({ language, analyzer }) =>
          [...withoutWords(language, kind)].map((word) => analyzer.term(word)),
        ),
      ),
    ];
    const typed = this.readings.flatMap(({ parsed: { words }, analyzer }) =>
      words.flatMap((word) => (word.isWithout ? [analyzer.term(spelledWord(word))] : [])),
    );
    const without = [...new Set([...typed, ...termsOf('without')])];
    const before = [...new Set([...without, ...termsOf('otherBefore')])];
    const joined = this.readings.flatMap(({ language, analyzer }) =>
      [...withoutWords(language, 'after')].flatMap((word) =>
        [spelledWord(this.queryWords[noun]), ...terms].map((beginning) => analyzer.term(beginning + word)),
      ),
    );
    const said: (Phrase & { readonly slop: number })[] = [
      { slots: [before, terms], slop: 0 },
      { slots: [before, termsOf('skipped'), terms], slop: 0 },
      // The last thing of two: `without beef or chicken`.
      { slots: [without, termsOf('conjunctions'), terms], slop: 1 },
      { slots: [terms, termsOf('after')], slop: 0, unless: termsOf('unless') },
      { slots: [[...new Set(joined)].slice(0, LIMITS.alternatives)], slop: 0 },
    ];
    return said
      .filter(({ slots }) => slots.every(({ length }) => length > 0))
      .map((phrase) => ({
        ...phrase,
        slots: phrase.slots.map((slot) => slot.slice(0, LIMITS.alternatives)),
        isProperty: true,
      }));
  }

  /** Returns the phrases that put products first which say that they are without what the query excludes. */
  private said(): Phrase[] {
    return this.without.flatMap(({ said }) => said.map((phrase) => ({ ...phrase, boost: WITHOUT_BOOST })));
  }

  /** Returns whether these words have a number without the unit that follows it: `20` of `20 lb`. */
  splitsMeasure(words: readonly number[]): boolean {
    const kept = new Set(words);
    return [...this.unitOf].some(([number, unit]) => kept.has(number) && !kept.has(unit));
  }

  /** Returns whether a word says little about the product: a word like `under`, a short number, a measure, a letter. */
  isUninformative(at: number): boolean {
    const word = spelledWord(this.queryWords[at]);
    const isMeasured = this.queryWords[at].measures.length > 0;
    return isMeasured || this.isFunctionWord(at) || isShortNumber(word) || (word.length === 1 && !isUnspaced(word));
  }

  /** Returns whether a word says what a product is like, and not what it is. */
  isDescription(at: number): boolean {
    return this.isUninformative(at) || this.isPerson(at) || this.readingsOf(at).some(({ word }) => word.isProperty);
  }

  /** Returns whether a word names the persons that a product is for. */
  isPerson(at: number): boolean {
    return this.readingsOf(at).some(({ word }) => word.isPerson);
  }

  isFunctionWord(at: number): boolean {
    return this.readingsOf(at).some(({ word }) => word.isFunctionWord);
  }

  /**
   * Returns the clauses of a word of which a product needs one. Of the parts of a word such as `usb-c`, it is the
   * rarest. In a script without spaces, a word can be a whole sentence, and each of its parts counts.
   */
  private anyClauses(at: number, postingsOf: (alternatives: readonly Alternative[]) => number): readonly Clause[] {
    const clauses = this.partialClauses.filter(({ word }) => word === at);
    if (clauses.length < 2 || isUnspaced(this.queryWords[at].text)) return clauses;
    return rarest(clauses, postingsOf);
  }

  /** Returns the rarest word of each phrase. A product that has a phrase has this word. */
  private rarestOfPhrases(postingsOf: (alternatives: readonly Alternative[]) => number): Clause[] {
    return this.phrases.flatMap(({ slots }) =>
      rarest(
        slots.map((terms) => ({ alternatives: terms.map((term): Alternative => ({ term })) })),
        postingsOf,
      ),
    );
  }

  private phraseClauses(): Clause[] {
    return this.phrases.flatMap(({ slots }) =>
      slots.map((terms) => ({ alternatives: terms.map((term): Alternative => ({ term })) })),
    );
  }

  /**
   * Returns the index of the first occurrence of each distinct word. Two words are the same if every language analyzes
   * them into the same tokens.
   */
  private distinctWords(): number[] {
    const keys = this.readings[0].parsed.words.map((_, at) =>
      JSON.stringify(
        this.readings.map(({ parsed }) => {
          const word = parsed.words[at] as QueryWord | undefined;
          return (
            word && [
              word.prefix,
              word.measures,
              word.tokenizations.map((tokens) => tokens.map(({ term, surface }) => [term, surface])),
            ]
          );
        }),
      ),
    );
    return keys.flatMap((key, at) => (keys.indexOf(key) === at ? [at] : []));
  }

  private phrase(at: number): Phrase {
    const [{ parsed }] = this.readings;
    const { tokens } = parsed.phrases[at];
    const alignedTokens = this.readings
      .map((reading) => reading.parsed.phrases[at]?.tokens ?? [])
      .filter(({ length }) => length === tokens.length);
    const slots = tokens.map((_, slot) => [...new Set(alignedTokens.map((read) => read[slot].term))]);
    return { slots: slots.slice(0, LIMITS.clauses), slop: 0 };
  }

  /** Returns the terms of the word as a whole, in each language. */
  wholeTermsAt(at: number): string[] {
    return [...new Set(this.readings.flatMap((reading) => wholeTerms(reading, at)))];
  }

  /** Returns the terms that stand for the word as a whole: its own, and those of synonyms and compounds. */
  termsAt(at: number): string[] {
    return this.partialClauses.filter(({ word }) => word === at).length === 1
      ? this.partTermsAt(at)
      : this.wholeTermsAt(at);
  }

  /** Returns all terms that stand for the word or for parts of it. */
  partTermsAt(at: number): string[] {
    const alternatives = this.partialClauses.flatMap((clause) => (clause.word === at ? clause.alternatives : []));
    return [...new Set(alternatives.flatMap((alternative) => ('term' in alternative ? [alternative.term] : [])))];
  }

  /** Returns the phrase that boosts documents with the words in the order of the query. */
  private proximity(words: readonly number[]): Phrase[] {
    const slots = words.map((at) => this.wholeTermsAt(at));
    if (slots.length < 2 || slots.some(({ length }) => length === 0)) return [];
    return [{ slots: slots.slice(0, LIMITS.clauses), slop: PROXIMITY_SLOP, boost: PROXIMITY_BOOST }];
  }
}

/** Multiplies the weights of a clause's alternatives. */
function weighted({ alternatives }: Clause, factor: number): Clause {
  if (factor === 1) return { alternatives };
  return { alternatives: alternatives.map((one) => ({ ...one, weight: (one.weight ?? 1) * factor })) };
}

/** Returns the clause with the fewest postings, of those that have some. */
function rarest<T extends Clause>(
  clauses: readonly T[],
  postingsOf: (alternatives: readonly Alternative[]) => number,
): T[] {
  const counted = clauses.map((clause) => ({ clause, postings: postingsOf(clause.alternatives) }));
  const [first] = counted.filter(({ postings }) => postings > 0).sort((a, b) => a.postings - b.postings);
  return first === undefined ? [] : [first.clause];
}

/** Removes repeated clauses, for example of a word that occurs in a phrase too. */
function distinctClauses(clauses: readonly Clause[]): Clause[] {
  const distinct = new Map<string, Clause>();
  for (const { alternatives } of clauses) {
    const key = alternatives
      .map(({ weight, exact, ...one }) => `${'term' in one ? `=${one.term}` : `^${one.prefix}`} ${weight} ${exact}`)
      .join('\n');
    if (!distinct.has(key)) distinct.set(key, { alternatives });
  }
  return [...distinct.values()];
}

function wholeTerms({ parsed }: Reading, at: number): string[] {
  return (parsed.words[at]?.tokenizations ?? []).flatMap((tokens) => (tokens.length === 1 ? [tokens[0].term] : []));
}
