import fc from 'fast-check';
import { LanguageAnalyzer } from '../../../../src/search-engine/text/language-analyzer';
import {
  countedPart,
  MAX_CHARACTERS,
  MAX_WORDS,
  parseQuery,
  readPartOf,
  stemmedQueryAmong,
  stemmedQuery,
  type ParseOptions,
} from '../../../../src/search-engine/text/parse-query';
import { finestTokens, type QueryWord } from '../../../../src/search-engine/text/query-word';
import { cpuMs } from '../../../setup/cpu-time';

const english = new LanguageAnalyzer({ language: 'en' });

function readings({ tokenizations: ways }: QueryWord): string[] {
  return ways.map((tokens) => tokens.map(({ surface }) => surface).join(' '));
}

function summary(text: string, options?: ParseOptions) {
  const { words, phrases, excluded, empty } = parseQuery(text, english, options);
  return {
    words: words.map((word) => readings(word).join(' | ')),
    phrases: phrases.map(({ tokens }) => tokens.map(({ surface }) => surface).join(' ')),
    excluded: excluded.flatMap(readings),
    empty,
  };
}

describe('words', () => {
  it('are read in every possible spelling', () => {
    expect(summary('usb-c kabel').words).toEqual(['usbc | usb c', 'kabel']);
    expect(summary('USB-C-Kabel').words).toEqual(['usbckabel | usbc kabel | usb ckabel | usb c kabel']);
    expect(summary('30x40cm 85123a').words).toEqual(['30x40cm | 30 x 40 cm', '85123a | 85123 a']);
    expect(summary('红杯子').words).toEqual(['红杯 杯子']);
    expect(summary("men's 6's").words).toEqual(['mens', '6s']);
  });

  it('are weak if they say little', () => {
    expect(parseQuery('the mug', english).words.map(({ isStopWord }) => isStopWord)).toEqual([true, false]);
    expect(parseQuery('a-team', english).words.map(({ isStopWord }) => isStopWord)).toEqual([false]);
  });

  it('of which the last is being typed', () => {
    const prefix = (text: string) => parseQuery(text, english, { typing: true }).words.map((word) => word.prefix);
    expect(prefix('red mu')).toEqual([false, true]);
    expect(prefix('red mug ')).toEqual([false, false]);
    expect(prefix('mug "red')).toEqual([false]);
    expect(parseQuery('red mu', english).words.map((word) => word.prefix)).toEqual([false, false]);
  });

  it('hold the position where they were typed', () => {
    expect(parseQuery(' Red  MUG!', english).words).toMatchObject([
      { text: 'Red', start: 1, end: 4 },
      { text: 'MUG', start: 6, end: 9 },
    ]);
  });
});

describe('quotes', () => {
  test.each([
    ['"red mug" big', ['red mug'], ['big']],
    ['“red mug” „blau tasse“', ['red mug', 'blau tasse'], []],
    ['big "red mug', ['red mug'], ['big']],
    ['red" mug', [], ['red', 'mug']],
    ['15" monitor', [], ['15', 'inch', 'monitor']],
    ['"" mug', [], ['mug']],
    ['"usb-c"', ['usb c'], []],
  ])('%s', (text, phrases, words) => expect(summary(text)).toMatchObject({ phrases, words }));
});

describe('a minus sign', () => {
  test.each([
    ['mug -red', ['red'], ['mug']],
    ['-red mug', ['red'], ['mug']],
    ['-red', [], ['red']],
    ['mug −red', ['red'], ['mug']],
    ['mug －red ﹣blue', ['red', 'blue'], ['mug']],
    ['wine -"red blend" dry', ['red', 'blend'], ['wine', 'dry']],
    ['wine −„rot', ['rot'], ['wine']],
    ['-"red blend"', [], ['red', 'blend']],
    ['mug -"5"', [], ['mug', '5', 'inch']],
    ['mug - red', [], ['mug', 'red']],
    ['mug -5', [], ['mug', '5']],
    ['t-shirt', [], ['tshirt | t shirt']],
  ])('%s', (text, excluded, words) => expect(summary(text)).toMatchObject({ excluded, words }));
});

describe('a query without content', () => {
  test.each(['', '   ', '!?', '🎄', '"', '-', '"" -'])('is empty: %j', (text) =>
    expect(summary(text)).toEqual({ words: [], phrases: [], excluded: [], empty: true }),
  );

  it('may be stop words only', () => expect(summary('to be')).toMatchObject({ words: ['to', 'be'], empty: false }));
  it('may be written from right to left', () => expect(summary('שולחן עץ').words).toEqual(['שולחן', 'עץ']));
});

describe('the part of a query that is read', () => {
  it('is parsed like the whole', () => {
    const piece = fc.constantFrom(
      'red',
      'a-team',
      'c++',
      '-blue',
      '&',
      '…',
      'usb-a',
      '12,5',
      "rock'n'roll",
      '東京の本',
      '20 kg',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), fc.boolean(), (pieces, isLong) => {
        const text = pieces.join(' ') + (isLong ? ' tail'.repeat(400) : '');
        const whole = parseQuery(text, english);
        const part = readPartOf(text);
        const parsed = parseQuery(part, english);
        expect(parsed.words).toEqual(whole.words);
        expect(parsed.excluded).toEqual(whole.excluded);
        expect(parsed.cut === undefined).toBe(whole.cut === undefined);
        expect(part.length).toBeLessThanOrEqual(1_001);
      }),
    );
  });
});

describe('a query that is too long', () => {
  it('is cut, and reports it', () => {
    const { words, cut } = parseQuery('mug '.repeat(MAX_WORDS + 1), english);
    expect([words.length, cut]).toEqual([MAX_WORDS, 'WORDS']);
    expect(parseQuery('mug '.repeat(MAX_WORDS), english).cut).toBeUndefined();
    expect(parseQuery(' '.repeat(MAX_CHARACTERS) + 'mug', english)).toMatchObject({ empty: true, cut: 'CHARACTERS' });
    expect(parseQuery('"' + 'mug '.repeat(MAX_WORDS + 1), english)).toMatchObject({ cut: 'WORDS' });
  });

  it('means the same as its part that counts', () => {
    const word = fc.constantFrom(
      'mug',
      'usb-c',
      '-red',
      '"',
      '3/4',
      '红杯子',
      'c++',
      '!',
      '\u{1f600}',
      '"blue',
      'x'.repeat(300),
    );
    fc.assert(
      fc.property(fc.array(word, { minLength: 10, maxLength: 80 }), fc.constantFrom(' ', ', '), (words, separator) => {
        const text = words.join(separator);
        const counted = countedPart(text, english);
        expect(text.startsWith(counted)).toBe(true);
        expect(summary(counted)).toEqual(summary(text));
        expect(parseQuery(text, english).cut === undefined).toBe(counted === text);
      }),
    );
    expect(countedPart('mug '.repeat(1_000), english)).toBe('mug '.repeat(MAX_WORDS).trim());
  });

  it('is parsed quickly', () => {
    for (const piece of ['a-', 'a1', '中', '"', '-', '" -', '1/2 ', '1-', '1-1/2 ', 'c++', '.a', 'ー', '1½']) {
      const began = cpuMs();
      parseQuery(piece.repeat(100_000), english);
      expect([piece, cpuMs() - began < 500]).toEqual([piece, true]);
    }
  });
});

it('parses any text, with limits', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), fc.boolean(), (text, typing) => {
      const { words, phrases, excluded, empty } = parseQuery(text, english, { typing });
      const count = words.length + excluded.length + phrases.reduce((sum, { tokens }) => sum + tokens.length, 0);
      expect(count).toBeLessThanOrEqual(MAX_WORDS);
      expect(empty).toBe(words.length + phrases.length === 0);
      for (const word of [...words, ...excluded]) {
        expect(text.slice(word.start, word.end)).toBe(word.text);
        expect(word.tokenizations.length).toBeGreaterThan(0);
        for (const way of word.tokenizations) expect(way.length).toBeGreaterThan(0);
      }
    }),
  );
});

it('two queries have the same stems only if they exclude the same words', () => {
  expect(stemmedQuery('Red lamps', english)).toBe('red lamp');
  expect(stemmedQuery('lamps -red', english)).toBe('lamp -red');
  expect(stemmedQuery('"red lamps" -blue', english)).toBe('red lamp -blue');
  expect(stemmedQuery('-red', english)).toBe('red');
  expect(stemmedQuery('table -red lamps -blue -red', english)).toBe('tabl lamp -blue -red');
  const hasWord = (word: string) => word === 'c++';
  expect(stemmedQuery('lamps+ c++ -c#', english, hasWord)).toBe('lamp c++ -c#');
});

it('the stems of a query of any length are found quickly', () => {
  for (const piece of ['1/2 ', '1-', '1-1/2 ', ' -a', 'c++ ', '1½', '" ', 'ヴァ', 'a-', '中']) {
    const began = cpuMs();
    stemmedQuery(piece.repeat(100_000), english);
    expect([piece, cpuMs() - began < 500]).toEqual([piece, true]);
  }
  const long = 'red '.repeat(MAX_CHARACTERS);
  expect(stemmedQuery(long, english)).toBe(stemmedQuery(long.slice(0, MAX_CHARACTERS), english));
});

it('a long word without spaces is split in time linear in its length', () => {
  const tokens = english.analyze('1-'.repeat(20_000));
  const began = cpuMs();
  expect(finestTokens(tokens).length).toBeGreaterThan(10_000);
  expect(cpuMs() - began).toBeLessThan(500);
});

it('no word is too long for the index', () => {
  for (const piece of ['111,', '1.', '1,000.', 'a1', 'a', '1/', 'a-', 'c++', 'ー', '½'])
    for (const { tokenizations } of parseQuery(piece.repeat(400), english).words)
      expect(Math.max(...tokenizations.flat().map(({ surface }) => surface.length))).toBeLessThanOrEqual(256);
});

it('a number with a fraction is one number', () => {
  for (const text of ['2 1/4', '2-1/4', '2¼']) expect(summary(`plank ${text}`).words).toEqual(['plank', '2.25']);
  expect(summary('plank 1/2 1/4').words).toEqual(['plank', '1/2 | 1 2', '1/4 | 1 4']);
});

describe('a sign of a word', () => {
  const hasWord = (surface: string) => ['c++', '.net', 'disney+'].includes(surface);

  test.each([
    ['c++ book', ['c++', 'book'], []],
    ['c# book', ['c', 'book'], []],
    ['.net book', ['.net', 'book'], []],
    ['@home book', ['home', 'book'], []],
    ['book -c++', ['book'], ['c++']],
    ['book -c#', ['book'], ['c#']],
    ['book -.net', ['book'], ['.net']],
    ['book -@home', ['book'], ['@home']],
    ['-c#', ['c'], []],
    ['-c++', ['c++'], []],
  ])('belongs to it only in shops with this word, and an excluded word keeps it: %s', (text, words, excluded) =>
    expect(summary(text, { hasWord })).toMatchObject({ words, excluded }),
  );

  it('belongs to the stems of a query if the shop or a rule has the word', () => {
    const stems = (text: string, ...named: string[]) => stemmedQueryAmong(text, english, hasWord, () => named);
    expect(stems('c++')).toBe('c++');
    expect(stems('c', 'c#')).toBe('c');
    expect(stems('Voucher+')).toBe('voucher');
    expect(stems('Voucher+', 'red voucher+')).toBe('voucher+');
    expect(stems('c# voucher+', 'c# book')).toBe('c# voucher');
    expect(stems('.net book')).toBe('.net book');
    expect(stems('book -voucher+')).toBe('book -voucher+');
  });
});
