import path from 'node:path';
import { correctQuery } from '../src/search-engine/spelling/correct-query';
import { editDistance } from '../src/search-engine/spelling/edit-distance';
import { allowedDistance } from '../src/search-engine/spelling/deletes';
import { SpellingDictionary } from '../src/search-engine/spelling/spelling-dictionary';
import { suggestSpellings } from '../src/search-engine/spelling/spelling-suggestions';
import { percentile, type BenchRow } from './row';
import { typos, type Typo, type TypoKind } from './typos';
import { frequenciesOf, moreWords, retailTitles, wordsOf } from './vocabulary';

const RETAIL = path.resolve(__dirname, '../../../shared/data/online-retail.csv.gz');
const SIZES = [10_000, 100_000];
const CORRECTIONS = 5_000;
const PEER = 'brute force';

/**
 * Corrects words with one typo each and measures the share whose first correction is right and the share with the right
 * word among the first three, compared with brute force: all words within the edit distance, ordered by distance and
 * frequency. Then it measures the time of a correction, with the words of the titles and with synthetic words generated
 * from them.
 */
export async function measureSpelling(): Promise<BenchRow[]> {
  const titles = await retailTitles(RETAIL);
  const places = wordsOf(titles);
  const frequencies = frequenciesOf(places);
  const rows: BenchRow[] = [];
  for (const kind of ['uniform', 'keyboard'] as const) rows.push(...accuracy(frequencies, kind, 'test'));
  rows.push(...inQueries(titles, places, frequencies));
  for (const size of SIZES) rows.push(...speed(moreWords(frequencies, size, 1), size));
  return rows;
}

/** Splits the words in two halves. The weights of typos were chosen on the validation half. */
function part(word: string): 'validation' | 'test' {
  let sum = 0;
  for (let at = 0; at < word.length; at++) sum = Math.imul(sum ^ word.charCodeAt(at), 0x01000193);
  return (sum >>> 16) % 2 === 0 ? 'validation' : 'test';
}

/**
 * Returns typos in words of four or more letters. A typo that is a word itself is left out, because it is not
 * misspelled.
 */
export function misspelled(
  frequencies: ReadonlyMap<string, number>,
  kind: TypoKind,
  of: 'validation' | 'test',
  seed = 1,
): Typo[] {
  const words = [...frequencies.keys()].filter((word) => /^[a-z]{4,}$/.test(word) && part(word) === of);
  return typos(words, kind, seed).filter(({ typed }) => !frequencies.has(typed));
}

export type Corrector = (typed: string) => readonly string[];

/** @returns the percentages of cases that are right at first, and among the first three */
export function correctedShare(cases: readonly Typo[], corrector: Corrector): { top1: number; top3: number } {
  let [first, three] = [0, 0];
  for (const { meant, typed } of cases) {
    const place = corrector(typed).slice(0, 3).indexOf(meant);
    if (place === 0) first++;
    if (place >= 0) three++;
  }
  return { top1: (100 * first) / cases.length, top3: (100 * three) / cases.length };
}

export function dictionaryOf(frequencies: ReadonlyMap<string, number>): SpellingDictionary {
  const dictionary = new SpellingDictionary(frequencies.size);
  for (const [word, frequency] of frequencies) dictionary.add(word, frequency);
  return dictionary;
}

/** Computes every word's distance; orders by distance, then by frequency. */
export function bruteForce(frequencies: ReadonlyMap<string, number>): Corrector {
  const units = (word: string) => Uint16Array.from({ length: word.length }, (_, at) => word.charCodeAt(at));
  const words = [...frequencies].map(([word, frequency]) => ({ word, frequency, units: units(word) }));
  return (typed) => {
    const asked = units(typed);
    const most = allowedDistance(typed.length);
    const near: { word: string; frequency: number; distance: number }[] = [];
    for (const { word, frequency, units } of words) {
      const distance = editDistance(asked, asked.length, units, 0, units.length, most);
      if (distance <= most) near.push({ word, frequency, distance });
    }
    near.sort((a, b) => a.distance - b.distance || b.frequency - a.frequency);
    return near.map(({ word }) => word);
  };
}

function accuracy(frequencies: ReadonlyMap<string, number>, kind: TypoKind, of: 'validation' | 'test'): BenchRow[] {
  const cases = misspelled(frequencies, kind, of);
  const dictionary = dictionaryOf(frequencies);
  const brute = bruteForce(frequencies);
  const ours = correctedShare(cases, (typed) => suggestSpellings(dictionary, typed).map(({ word }) => word));
  const peers = correctedShare(cases, brute);
  const name = `${kind} typos in ${cases.length} of ${frequencies.size} words`;
  return [
    { name: `${name}: right at first`, subject: 'freshet', rate: ours.top1, unit: '%' },
    { name: `${name}: right at first`, subject: PEER, rate: peers.top1, unit: '%' },
    { name: `${name}: among three`, subject: 'freshet', rate: ours.top3, unit: '%' },
    { name: `${name}: among three`, subject: PEER, rate: peers.top3, unit: '%' },
  ];
}

function inQueries(
  titles: readonly string[],
  places: ReadonlyMap<string, ReadonlySet<number>>,
  frequencies: ReadonlyMap<string, number>,
): BenchRow[] {
  const dictionary = dictionaryOf(frequencies);
  const hits = (words: readonly string[]): number => {
    const [first, ...others] = words.map((word) => places.get(word) ?? new Set<number>());
    return [...first].filter((title) => others.every((other) => other.has(title))).length;
  };
  const pairs = titles
    .map((title) => title.toLowerCase().split(' '))
    .map((words) => words.filter((word) => /^[a-z]{4,}$/.test(word) && frequencies.has(word)))
    .filter((words) => words.length > 1 && words[0] !== words[1] && part(words[1]) === 'test');
  const slips = typos(
    pairs.map(([, second]) => second),
    'uniform',
    3,
  );
  let [together, alone, cases] = [0, 0, 0];
  pairs.forEach(([first], at) => {
    const { meant, typed } = slips[at];
    if (frequencies.has(typed)) return;
    cases++;
    if (suggestSpellings(dictionary, typed, 1)[0]?.word === meant) alone++;
    const found = correctQuery({ dictionary }, [first, typed], hits)?.words;
    if (found?.length === 2 && found[0] === first && found[1] === meant) together++;
  });
  const name = `${cases} queries of two words, one with a typo: right`;
  return [
    { name, subject: 'freshet', rate: (100 * together) / cases, unit: '%' },
    { name, subject: 'likeliest word', rate: (100 * alone) / cases, unit: '%' },
  ];
}

function speed(frequencies: ReadonlyMap<string, number>, size: number): BenchRow[] {
  const began = performance.now();
  const dictionary = dictionaryOf(frequencies);
  const built = performance.now() - began;
  const cases = typos(
    [...frequencies.keys()].filter((word) => /^[a-z]{4,}$/.test(word)).slice(-CORRECTIONS),
    'uniform',
    2,
  );
  const brute = bruteForce(frequencies);
  const ours = timed(cases, (typed) => suggestSpellings(dictionary, typed));
  const peers = timed(cases.slice(0, 40), brute);
  const name = `${size / 1_000}k words: one correction, µs`;
  return [
    { name, subject: 'freshet', ...ours, ratio: peers.p50 / ours.p50, unit: 'µs' },
    { name, subject: PEER, ...peers, unit: 'µs' },
    { name: `${size / 1_000}k words: memory a word`, subject: 'freshet', rate: dictionary.bytes / size, unit: 'B' },
    { name: `${size / 1_000}k words: one word in`, subject: 'freshet', rate: (built * 1_000) / size, unit: 'µs' },
  ];
}

/** Microseconds: the minimum of five rounds for each case, to exclude other load on the machine. */
function timed(cases: readonly Typo[], correct: (typed: string) => unknown): { p50: number; p99: number } {
  const times = new Array<number>(cases.length).fill(Infinity);
  for (let round = 0; round < 5; round++) {
    cases.forEach(({ typed }, at) => {
      const began = performance.now();
      correct(typed);
      times[at] = Math.min(times[at], (performance.now() - began) * 1_000);
    });
  }
  return { p50: percentile(times, 0.5), p99: percentile(times, 0.99) };
}
