import fc from 'fast-check';
import type { ColumnFilter } from '../../../../src/search-engine/index/columns';
import { hasBit, setBit, wordsFor } from '../../../../src/search-engine/index/bitmap';
import { mergeSegments } from '../../../../src/search-engine/index/merge-segments';
import type { SearchRequest } from '../../../../src/search-engine/index/search-request';
import type { SearchDocument } from '../../../../src/search-engine/index/search-document';
import { SearchIndex } from '../../../../src/search-engine/index/search-index';
import { SegmentBuilder } from '../../../../src/search-engine/index/segment-builder';
import { runToCompletion } from '../../../../src/search-engine/scheduling/cooperative-task';
import { seededRandom } from '../../../../src/learn/seeded-random';
import { arbitraryDocument, arbitraryRequest, SETTINGS, tokens } from './arbitrary-documents';
import { averagesOf, matchedByHand, searchByHand, valuesOf } from './search-oracle';
import type { Segment } from '../../../../src/search-engine/index/segment';

/** An operation of a shop on its index. */
type Step =
  | { readonly put: SearchDocument }
  | { readonly remove: string }
  | { readonly ask: SearchRequest; readonly filtered: boolean };

const IDS = 60;
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: arbitraryDocument(IDS).map((put) => ({ put })) },
  { weight: 2, arbitrary: fc.nat(IDS - 1).map((id) => ({ remove: `p${id}` })) },
  { weight: 5, arbitrary: fc.record({ ask: arbitraryRequest, filtered: fc.boolean() }) },
);

/** The same condition as a predicate over columns and by hand. */
const cheapOrAcme: ColumnFilter = (columns) => {
  const price = columns.numbers('price');
  const isAcme = columns.has('brand', 'Acme');
  const categories = columns.values('category');
  return (doc) => price[doc] < 5 || (isAcme(doc) && categories(doc).includes('Home'));
};
const cheapOrAcmeByHand = (document: SearchDocument) =>
  (document.numbers.price ?? NaN) < 5 ||
  (valuesOf(SETTINGS, document, 'brand').includes('Acme') && valuesOf(SETTINGS, document, 'category').includes('Home'));

/** An index with the documents that are in it, in the order in which they were last put. */
class Shop {
  readonly documents = new Map<string, SearchDocument>();
  readonly base: Segment;
  index: SearchIndex;
  averages: number[];
  private readonly told = new Set<string>();

  constructor(start: readonly SearchDocument[]) {
    for (const document of start) this.keep(document);
    const builder = new SegmentBuilder(SETTINGS);
    for (const document of this.documents.values()) builder.add(document);
    this.base = builder.finish();
    this.index = new SearchIndex(SETTINGS, this.base);
    this.averages = averagesOf(SETTINGS, [...this.documents.values()]);
  }

  private keep(document: SearchDocument): void {
    this.documents.delete(document.id);
    this.documents.set(document.id, document);
  }

  apply(step: Step): void {
    if ('put' in step) {
      this.keep(step.put);
      this.putAndListen(step.put);
    } else if ('remove' in step) {
      expect(this.index.delete(step.remove)).toBe(this.documents.delete(step.remove));
    } else this.compare(step.ask, step.filtered);
    expect(this.index.size).toBe(this.documents.size);
  }

  /** Checks that every surface form is announced once it is there. */
  private putAndListen(document: SearchDocument): void {
    const surfaces = new Set(document.fields.flatMap(({ tokens }) => tokens.map(({ surface }) => surface)));
    for (const surface of this.index.put(document)) {
      expect(surfaces).toContain(surface);
      this.told.add(surface);
    }
    expect([...surfaces].filter((surface) => !this.told.has(surface))).toEqual([]);
  }

  compare(ask: SearchRequest, filtered: boolean): void {
    const request = filtered ? { ...ask, filter: cheapOrAcme } : ask;
    const holds = filtered ? cheapOrAcmeByHand : () => true;
    const expected = searchByHand(SETTINGS, [...this.documents.values()], this.averages, request, holds);
    expect(this.index.search(request)).toEqual(expected);
    expect(runToCompletion(this.index.searchInSteps(request))).toEqual(expected);
    const { query } = ask;
    const words = { query, limit: 0 };
    const count = searchByHand(SETTINGS, [...this.documents.values()], this.averages, words, () => true);
    expect(this.index.search(words)).toEqual(count);
    const matchedOf = this.index.matchedFields(query);
    for (const { id } of expected.hits.slice(0, 3)) {
      const document = this.documents.get(id) as SearchDocument;
      if (query !== null) expect(matchedOf(id)).toEqual(matchedByHand(SETTINGS, document, query));
      else expect(matchedOf(id)).toEqual({ fields: new Float64Array(SETTINGS.fields.length), exact: 0 });
    }
  }
}

it('finds the same as a scan of every document, through updates and deletions', () => {
  fc.assert(
    fc.property(
      fc.array(arbitraryDocument(IDS), { maxLength: 120 }),
      fc.array(step, { minLength: 1, maxLength: 60 }),
      (start, steps) => {
        const shop = new Shop(start);
        for (const each of steps) shop.apply(each);
      },
    ),
    { numRuns: 300 },
  );
});

const SUFFIXES = ['', 'd', 'ed', 'red', 'n', 'run', 'oe', 'e', 'p', '篷', 'nowhere'];

it('finds the forms of terms with an ending as a scan of all forms does, through updates and deletions', () => {
  fc.assert(
    fc.property(
      fc.array(arbitraryDocument(IDS), { maxLength: 40 }),
      fc.array(fc.oneof(arbitraryDocument(IDS), fc.constantFrom(...SUFFIXES), fc.nat(IDS - 1)), { maxLength: 60 }),
      (start, steps) => {
        const first = new Map(start.map((document) => [document.id, document]));
        const builder = new SegmentBuilder(SETTINGS);
        for (const document of first.values()) builder.add(document);
        const index = new SearchIndex(SETTINGS, builder.finish());
        const everPut = [...first.values()];
        for (const step of [...steps, ...SUFFIXES]) {
          if (typeof step === 'number') index.delete(`p${step}`);
          else if (typeof step === 'string')
            expect(index.formsEndingWith(step, Infinity)).toEqual(formsByHand(everPut, step));
          else {
            index.put(step);
            everPut.push(step);
          }
        }
      },
    ),
    { numRuns: 200 },
  );
});

function formsByHand(documents: readonly SearchDocument[], ending: string) {
  const counts = new Map<string, { surface: string; term: string; documents: number; named: number }>();
  for (const { fields } of documents) {
    const inNames = fields.filter(({ name }) => SETTINGS.fields.some((field) => field.name === name && field.isName));
    const formsIn = (some: typeof fields) =>
      new Map(
        some
          .flatMap(({ tokens: all }) => all.filter(({ term }) => term.endsWith(ending)))
          .map((form) => [`${form.surface} ${form.term}`, form]),
      );
    const named = formsIn(inNames);
    for (const [key, { surface, term }] of formsIn(fields)) {
      const before = counts.get(key);
      counts.set(key, {
        surface,
        term,
        documents: (before?.documents ?? 0) + 1,
        named: (before?.named ?? 0) + (named.has(key) ? 1 : 0),
      });
    }
  }
  return [...counts.values()].sort((a, b) => b.documents - a.documents || compareForms(a, b));
}

const compareForms = (a: { surface: string; term: string }, b: { surface: string; term: string }) =>
  a.surface === b.surface ? (a.term < b.term ? -1 : 1) : a.surface < b.surface ? -1 : 1;

it('finds the most frequent forms of the terms with an ending', () => {
  const builder = new SegmentBuilder(SETTINGS);
  const document = (id: string, text: string) => ({
    id,
    fields: [{ name: 'title', tokens: tokens(text) }],
    facets: {},
    numbers: {},
  });
  builder.add(document('p1', 'shoe shoes red'));
  builder.add(document('p2', 'shoes blue'));
  builder.add(document('p3', 'shoes blue'));
  const index = new SearchIndex(SETTINGS, builder.finish());
  index.put(document('p4', 'blue blue'));
  expect(index.formsEndingWith('e', 2)).toEqual([
    { surface: 'blue', term: 'blue', documents: 3, named: 3 },
    { surface: 'shoes', term: 'shoe', documents: 3, named: 3 },
  ]);
});

it('segments that are merged without the deleted documents return the same as one segment of the others', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(fc.tuple(arbitraryDocument(IDS), fc.boolean()), { maxLength: 40 }), {
        minLength: 1,
        maxLength: 4,
      }),
      fc.array(arbitraryRequest, { minLength: 1, maxLength: 5 }),
      (parts, requests) => {
        const known = new Set<string>();
        const sources = parts.map((part) => {
          const builder = new SegmentBuilder(SETTINGS);
          const documents = part.filter(([{ id }]) => !known.has(id) && known.add(id));
          for (const [document] of documents) builder.add(document);
          const deleted = new Uint32Array(wordsFor(documents.length));
          documents.forEach(([, isDeleted], doc) => isDeleted && setBit(deleted, doc));
          return { documents, source: { segment: builder.finish(), deleted } };
        });
        const scratch = new SegmentBuilder(SETTINGS);
        for (const { documents, source } of sources)
          documents.forEach(([document], doc) => hasBit(source.deleted, doc) || scratch.add(document));
        const merged = mergeSegments(sources.map(({ source }) => source));
        const whole = scratch.finish();
        const [ours, theirs] = [merged, whole].map((segment) => new SearchIndex(SETTINGS, segment));
        expect(merged.header.averageLengths).toEqual(whole.header.averageLengths);
        expect(ours.forms()).toEqual(theirs.forms());
        expect(ours.formsEndingWith('e', Infinity)).toEqual(theirs.formsEndingWith('e', Infinity));
        for (const request of requests) expect(ours.search(request)).toEqual(theirs.search(request));
      },
    ),
    { numRuns: 150 },
  );
});

it('knows which words are in names, in the base and in the live segment', () => {
  const prefix = fc.constantFrom('', 'r', 're', 's', 'left', 'x');
  const documents = fc.uniqueArray(arbitraryDocument(IDS), { selector: ({ id }) => id, maxLength: 30 });
  fc.assert(
    fc.property(documents, documents, prefix, fc.integer({ min: 1, max: 6 }), (before, added, beginning, limit) => {
      const builder = new SegmentBuilder(SETTINGS);
      before.forEach((document) => builder.add(document));
      const index = new SearchIndex(SETTINGS, builder.finish());
      const all = [...before, ...added.map((document) => ({ ...document, id: `live ${document.id}` }))];
      for (const document of all.slice(before.length)) index.put(document);
      const namesOf = ({ fields }: SearchDocument) =>
        fields.flatMap(({ name, tokens: own }) => (name === 'title' ? own : []));
      const named = new Map<string, number>();
      for (const document of all)
        for (const form of new Set(namesOf(document).map(({ surface, term }) => `${surface} ${term}`)))
          if (form.startsWith(beginning)) named.set(form, (named.get(form) ?? 0) + 1);
      const found = index.nameForms(beginning, 100);
      expect(new Map(found.map((form) => [`${form.surface} ${form.term}`, form.named]))).toEqual(named);
      const counts = found.map((form) => form.named);
      expect(counts).toEqual([...counts].sort((a, b) => b - a));
      const sums = index.nameForms(beginning, limit).map((form) => form.named);
      if (added.length === 0) expect(sums).toEqual(counts.slice(0, limit));
      const filter: ColumnFilter = (columns) => columns.hasInName('red');
      const { hits } = index.search({ query: null, filter, limit: 100 });
      const reds = all.filter((document) => namesOf(document).some(({ term }) => term === 'red'));
      expect(hits.map(({ id }) => id).sort()).toEqual(reds.map(({ id }) => id).sort());
    }),
  );
});

it('finds the same in segments of many blocks', () => {
  const random = seededRandom(7);
  const pick = <T>(from: readonly T[]) => from[Math.floor(random() ** 2 * from.length)];
  const vocabulary = Array.from({ length: 400 }, (_, i) => `w${i.toString(36)}`);
  const words = (count: number) => tokens(Array.from({ length: count }, () => pick(vocabulary)).join(' '));
  const documents = Array.from({ length: 5_000 }, (_, i): SearchDocument => {
    const description = { name: 'description', tokens: words(1 + Math.floor(random() * 12)) };
    return {
      id: `p${i}`,
      fields: [{ name: 'title', tokens: words(2) }, description],
      facets: {
        brand: random() < 0.9 ? [pick(['Acme', 'Bolt', 'Cord'])] : [],
        colour: ['red', 'blue'].filter(() => random() < 0.4),
        category: [pick(['Home', 'Home > Garden', 'Sport']), pick(['Sport', 'Sport > Tents'])],
        group: i % 3 === 0 ? [`g${i >> 3}`] : [],
      },
      numbers: { price: Math.floor(random() * 50) },
    };
  });
  const shop = new Shop(documents.slice(0, 4_600));
  // Facets of few values are counted together; groups have too many.
  expect(shop.base.packs.map(({ facets }) => Array.from(facets))).toEqual([[0, 1, 2]]);
  for (const put of documents.slice(4_500)) shop.apply({ put });
  for (let i = 0; i < 24; i++) {
    const clause = () => {
      const word = pick(vocabulary);
      return { alternatives: [random() < 0.25 ? { prefix: word.slice(0, 2) } : { term: word }] };
    };
    const clauses = Array.from({ length: 1 + Math.floor(random() * 4) }, clause);
    const phrase = { slots: [[pick(vocabulary)], [pick(vocabulary)]], slop: 3, boost: 1 };
    const mode = i % 2 === 0 ? 'OR' : 'AND';
    const ask: SearchRequest = {
      query: { mode, clauses, phrases: i % 3 === 0 ? [phrase] : [] },
      facets: [{ facet: 'brand' }, { facet: 'category' }, { facet: 'colour' }, { number: 'price', interval: 10 }],
      ...(i % 4 === 3 && { distinct: 'group' }),
      facetFilters: i % 5 === 0 ? [{ facet: 'brand', values: ['Bolt'] }] : [],
      limit: pick([1, 10, 100]),
    };
    shop.compare(ask, i % 7 === 0);
  }
});
