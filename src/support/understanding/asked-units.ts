import type { LanguageAnalyzer } from '../../search-engine/text/language-analyzer';
import { isUnspaced } from '../../search-engine/text/character-class';
import type { AnswerLanguage } from '../language/languages';
import {
  groupOf,
  lexiconOf,
  withoutInner,
  withRegions,
  type Concept,
  type FoundWord,
  type WordList,
} from '../language/lexicon';

/** A word or phrase of a question that says what it is about. */
export interface AskedUnit {
  readonly text: string;
  /** What it means, in any language; empty if the lexicon does not have it. */
  readonly concepts: readonly Concept[];
  /** What parts of it mean: of `return period`, `return`. */
  readonly innerConcepts: readonly Concept[];
  /** The terms of its words in the language of the question. */
  readonly terms: readonly string[];
}

/** Words that only say how something is asked. */
const FRAMES: readonly WordList[] = [
  ...(['duration', 'quantity', 'day', 'place', 'person', 'reason', 'manner', 'which', 'yesNo'] as const),
  ...(['wish', 'but', 'it', 'followUp', 'politeNegation'] as const),
];
const MAX_UNITS = 24;
/** Number of characters that are read, and of the terms of a unit. */
const MAX_LENGTH = 600;
const MAX_TERMS = 12;
const JAPANESE_WORD = /[\p{Script=Han}\p{Script=Katakana}ー]+/gu;
/** Two characters at least, none of which belongs to a sentence rather than a word. */
const CHINESE_WORD =
  /(?:(?![的了吗呢吧是我你您他她它们在有没不哪什么怎请想要能可这那个和与到给帮还就也都被把让再多少几家会说做去来得着过])\p{Script=Han}){2,}/gu;

/** Returns the units of a question from left to right, without function words and what only frames a question. */
export function askedUnitsOf(written: string, language: AnswerLanguage, analyzer: LanguageAnalyzer): AskedUnit[] {
  const text = written.slice(0, MAX_LENGTH);
  const lexicon = lexiconOf(language);
  const frames = FRAMES.flatMap((list) => lexicon.find(list, text).map((place) => ({ ...place, list })));
  // The `long` of `how long` is no length, and `几天` no day. `What colours` asks for colours.
  const isFrame = ({ id, from, to }: FoundWord<Concept>) =>
    frames.some(({ list, ...frame }) => {
      if (frame.from > from || frame.to < to) return false;
      if (list === 'duration') return true;
      // `What does it weigh` asks for the weight.
      return frame.to - frame.from > to - from && list !== 'which' && groupOf(id) !== 'quality';
    });
  const named = withRegions(lexicon.conceptsIn(text)).filter((one) => !isFrame(one));
  const outer = withoutInner(named);
  const places = new Map(outer.map(({ from, to }) => [`${from} ${to}`, { from, to }]));
  const tokens = analyzer.analyzeQuery(text).filter(({ surface }) => !analyzer.isFunctionWord(surface));
  const termsIn = (from: number, to: number) =>
    tokens
      .filter(({ start, end }) => start >= from && end <= to)
      .slice(0, MAX_TERMS)
      .map(({ term }) => term);
  const units = [...places.values()].map(({ from, to }) => {
    const isHere = (one: { from: number; to: number }) => one.from >= from && one.to <= to;
    const ids = named.filter((one) => one.from === from && one.to === to).map(({ id }) => id);
    const inner = named.filter((one) => isHere(one) && !ids.includes(one.id)).map(({ id }) => id);
    return {
      from,
      unit: {
        text: text.slice(from, to),
        concepts: [...new Set(ids)],
        innerConcepts: [...new Set(inner)],
        terms: termsIn(from, to),
      },
    };
  });
  const known = [...outer, ...frames];
  const isCovered = (start: number, end: number) => known.some(({ from, to }) => start < to && end > from);
  const add = (from: number, word: string, terms: string[]) =>
    units.push({ from, unit: { text: word, concepts: [], innerConcepts: [], terms } });
  // Pairs of characters of a language without blanks are no words: what stands between those that are known is one.
  if (lexicon.isUnspaced)
    for (const { 0: word, index } of withoutPlaces(text, known).matchAll(
      language === 'ja' ? JAPANESE_WORD : CHINESE_WORD,
    )) {
      add(index, word, termsIn(index, index + word.length));
    }
  for (const { term, start, end, surface } of tokens) {
    if (isCovered(start, end) || (isUnspaced(surface) && lexicon.isUnspaced)) continue;
    add(start, surface, [term]);
  }
  const sorted = units.sort((a, b) => a.from - b.from).map(({ unit }) => unit);
  return [...new Map(sorted.map((unit) => [`${unit.concepts.join()} ${unit.terms.join()}`, unit])).values()].slice(
    0,
    MAX_UNITS,
  );
}

/** Blanks out what stands at some places of a text. */
function withoutPlaces(text: string, places: readonly { from: number; to: number }[]): string {
  let rest = text;
  for (const { from, to } of places) rest = rest.slice(0, from) + ' '.repeat(to - from) + rest.slice(to);
  return rest;
}
