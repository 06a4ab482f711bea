import { titleIdentifier } from '../../../../src/evaluation/search/title-identification';
import { knownItemQueries, QUERY_CLASSES, type QueryClass } from '../../../../src/evaluation/search/known-item';
import { toggleGrammaticalNumber } from '../../../../src/evaluation/search/plural';
import { editDistance, MAX_WORD_LENGTH } from '../../../../src/search-engine/spelling/edit-distance';

const WORDS = ['white', 'metal', 'lantern', 'cake', 'cases', 'heart', 'holder', 'jam', 'of', '12', 'berries', 'mug'];
/** Titles have three to five words each. */
const TITLES = Array.from({ length: 60 }, (_, n) =>
  Array.from({ length: 3 + (n % 3) }, (_, at) => WORDS[(n * 5 + at * 7) % WORDS.length].toUpperCase()).join(' '),
);
const queriesOf = (queryClass: QueryClass, titles: readonly string[] = TITLES, seed = 1) =>
  knownItemQueries(titles, { seed, maxPerClass: 1_000, language: 'en' }).filter(
    (query) => query.queryClass === queryClass,
  );
const units = (word: string) => Uint16Array.from({ length: word.length }, (_, at) => word.charCodeAt(at));
const distance = (a: string, b: string) => editDistance(units(a), a.length, units(b), 0, b.length, MAX_WORD_LENGTH);
const changedWords = (title: string, text: string) => {
  const typed = text.split(' ');
  return title
    .toLowerCase()
    .split(' ')
    .flatMap((word, at) => (word === typed[at] ? [] : [[word, typed[at]]]));
};

describe('queries built from titles', () => {
  it('are the same for a seed, and others for another', () => {
    const made = (seed: number) => knownItemQueries(TITLES, { seed, maxPerClass: 20, language: 'en' });
    expect(made(1)).toEqual(made(1));
    expect(made(2)).not.toEqual(made(1));
  });

  it('do not depend on the other titles', () => {
    const alone = knownItemQueries([TITLES[7]], { seed: 1, maxPerClass: 1, language: 'en' });
    const among = knownItemQueries(TITLES, { seed: 1, maxPerClass: 1_000, language: 'en' });
    expect(alone.length).toBeGreaterThan(4);
    expect(among.filter(({ title }) => title === TITLES[7])).toEqual(alone);
  });

  it('are limited in number for each class, and of distinct titles', () => {
    const made = knownItemQueries([...TITLES, ...TITLES], { seed: 1, maxPerClass: 5, language: 'en' });
    for (const queryClass of QUERY_CLASSES) {
      const titles = made.filter((query) => query.queryClass === queryClass).map(({ title }) => title);
      expect([queryClass, titles.length, new Set(titles).size]).toEqual([queryClass, 5, 5]);
    }
  });

  it('leave out two words, and never all', () => {
    for (const { text, title } of queriesOf('two-words-dropped')) {
      const words = title.toLowerCase().split(' ');
      const left = text.split(' ');
      expect(left.length).toBe(words.length - 2);
      let at = -1;
      for (const word of left) expect((at = words.indexOf(word, at + 1))).toBeGreaterThanOrEqual(0);
    }
    expect(queriesOf('two-words-dropped', ['white mug'])).toEqual([]);
  });

  it('have one typo, in a word of four letters or more', () => {
    for (const { text, title } of queriesOf('one-typo')) {
      const [[meant, typed], ...others] = changedWords(title, text);
      expect(others).toEqual([]);
      expect(meant).toMatch(/^[a-z]{4,}$/);
      expect([meant, typed, distance(meant, typed)]).toEqual([meant, typed, 1]);
    }
    expect(queriesOf('one-typo', ['jam of 12'])).toEqual([]);
  });

  it('have two typos: in two words where there are two, else in one', () => {
    for (const { text, title } of [...queriesOf('two-typos'), ...queriesOf('two-typos', ['jam LANTERN'])]) {
      const changed = changedWords(title, text);
      const places = title.split(' ').filter((word) => /^[a-z]{4,}$/i.test(word)).length;
      expect(changed.length).toBe(Math.min(2, places));
      for (const [meant, typed] of changed) {
        expect(distance(meant, typed)).toBeGreaterThanOrEqual(1);
        expect(distance(meant, typed)).toBeLessThanOrEqual(changed.length === 2 ? 1 : 2);
      }
    }
  });

  it('hold the intended words, where words are left out and one of the rest has a typo', () => {
    const made = queriesOf('two-words-dropped-one-typo');
    expect(made.length).toBeGreaterThan(10);
    for (const { text, meant, title } of made) {
      expect(meant.split(' ').length).toBe(title.split(' ').length - 2);
      expect(changedWords(meant, text).map(([word, typed]) => distance(word, typed))).toEqual([1]);
    }
  });

  it('end in the beginning of a word, which is marked', () => {
    for (const { text, title, typing } of queriesOf('prefix')) {
      const last = title.split(' ').at(-1) as string;
      expect(title.toLowerCase().startsWith(text)).toBe(true);
      expect(title.length - text.length).toBeGreaterThan(0);
      expect(title.length - text.length).toBeLessThanOrEqual(last.length / 2);
      expect(typing).toBe(true);
    }
  });

  it.each([
    ['case', 'cases'],
    ['candle', 'candles'],
    ['berry', 'berries'],
    ['tray', 'trays'],
    ['dish', 'dishes'],
    ['watch', 'watches'],
    ['glass', 'glasses'],
  ])('have %s for %s and vice versa', (singular, plural) => {
    expect(toggleGrammaticalNumber(plural)).toBe(singular);
    if (singular !== 'glass') expect(toggleGrammaticalNumber(singular)).toBe(plural);
  });

  it('change the number of one word, in English only', () => {
    expect(queriesOf('singular-plural', ['SET OF 12 CAKE CASES'])[0].text).toBe('set of 12 cake case');
    expect(queriesOf('singular-plural', ['Bus 12'])).toEqual([]);
    const german = knownItemQueries(TITLES, { seed: 1, maxPerClass: 9, language: 'de' });
    expect(german.some(({ queryClass }) => queryClass === 'singular-plural')).toBe(false);
    expect(german.some(({ queryClass }) => queryClass === 'one-typo')).toBe(true);
  });

  it('identify a title if no other one has all of their words', () => {
    const identifies = titleIdentifier([
      'White METAL lantern',
      'white metal box',
      'Metal-lantern, red',
      'white  metal lantern',
    ]);
    expect(identifies('white lantern', 'White METAL lantern')).toBe(true);
    expect(identifies('metal lantern', 'White METAL lantern')).toBe(false);
    expect(identifies('box', 'white metal box')).toBe(true);
    expect(identifies('-', 'white metal box')).toBe(false);
  });
});
