import fc from 'fast-check';
import { catalogueProduct } from '../../../src/catalog/catalogue-product';
import { mergeProduct } from '../../../src/catalog/merge-product';
import { indexSettings } from '../../../src/search/document/index-settings';
import { productDocument } from '../../../src/search/document/product-document';
import { SearchIndex } from '../../../src/search-engine/index/search-index';
import { interpretQuery } from '../../../src/search-engine/query/interpret-query';
import { SpellingDictionary } from '../../../src/search-engine/spelling/spelling-dictionary';
import { Analyzers } from '../../../src/search-engine/text/analyzers';
import { Synonyms } from '../../../src/search-engine/text/synonyms';

const analyzers = new Analyzers('en');

/** Returns the texts that a query finds, without corrections and relaxation. */
function finder(texts: readonly string[], dictionary = new SpellingDictionary()): (query: string) => string[] {
  const index = new SearchIndex(indexSettings([]));
  texts.forEach((ean, n) => {
    const record = mergeProduct(undefined, { id: 'x'.repeat(n + 1), title: 'mug', attributes: { ean } }, 0);
    if ('code' in record) throw new Error(record.message);
    index.put(productDocument(catalogueProduct(record), analyzers)!);
  });
  const context = {
    analyzers,
    dictionary,
    synonymsOf: (language: string) => new Synonyms([], analyzers.of(language)),
    languages: [],
    documents: texts.length,
    wordListOf: () => undefined,
    count: (query: Parameters<SearchIndex['search']>[0]['query']) => index.search({ query, limit: 0 }).total,
  };
  return (text) => {
    const { query, ignoredWords } = interpretQuery({ text }, context);
    if (query === null || ignoredWords.length > 0) return [];
    return index.search({ query, limit: 20 }).hits.map(({ id }) => texts[id.length - 1]);
  };
}

it.each([
  ['00012345678905', ['12345678905', '1 234567-8905', '0 0012345 678905', '012345678905', '1-2345678905']],
  ['978-3-16-148410-0', ['978 3 16 148410 0', '9783161484100', '978-3161484100', '978 316 1484100']],
  ['9783161484100', ['978 3 16 148410 0', '978-3-16-148410-0', '978 3161484100']],
  ['978 3 16 148410 0', ['9783161484100', '978-3-16-148410-0', '"978 3 16 148410 0"']],
  ['ABC-123-45', ['abc12345', 'abc 123 45', 'ABC 12345', 'abc-12345', 'abc 123-45', 'abc123 45']],
  ['ABC12345', ['abc-123-45', 'abc 123 45', 'mug abc 123-45', 'abc 123 45 mug']],
])('finds %s in the forms that people type', (code, typed) => {
  const find = finder([code, '00099999999', 'ABC-999-99']);
  for (const query of typed) expect([query, find(query)]).toEqual([query, [code]]);
});

it('finds a name with a dot in it as it is written with and without a space', () => {
  const boots = ['Dr.Martens boots black', 'Dr. Martens boots 1460'];
  const texts = [...boots, 'Node.js book', 'St.John wort', 'Booking.com voucher', '.NET guide', 'Net of tulle'];
  const dictionary = new SpellingDictionary();
  for (const { surface } of texts.flatMap((text) => analyzers.of(null).analyze(text))) dictionary.add(surface);
  const find = finder(texts, dictionary);
  for (const query of ['dr.martens', 'Dr. Martens', 'dr martens', 'DR.MARTENS boots'])
    expect([query, find(query).sort()]).toEqual([query, [...boots].sort()]);
  for (const query of ['node.js', 'node js']) expect(find(query)).toEqual(['Node.js book']);
  for (const query of ['st.john', 'st. john']) expect(find(query)).toEqual(['St.John wort']);
  for (const query of ['booking.com', 'booking com']) expect(find(query)).toEqual(['Booking.com voucher']);
  for (const query of ['.net', '(.net)']) expect(find(query)).toEqual(['.NET guide']);
});

const digits = (minLength: number, maxLength: number) =>
  fc
    .tuple(fc.integer({ min: 1, max: 9 }), fc.array(fc.integer({ min: 0, max: 9 }), { minLength, maxLength }))
    .map(([first, rest]) => first + rest.join(''));

/** A code with leading zeros to at most 14 digits, in at most five groups with separators. */
const written = fc.record({
  zeros: fc.nat(4),
  cuts: fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 4 }),
  separators: fc.array(fc.constantFrom(' ', '-', '\u00a0'), { minLength: 4, maxLength: 4 }),
});
type Written = typeof written extends fc.Arbitrary<infer T> ? T : never;

function write(code: string, { zeros, cuts, separators }: Written): string {
  const padded = '0'.repeat(Math.min(zeros, 14 - code.length)) + code;
  let text = '';
  [...padded].forEach((digit, at) => {
    const cut = [...new Set(cuts)].indexOf(at);
    text += (cut < 0 ? '' : separators[cut]) + digit;
  });
  return text;
}

it('finds a long number however either side groups its digits and pads it with zeros', () => {
  fc.assert(
    fc.property(digits(9, 13), digits(9, 13), written, written, (code, other, indexed, typed) => {
      fc.pre(code !== other);
      const text = write(code, indexed);
      const found = finder([text, write(other, indexed)])(write(code, typed));
      expect(found).toEqual([text]);
    }),
  );
});

it('never takes short numbers for one another', () => {
  const short = fc.stringMatching(/^\d{1,4}$/);
  fc.assert(
    fc.property(short, short, short, (a, b, c) => {
      fc.pre(a !== b);
      expect(finder([a])(b)).toEqual([]);
      if (c !== a && `${b}${c}` !== a) expect(finder([a])(`${b} ${c}`)).toEqual([]);
      expect(finder([`${b}${c}`])(`${b} ${c}`)).toEqual([]);
    }),
  );
});

it('adds at most two words to each code', () => {
  fc.assert(
    fc.property(digits(9, 13), written, (code, form) => {
      const text = write(code, form);
      const plain = text.split(/[ \u00a0]/).flatMap((word) => analyzers.of('en').analyze(word));
      expect(analyzers.of('en').analyze(text).length).toBeLessThanOrEqual(plain.length + 2);
    }),
  );
});
