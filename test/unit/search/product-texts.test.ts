import fc from 'fast-check';
import { catalogueProduct, type CatalogueProduct } from '../../../src/catalog/catalogue-product';
import { mergeProduct } from '../../../src/catalog/merge-product';
import type { ProductInput } from '../../../src/catalog/product.type';
import { Analyzers } from '../../../src/search-engine/text/analyzers';
import { productDocument } from '../../../src/search/document/product-document';
import { AnalyzedTextCache } from '../../../src/search/analyzed-text-cache';
import { highlight, highlightPacked } from '../../../src/search-engine/text/highlight';

const analyzers = new Analyzers('en');

function product(input: Omit<ProductInput, 'id'>): CatalogueProduct {
  const record = mergeProduct(undefined, { id: 'p', title: 'x', ...input }, Date.UTC(2026, 0, 1));
  if ('code' in record) throw new Error(record.message);
  return catalogueProduct(record);
}

const text = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc
    .array(fc.constantFrom('Mugs', 'mug', 'USB-C', 'Café', '30x40', 'Straße', '马克杯'), { maxLength: 9 })
    .map((all) => all.join(' ')),
);

it('highlights the same in texts that are analyzed again, also when words are many', () => {
  const few = new AnalyzedTextCache(8);
  const many = new AnalyzedTextCache();
  const language = fc.constantFrom('en', 'de', 'zh', null);
  fc.assert(
    fc.property(text, text, language, fc.func(fc.boolean()), (title, description, spoken, picks) => {
      const shown = product({
        title: `x ${title}`,
        description,
        language: spoken,
        attributes: { colours: ['red', title] },
      });
      const analyzer = analyzers.of(spoken);
      for (const texts of [few, many]) {
        const known = texts.of(shown, analyzers);
        expect(texts.of(shown, analyzers)).toBe(known);
        expect(known.map(({ field }) => field)).toEqual(
          expect.arrayContaining(['title', 'attributes.colours', 'attributes.colours']),
        );
        for (const { text: written, tokens } of known) {
          const words = analyzer.analyze(written);
          const terms = new Set(words.filter(({ term }) => picks(term)).map(({ term }) => term));
          const prefixes = words.slice(0, 1).map(({ surface }) => surface.slice(0, 2));
          for (const matched of [{ terms }, { terms, prefixes }, { terms: new Set<string>(), prefixes }]) {
            expect(highlightPacked(tokens, matched)).toEqual(highlight(written, analyzer, matched));
            expect(highlightPacked(tokens, matched, 1)).toEqual(highlight(written, analyzer, matched, 1));
          }
        }
      }
    }),
  );
});

it('caches a product only as long as it is the same', () => {
  const texts = new AnalyzedTextCache();
  const [before, after] = [product({ title: 'red mug' }), product({ title: 'blue mug' })];
  expect(texts.of(before, analyzers)[0].text).toBe('red mug');
  expect(texts.of(after, analyzers)[0].text).toBe('blue mug');
  // A replacement index has its own analyzers.
  expect(texts.of(before, new Analyzers('en'))).toBe(texts.of(before, analyzers));
  expect(texts.of(before, new Analyzers('de'))).not.toBe(texts.of(before, analyzers));
});

it('highlights the words that the index has, also in texts with HTML', () => {
  const html = fc.array(
    fc.oneof(text, fc.constantFrom('<p>', '</p>', '<b>', '</b>', '&amp;', '&eacute;', '<!--', '-->', '<', '&')),
    { maxLength: 8 },
  );
  const written = html.map((parts) => parts.join('').slice(0, 200)); // No brand is longer.
  fc.assert(
    fc.property(written, written, written, written, (title, brand, description, colour) => {
      const shown = product({ title: `x ${title}`, brand, description, attributes: { colours: [colour, 'red'] } });
      const indexed = productDocument(shown, analyzers)!.fields.filter(({ name }) => name !== 'identifiers');
      const highlighted: string[] = [];
      for (const { text: own, tokens } of new AnalyzedTextCache().of(shown, analyzers))
        tokens.every(({ surface }, _, end) => end <= own.length && highlighted.push(surface) > 0);
      const words = indexed.flatMap(({ tokens }) => tokens.flatMap((one) => (one.isMeasure ? [] : [one.surface])));
      expect(highlighted.sort()).toEqual(words.sort());
    }),
  );
});
