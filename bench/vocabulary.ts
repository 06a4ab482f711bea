import { csvFields } from '../src/imports/csv-fields';
import { readLines } from '../src/imports/lines';
import { appendTo } from '../src/learn/group-by';
import { randomItem } from '../src/learn/random-draws';
import { seededRandom } from '../src/learn/seeded-random';
import { LanguageAnalyzer } from '../src/search-engine/text/language-analyzer';

/** Reads the distinct titles of Online Retail. */
export async function retailTitles(file: string): Promise<string[]> {
  const titles = new Set<string>();
  for await (const lines of readLines(file)) for (const line of lines) titles.add(csvFields(line)?.[2] ?? '');
  titles.delete('Description');
  return [...titles];
}

/** Maps each word to the titles that contain it. */
export function wordsOf(titles: readonly string[]): Map<string, Set<number>> {
  const analyzer = new LanguageAnalyzer({ language: 'en' });
  const places = new Map<string, Set<number>>();
  titles.forEach((title, at) => {
    for (const { surface } of analyzer.analyze(title)) {
      const known = places.get(surface);
      if (known === undefined) places.set(surface, new Set([at]));
      else known.add(at);
    }
  });
  return places;
}

/** Counts the titles that contain each word. */
export function frequenciesOf(places: ReadonlyMap<string, ReadonlySet<number>>): Map<string, number> {
  return new Map([...places].map(([word, titles]) => [word, titles.size]));
}

/**
 * Adds synthetic words up to the given number: each letter follows two others with the probability that it has in the
 * real words. Seeded.
 */
export function moreWords(real: ReadonlyMap<string, number>, size: number, seed: number): Map<string, number> {
  const random = seededRandom(seed);
  const followers = new Map<string, string[]>();
  for (const word of real.keys()) {
    if (!/^[a-z]+$/.test(word)) continue;
    const padded = `^^${word}$`;
    for (let at = 2; at < padded.length; at++) {
      const pair = padded.slice(at - 2, at);
      appendTo(followers, pair, padded[at]);
    }
  }
  const words = new Map(real);
  while (words.size < size) {
    let word = '^^';
    while (!word.endsWith('$')) {
      const next = followers.get(word.slice(-2))!;
      word += randomItem(next, random);
    }
    const made = word.slice(2, -1);
    // Frequencies follow Zipf's law.
    if (made.length > 3 && made.length < 15) words.set(made, Math.ceil(1 / (random() + 0.001)));
  }
  return words;
}
