import type { Alternative, Clause, Phrase, TextQuery } from '../index/query';
import { LIMITS } from '../index/query';
import type { QueryWord } from '../text/query-word';
import { clausesOf, excludedTerms, type Reading, type WordClause } from './clauses';

/** What a document with the words side by side scores more than one with the words apart. */
const PROXIMITY_BOOST = 1;
const PROXIMITY_SLOP = 2;

/** A query, ready to be asked, whole or without some of its words. */
export class TextPlan {
  private readonly clauses: readonly WordClause[];
  private readonly phrases: readonly Phrase[];
  private readonly excluded: readonly Alternative[];
  /** The words that a product has to have, each once: all but stop words, or else those too. */
  readonly words: readonly number[];

  /** @param readings of the same text; the first one's words count */
  constructor(private readonly readings: readonly Reading[]) {
    const [{ parsed }] = readings;
    this.clauses = clausesOf(readings);
    const distinct = this.distinctWords();
    const strong = distinct.filter((at) => !parsed.words[at].weak || parsed.words[at].prefix);
    this.words = strong.length > 0 || parsed.phrases.length > 0 ? strong : distinct;
    this.phrases = parsed.phrases.map((_, at) => this.phrase(at)).slice(0, LIMITS.phrases - 1);
    this.excluded = readings.flatMap((reading) => excludedTerms(reading.parsed)).slice(0, LIMITS.clauses);
  }

  /** Nothing to search for. */
  get isEmpty(): boolean {
    return this.readings[0].parsed.empty;
  }

  get queryWords(): readonly QueryWord[] {
    return this.readings[0].parsed.words;
  }

  /** The word at this place as each language reads it. */
  readAs(at: number): { readonly language: string; readonly word: QueryWord }[] {
    const { length } = this.queryWords;
    return this.readings.flatMap(({ language, parsed: { words } }) =>
      words.length === length ? [{ language, word: words[at] }] : [],
    );
  }

  /** What was asked for beside its words, as it would be typed: phrases, and words that are not to be found. */
  typedBeside(text: string): string {
    const [{ parsed }] = this.readings;
    const phrases = parsed.phrases.map(({ start, end }) => `"${text.slice(start, end)}"`);
    return [...phrases, ...parsed.excluded.map((word) => `-${word.text}`)].join(' ');
  }

  /** @param words those that have to be found */
  query(words: readonly number[] = this.words): TextQuery {
    const kept = new Set(words);
    const clauses = this.clauses.filter(({ word }) => kept.has(word));
    // What a phrase has to have is scored, too.
    const ofPhrases = this.phrases.flatMap(({ slots }) =>
      slots.map((terms) => ({ alternatives: terms.map((term): Alternative => ({ term })) })),
    );
    return {
      mode: 'AND',
      clauses: distinctClauses([...clauses, ...ofPhrases]).slice(0, LIMITS.clauses),
      phrases: [...this.phrases, ...this.proximity(words)],
      excluded: this.excluded,
    };
  }

  /** The first of those that every language reads alike. */
  private distinctWords(): number[] {
    const keys = this.readings[0].parsed.words.map((_, at) =>
      JSON.stringify(
        this.readings.map(({ parsed }) => {
          const word = parsed.words[at] as QueryWord | undefined;
          return (
            word && [word.prefix, word.readings.map((tokens) => tokens.map(({ term, surface }) => [term, surface]))]
          );
        }),
      ),
    );
    return keys.flatMap((key, at) => (keys.indexOf(key) === at ? [at] : []));
  }

  private phrase(at: number): Phrase {
    const [{ parsed }] = this.readings;
    const { tokens } = parsed.phrases[at];
    const alike = this.readings
      .map((reading) => reading.parsed.phrases[at]?.tokens ?? [])
      .filter(({ length }) => length === tokens.length);
    const slots = tokens.map((_, slot) => [...new Set(alike.map((read) => read[slot].term))]);
    return { slots: slots.slice(0, LIMITS.clauses), slop: 0 };
  }

  /** Words that stand side by side in the query do so in what is meant. */
  private proximity(words: readonly number[]): Phrase[] {
    const slots = words.map((at) => [...new Set(this.readings.flatMap((reading) => wholeTerms(reading, at)))]);
    if (slots.length < 2 || slots.some(({ length }) => length === 0)) return [];
    return [{ slots: slots.slice(0, LIMITS.clauses), slop: PROXIMITY_SLOP, boost: PROXIMITY_BOOST }];
  }
}

/** A word that is said twice, or in a phrase too, is looked for once. */
function distinctClauses(clauses: readonly Clause[]): Clause[] {
  const distinct = new Map<string, Clause>();
  for (const { alternatives } of clauses) {
    const key = JSON.stringify(alternatives);
    if (!distinct.has(key)) distinct.set(key, { alternatives });
  }
  return [...distinct.values()];
}

function wholeTerms({ parsed }: Reading, at: number): string[] {
  return (parsed.words[at]?.readings ?? []).flatMap((tokens) => (tokens.length === 1 ? [tokens[0].term] : []));
}
