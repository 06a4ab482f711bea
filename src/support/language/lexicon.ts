import { readFileSync } from 'node:fs';
import path from 'node:path';
import type groupNames from './concept-groups.json';
import type english from './words/en.json';
import { NAMED_COUNTRIES, EUROPEAN_UNION, LATIN_AMERICA } from './countries';
import { fold, foldedSpellings } from './fold';
import { LOCALES, type AnswerLanguage } from './languages';

/** What customers talk about, by an id that all languages share: `weight`, `return-period`, `green`, `country:NO`. */
export type Concept = keyof (typeof english)['concepts'] | `country:${string}`;
/** What a concept is: something about the service of a shop, the name or a value of an attribute, or a product. */
export type ConceptGroup = keyof typeof groupNames;
type Grammar = (typeof english)['grammar'];
/** Lists of words with the same part in a sentence: `duration` has `how long`. */
export type WordList = {
  [Name in keyof Grammar]: Grammar[Name] extends readonly string[] ? Name : never;
}[keyof Grammar];
/** Words with a number: `numbers`, `months`, `ordinals`, `relativeDays`. */
export type NumberList = 'numbers' | 'months' | 'ordinals' | 'relativeDays';

/** A place in a text where an entry stands. */
export interface FoundWord<Id extends string = string> {
  readonly id: Id;
  readonly from: number;
  readonly to: number;
}

/** A word of an entry. */
interface Pattern {
  readonly id: string;
  /** Folded; a star at one end stands for any letters. */
  readonly words: readonly string[];
}

const PREFIX_LENGTH = 4;
/** The second part of a verb may stand apart: `send things back`, `schicke es zurück`. */
const SEPARATED: ReadonlySet<string> = new Set(['back', 'zuruck', 'together', 'out']);
const MAX_BETWEEN = 3;
/** A French article or pronoun before a vowel is a word: `l'adresse`, `n'annulez`. */
const ELIDED = "(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu)'(?=[\\p{L}*])";
const TOKEN = new RegExp(`${ELIDED}|[\\p{L}\\p{N}][\\p{L}\\p{N}\\p{M}']*`, 'gu');
const ENTRY_WORD = new RegExp(`${ELIDED}|\\*?[\\p{L}\\p{N}][\\p{L}\\p{N}\\p{M}']*\\*?`, 'gu');

/** Entries to be found in texts: each has an id, and several words may have to follow one another. */
class WordMatcher {
  private readonly exact = new Map<string, Pattern[]>();
  private readonly byPrefix = new Map<string, Pattern[]>();
  private readonly bySuffix = new Map<string, Pattern[]>();
  /** By the first character, the longest first. Only of languages without blanks. */
  private readonly unspaced = new Map<string, { id: string; text: string }[]>();

  constructor(
    entries: Iterable<readonly [id: string, texts: readonly string[]]>,
    private readonly isUnspaced: boolean,
  ) {
    for (const [id, texts] of entries)
      for (const folded of texts.flatMap((text) => [...foldedSpellings(text)])) {
        if (isUnspaced && !/^[\p{Script=Latin}\p{N} '*-]+$/u.test(folded))
          addTo(this.unspaced, folded[0]!, { id, text: folded });
        else this.add(id, folded);
      }
    for (const list of this.unspaced.values()) list.sort((a, b) => b.text.length - a.text.length);
  }

  private add(id: string, entry: string): void {
    const words = entry.match(ENTRY_WORD) ?? [];
    const [first] = words;
    if (first === undefined) return;
    const pattern = { id, words };
    const bare = first.replaceAll('*', '');
    if (first.startsWith('*')) addTo(this.bySuffix, bare.slice(-PREFIX_LENGTH), pattern);
    else if (first.endsWith('*')) addTo(this.byPrefix, bare.slice(0, PREFIX_LENGTH), pattern);
    else addTo(this.exact, first, pattern);
  }

  /** Returns all places of entries in a folded text, from left to right. One inside another is among them. */
  find(folded: string): FoundWord[] {
    const found: FoundWord[] = [];
    const tokens = Array.from(folded.matchAll(TOKEN), ({ 0: text, index }) => ({
      text,
      from: index,
      to: index + text.length,
    }));
    for (const [at, { text, from }] of tokens.entries()) {
      const candidates = [
        ...(this.exact.get(text) ?? []),
        ...(this.byPrefix.get(text.slice(0, PREFIX_LENGTH)) ?? []),
        ...(this.bySuffix.get(text.slice(-PREFIX_LENGTH)) ?? []),
      ];
      for (const { id, words } of candidates) {
        if (words.every((word, next) => isWord(tokens[at + next]?.text, word)))
          found.push({ id, from, to: tokens[at + words.length - 1]!.to });
        else if (words.length === 2 && SEPARATED.has(words[1]!)) {
          const second = tokens.slice(at + 1, at + 2 + MAX_BETWEEN).find((token) => token.text === words[1]);
          if (second !== undefined) found.push({ id, from, to: second.to });
        }
      }
    }
    if (this.isUnspaced)
      for (let at = 0; at < folded.length; at++)
        for (const { id, text } of this.unspaced.get(folded[at]!) ?? [])
          if (folded.startsWith(text, at)) found.push({ id, from: at, to: at + text.length });
    return found.sort((a, b) => a.from - b.from || b.to - a.to);
  }

  /** The single words of entries. */
  *words(): Iterable<string> {
    for (const word of this.exact.keys()) yield word;
  }
}

function isWord(token: string | undefined, word: string): boolean {
  if (token === undefined) return false;
  if (word.startsWith('*'))
    return word.endsWith('*') ? token.includes(word.slice(1, -1)) : token.endsWith(word.slice(1));
  return word.endsWith('*') ? token.startsWith(word.slice(0, -1)) : token === word;
}

function addTo<Key, Value>(map: Map<Key, Value[]>, key: Key, value: Value): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

/** The words of one language that questions are understood by: `words/<language>.json`. */
class Lexicon {
  private readonly concepts: WordMatcher;
  private readonly lists = new Map<string, WordMatcher>();

  constructor(
    private readonly language: AnswerLanguage,
    private readonly data: typeof english,
  ) {
    this.concepts = new WordMatcher([...Object.entries(data.concepts), ...this.countryNames()], this.isUnspaced);
  }

  /** Whether words stand without blanks. */
  get isUnspaced(): boolean {
    return this.language === 'zh' || this.language === 'ja';
  }

  /** Returns the concepts that a text names, from left to right. */
  conceptsIn(text: string): FoundWord<Concept>[] {
    return this.concepts.find(fold(text)) as FoundWord<Concept>[];
  }

  /** The first word for a concept that is no part of a word; undefined if there is none. */
  wordFor(concept: Concept): string | undefined {
    const entries: Readonly<Record<string, readonly string[]>> = this.data.concepts;
    return Object.hasOwn(entries, concept) ? entries[concept]!.find((entry) => !entry.includes('*')) : undefined;
  }

  private *countryNames(): Iterable<readonly [string, readonly string[]]> {
    const names = new Intl.DisplayNames([LOCALES[this.language]], { type: 'region' });
    const more: Readonly<Record<string, readonly string[]>> = this.data.countries;
    for (const code of NAMED_COUNTRIES) yield [`country:${code}`, [names.of(code)!, ...(more[code] ?? [])]];
  }

  /** Returns the places of words of a list in a text. */
  find(list: WordList, text: string): FoundWord[] {
    return this.matcherOf(list, () => this.data.grammar[list].map((entry) => [list, [entry]])).find(fold(text));
  }

  has(list: WordList, text: string): boolean {
    return this.find(list, text).length > 0;
  }

  /** Returns the numbers that a text names by words of a list, from left to right; the longest of those at one place. */
  numbersIn(list: NumberList, text: string): { readonly value: number; readonly from: number; readonly to: number }[] {
    const entries = Object.entries(this.data.grammar[list] as Readonly<Record<string, number>>);
    const found = this.matcherOf(list, () => entries.map(([word, value]) => [String(value), [word]])).find(fold(text));
    return withoutInner(found).map(({ id, ...place }) => ({ value: Number(id), ...place }));
  }

  /** Returns the periods that a text names, such as `last-month`. */
  periodsIn(text: string): FoundWord[] {
    const entries = Object.entries(this.data.grammar.periods as Readonly<Record<string, string>>);
    return withoutInner(this.matcherOf('periods', () => entries.map(([word, id]) => [id, [word]])).find(fold(text)));
  }

  /** The single words of all concepts and lists. */
  *words(): Iterable<string> {
    yield* this.concepts.words();
    for (const list of Object.values(this.data.grammar))
      yield* new WordMatcher([['', Array.isArray(list) ? list : Object.keys(list)]], this.isUnspaced).words();
  }

  private matcherOf(list: string, entries: () => [string, readonly string[]][]): WordMatcher {
    let matcher = this.lists.get(list);
    if (matcher === undefined) this.lists.set(list, (matcher = new WordMatcher(entries(), this.isUnspaced)));
    return matcher;
  }
}

/** Adds to a country the region that has it: what a shop says of the European Union holds for Spain. */
export function withRegions(found: readonly FoundWord<Concept>[]): FoundWord<Concept>[] {
  return found.flatMap((one) => {
    const region = EUROPEAN_UNION.has(one.id) ? 'european-union' : LATIN_AMERICA.has(one.id) ? 'latin-america' : null;
    return region === null ? [one] : [one, { ...one, id: region }];
  });
}

/** Returns those that stand inside no other one. */
export function withoutInner<Found extends { readonly from: number; readonly to: number }>(
  found: readonly Found[],
): Found[] {
  const kept: Found[] = [];
  for (const one of [...found].sort((a, b) => a.from - b.from || b.to - a.to)) {
    const last = kept.at(-1);
    if (last === undefined || one.to > last.to || (one.from === last.from && one.to === last.to)) kept.push(one);
  }
  return kept;
}

const groups = new Map(
  Object.entries(
    JSON.parse(readFileSync(path.join(__dirname, 'concept-groups.json'), 'utf8')) as Record<ConceptGroup, Concept[]>,
  ).flatMap(([group, concepts]) => concepts.map((concept) => [concept, group as ConceptGroup] as const)),
);

export function groupOf(concept: Concept): ConceptGroup {
  return groups.get(concept) ?? 'service';
}

const lexicons = new Map<AnswerLanguage, Lexicon>();

export function lexiconOf(language: AnswerLanguage): Lexicon {
  let lexicon = lexicons.get(language);
  if (lexicon === undefined) {
    const file = path.join(__dirname, 'words', `${language}.json`);
    lexicon = new Lexicon(language, JSON.parse(readFileSync(file, 'utf8')) as typeof english);
    lexicons.set(language, lexicon);
  }
  return lexicon;
}
