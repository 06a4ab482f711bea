import fc from 'fast-check';
import { isPlausibleTypo } from '../../../../src/search-engine/spelling/plausible-typo';
import { QueryPrefixIndex, type LoggedQuery } from '../../../../src/search/query-log/query-prefix-index';
import { queryKey, spellingOf } from '../../../../src/search/query-log/query-key';

/** Restricted Damerau–Levenshtein, the whole table. */
function distance(a: string, b: string): number {
  const table = Array.from({ length: a.length + 1 }, (_, i) => Array.from({ length: b.length + 1 }, (_, j) => i || j));
  for (let i = 1; i <= a.length; i++)
    for (let j = 1; j <= b.length; j++) {
      table[i][j] = Math.min(
        table[i - 1][j] + 1,
        table[i][j - 1] + 1,
        table[i - 1][j - 1] + Number(a[i - 1] !== b[j - 1]),
      );
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        table[i][j] = Math.min(table[i][j], table[i - 2][j - 2] + 1);
    }
  return table[a.length][b.length];
}

/** The smallest number of typos by which a beginning of the key plausibly differs from the prefix. */
const slipsTo = (prefix: string, key: string) =>
  Math.min(
    ...Array.from({ length: key.length + 1 }, (_, end) => key.slice(0, end))
      .filter((beginning) => beginning === prefix || isPlausibleTypo(prefix, beginning))
      .map((beginning) => distance(prefix, beginning)),
  );

/** Straight from the definition. */
function expected(queries: readonly LoggedQuery[], prefix: string, most: number, hidden = new Set<string>()) {
  const exact = queries.some(({ key }) => key.startsWith(prefix));
  const allowed = exact || prefix.length < 4 ? 0 : prefix.length < 8 ? 1 : 2;
  return queries
    .map((query) => ({ query, slips: slipsTo(prefix, query.key) }))
    .filter(({ query, slips }) => slips <= allowed && !hidden.has(query.key))
    .sort((a, b) => a.slips - b.slips || b.query.score - a.query.score)
    .slice(0, most)
    .map(({ query }) => query);
}

describe('past queries', () => {
  const letters = (minLength: number, maxLength: number) =>
    fc.array(fc.constantFrom('a', 'b', 'c', 'a', 'b', 'c', ' '), { minLength, maxLength }).map((all) => all.join(''));

  it('are found while a Hangul syllable is composed', () => {
    const past = new QueryPrefixIndex(['커튼', '거실 커튼'].map((text) => ({ key: queryKey(text), text, score: 1 })));
    const found = (typed: string) => past.withPrefix(queryKey(typed), 5).map(({ text }) => text);
    for (const typed of ['ㅋ', '커', '컽', '커트', '커튼']) expect(found(typed)).toEqual(['커튼']);
    for (const typed of ['ㄱ', '것', '거실 컽']) expect(found(typed)).toEqual(['거실 커튼']);
  });

  it('are found by their beginning, by score, with the typos that its length allows', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(letters(1, 12), { maxLength: 60 }),
        fc.oneof(letters(0, 5), letters(4, 11)),
        fc.integer({ min: 1, max: 12 }),
        (keys, prefix, most) => {
          const queries = keys.map((key, n) => ({ key, text: key, score: 1 + ((n * 7919) % 1_009) }));
          const past = new QueryPrefixIndex(queries);
          expect(past.withPrefix(prefix, most)).toEqual(expected(queries, prefix, most));
          const hidden = new Set(keys.filter((_, n) => n % 3 === 0));
          expect(past.withPrefix(prefix, most, hidden)).toEqual(expected(queries, prefix, most, hidden));
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it.each([
    ['lapm', 'lamp shade', true],
    ['bottel', 'bottle', true],
    ['esprsso mac', 'espresso machine', true],
    ['fountian p', 'fountain pen', true],
    ['fountainp', 'fountain pen', true],
    ['sofa', 'soap bar', false],
    ['blue sofa', 'blue soap bar', false],
    ['chair', 'charcoal', false],
    ['iphone 15', 'iphone 16 case', false],
  ])('that %j begins include %j: %s', (typed, key, isFound) => {
    const past = new QueryPrefixIndex([{ key, text: key, score: 1 }]);
    expect(past.withPrefix(typed, 5)).toHaveLength(isFound ? 1 : 0);
  });

  it('leave words of a language as they are typed', () => {
    const past = new QueryPrefixIndex([{ key: 'steel carbon pan', text: 'steel carbon pan', score: 1 }]);
    const found = (typed: string, ...words: string[]) =>
      past.withPrefix(typed, 5, undefined, (word) => words.includes(word)).length;
    expect(found('steel carton')).toBe(1);
    expect(found('steel carton', 'steel')).toBe(1);
    expect(found('steel carton', 'carton')).toBe(0);
  });

  it('match among 20,000 within a millisecond of CPU time', () => {
    const syllables = [
      'ka',
      'lo',
      'mi',
      'ne',
      'ru',
      'sta',
      'ti',
      'vo',
      'wen',
      'zu',
      'bel',
      'dor',
      'fi',
      'gra',
      'hu',
      'je',
    ];
    const word = (n: number) => syllables[n % 16] + syllables[(n >> 4) % 16] + syllables[(n >> 8) % 16];
    const keys = new Set<string>();
    for (let n = 0; keys.size < 20_000; n++) keys.add(`${word(n * 2_654_435)} ${word(n >> 3)}${n % 11 ? '' : ' set'}`);
    const past = new QueryPrefixIndex([...keys].map((key, n) => ({ key, text: key, score: (n * 7919) % 10_007 })));
    const typed = [...keys]
      .filter((_, n) => n % 40 === 0)
      .flatMap((key) => {
        const slip = `${key.slice(0, 2)}q${key.slice(3)}`;
        return [key.slice(0, 1), key.slice(0, 5), slip.slice(0, 6), slip.slice(0, 10), `q${slip.slice(1)}x`];
      });
    for (const prefix of typed.slice(0, 500)) past.withPrefix(prefix, 16);
    const before = process.cpuUsage();
    for (const prefix of typed) past.withPrefix(prefix, 16);
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1_000 / typed.length).toBeLessThan(1);
  });
});

describe('the key of a query', () => {
  it.each([
    ['  Red   LAMP ', 'red lamp'],
    ['Café crème!', 'cafe creme'],
    ['USB-C', 'usbc'],
    ['usb c', 'usb c'],
    ['85123 a', '85123 a'],
    ['30×40', '30x40'],
    ['"red lamp"', 'red lamp'],
    ['espresso -Machine', 'espresso -machine'],
    ['well-known', 'wellknown'],
    ['"red lamp"-Blue', 'red lamp -blue'],
    ['lamp -red/blue green', 'lamp -redblue green'],
    ['lamp -red(blue)', 'lamp -red -blue'],
    ['size -5', 'size 5'],
    ['C++', 'c++'],
    ['C# primer', 'c# primer'],
    ['S20＋', 's20+'],
    ['.NET book', '.net book'],
    ['C#/.NET', 'c# .net'],
    ['net', 'net'],
    ['＠Home', '@home'],
    ['Dr.Martens', 'drmartens'],
    ['me@home', 'me home'],
    ['wine −red', 'wine -red'],
    ['wine －red', 'wine -red'],
    ['wine -"red blend" dry', 'wine -red -blend dry'],
    ['book -.net', 'book -.net'],
    ['wow!!! +++', 'wow'],
    ['?!', ''],
    ['', ''],
  ])('of %j is %j', (text, key) => expect(queryKey(text)).toBe(key));

  it('is found in time linear in the number of excluded words', () => {
    const before = process.cpuUsage();
    queryKey('lamp' + ' -a'.repeat(100_000));
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1_000).toBeLessThan(1_500);
  });

  it('is its own key', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (text) => {
        expect(queryKey(spellingOf(text))).toBe(queryKey(text));
        expect(queryKey(text).length).toBeLessThanOrEqual(200);
      }),
    );
  });
});
