import fc from 'fast-check';
import { appendTo } from '../../../../src/learn/group-by';
import type { Alternative, TextQuery } from '../../../../src/search-engine/index/query';
import type { Ranking } from '../../../../src/search-engine/index/ranking';
import type { SearchDocument } from '../../../../src/search-engine/index/search-document';
import { SearchIndex } from '../../../../src/search-engine/index/search-index';
import { SegmentBuilder } from '../../../../src/search-engine/index/segment-builder';
import { isSameWord } from '../../../../src/search-engine/text/inflection';
import { arbitraryDocument, SETTINGS, tokens } from './arbitrary-documents';

const PLACED = 'p3';
const byKey: Ranking = () => ({ key: (_doc, score) => Math.round(score * 2) });
const byForm: Ranking = (columns) => ({
  ...byKey(columns),
  movesByForm: (doc) => columns.idAt(doc) !== PLACED,
});

const typed = fc.constantFrom('red', 'reds', 'redder', 'run', 'running', 'ran', 'shoes', 'blue').map((surface) => {
  const [{ term }] = tokens(surface);
  return { term, typed: { surface, language: 'en' } };
});
const synonym = fc.constantFrom('red', 'shop', 'leave').map((term): Alternative => ({ term, exact: false }));
const query: fc.Arbitrary<TextQuery> = fc.record({
  mode: fc.constantFrom('AND' as const, 'OR' as const),
  clauses: fc.array(
    fc.record({
      alternatives: fc.tuple(typed, fc.option(synonym)).map(([one, other]) => (other ? [one, other] : [one])),
    }),
    { minLength: 1, maxLength: 3 },
  ),
});

/** Returns, for each clause, the first field that matches it and the best form of the typed word in this field. */
function formsByHand({ fields }: SearchDocument, { clauses }: TextQuery) {
  return clauses.map(({ alternatives }) => {
    for (const { name } of SETTINGS.fields) {
      const forms = fields
        .filter((field) => field.name === name)
        .flatMap((field) => field.tokens)
        .flatMap(({ term, surface }) =>
          alternatives.flatMap((one) => {
            if (!('term' in one) || one.term !== term) return [];
            if (one.typed === undefined) return ['other'];
            if (surface === one.typed.surface) return ['typed'];
            return [isSameWord(surface, one.typed.surface, 'en') ? 'same' : 'derived'];
          }),
        );
      const best = ['typed', 'same', 'derived'].find((form) => forms.includes(form));
      if (forms.length > 0) return { name, form: best ?? 'other', isTyped: best !== undefined };
    }
    return { name: 'none', form: 'other', isTyped: false };
  });
}

it('says whether a document has all words, not only their beginnings and derived forms', () => {
  fc.assert(
    fc.property(
      fc.array(arbitraryDocument(20), { maxLength: 20 }),
      query,
      fc.boolean(),
      (documents, given, isTyped) => {
        const index = new SearchIndex(SETTINGS);
        for (const document of documents) index.put(document);
        const current = new Map(documents.map((document) => [document.id, document]));
        const [first, ...others] = given.clauses;
        const typedClause = { alternatives: [...first.alternatives, { prefix: 'r' }] };
        const asked = { ...given, mode: 'AND' as const, clauses: isTyped ? [typedClause, ...others] : given.clauses };
        const isExact = index.exactMatches(asked);
        // A synonym of the word that is typed does not count.
        const counted = asked.clauses.map(({ alternatives }, at) => ({
          alternatives: isTyped && at === 0 ? alternatives.filter(({ exact }) => exact !== false) : alternatives,
        }));
        for (const { id } of index.search({ query: asked, limit: 500 }).hits) {
          const forms = formsByHand(current.get(id) as SearchDocument, { mode: 'AND', clauses: counted });
          expect(isExact(id)).toBe(forms.every(({ name, form }) => name !== 'none' && form !== 'derived'));
        }
      },
    ),
  );
});

it('orders the documents that match in the same fields by the forms of the typed words', () => {
  fc.assert(
    fc.property(
      fc.array(arbitraryDocument(40), { maxLength: 40 }),
      fc.nat(40),
      query,
      (documents, baseCount, asked) => {
        const builder = new SegmentBuilder(SETTINGS);
        const base = new Map(documents.slice(0, baseCount).map((document) => [document.id, document]));
        for (const document of base.values()) builder.add(document);
        const index = new SearchIndex(SETTINGS, builder.finish());
        for (const document of documents.slice(baseCount)) index.put(document);
        const current = new Map(documents.map((document) => [document.id, document]));

        const expected = index.search({ query: asked, rank: byKey, ties: 'tie', limit: 500 }).hits;
        const groups = new Map<string, number[]>();
        const formsOf = expected.map(({ id }) => formsByHand(current.get(id) as SearchDocument, asked));
        expected.forEach(({ id }, at) => {
          const key = JSON.stringify(formsOf[at].map(({ name, isTyped }) => [name, isTyped]));
          if (id !== PLACED) appendTo(groups, key, at);
        });
        const ordered = expected.map(({ id }) => id);
        for (const places of groups.values()) {
          const count = (at: number, wanted: string) => formsOf[at].filter(({ form }) => form === wanted).length;
          const best = [...places].sort(
            (a, b) =>
              count(a, 'derived') - count(b, 'derived') ||
              (expected[b].rank as number) - (expected[a].rank as number) ||
              count(b, 'typed') - count(a, 'typed') ||
              a - b,
          );
          places.forEach((place, at) => (ordered[place] = expected[best[at]].id));
        }
        const search = (limit: number) => index.search({ query: asked, rank: byForm, ties: 'tie', limit }).hits;
        expect(search(500).map(({ id }) => id)).toEqual(ordered);
        const hasDerived = formsOf.some((forms) => forms.some(({ form }) => form === 'derived'));
        if (hasDerived) expect(search(3).map(({ id }) => id)).toEqual(ordered.slice(0, 3));
      },
    ),
    { numRuns: 1_000 },
  );
});
