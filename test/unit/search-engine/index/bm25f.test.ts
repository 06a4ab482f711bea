import { SearchIndex } from '../../../../src/search-engine/index/search-index';
import { SegmentBuilder } from '../../../../src/search-engine/index/segment-builder';
import { SETTINGS, tokens } from './arbitrary-documents';

const documents = [
  { title: 'red shoe', description: 'a red shoe for running' },
  { title: 'blue shoe', description: 'blue like red is red' },
  { title: 'tent', description: 'tent' },
];

/** The formula as in the paper. */
function bm25f(terms: readonly string[], doc: number): number {
  const words = (text: string) => tokens(text).map(({ term }) => term);
  const fields = SETTINGS.fields.filter(({ name }) => name !== 'attributes');
  const texts = documents.map((document) => fields.map(({ name }) => words(document[name as 'title'])));
  let score = 0;
  for (const term of terms) {
    const matching = texts.filter((fields) => fields.flat().includes(term)).length;
    const idf = Math.log(1 + (documents.length - matching + 0.5) / (matching + 0.5));
    let frequency = 0;
    fields.forEach(({ weight, b }, field) => {
      const average = texts.reduce((sum, fields) => sum + fields[field].length, 0) / texts.length;
      const count = texts[doc][field].filter((word) => word === term).length;
      frequency += (weight * count) / (1 - b + (b * texts[doc][field].length) / average);
    });
    score += (idf * frequency) / (SETTINGS.k1 + frequency);
  }
  return score;
}

it('scores are BM25F, within 16 bits of impact and 12 of idf', () => {
  const builder = new SegmentBuilder(SETTINGS);
  documents.forEach(({ title, description }, i) =>
    builder.add({
      id: String(i),
      fields: [
        { name: 'title', tokens: tokens(title) },
        { name: 'description', tokens: tokens(description) },
      ],
      facets: {},
      numbers: {},
    }),
  );
  const index = new SearchIndex(SETTINGS, builder.finish());
  const terms = ['red', 'shoe', 'run'];
  const clauses = terms.map((term) => ({ alternatives: [{ term }] }));
  const { hits } = index.search({ query: { mode: 'OR', clauses }, limit: 10 });
  expect(hits.map(({ id }) => id)).toEqual(['0', '1']);
  for (const { id, score } of hits) expect(Math.abs(score - bm25f(terms, Number(id)))).toBeLessThan(1e-3);
});

it('finds which terms surface forms lead to, and how many documents have them', () => {
  const index = new SearchIndex(SETTINGS);
  ['running ran', 'ran left', 'runs'].forEach((text, i) =>
    index.put({ id: String(i), fields: [{ name: 'title', tokens: tokens(text) }], facets: {}, numbers: {} }),
  );
  expect(index.forms('r')).toEqual([
    { surface: 'ran', term: 'run', documents: 2, named: 2 },
    { surface: 'running', term: 'run', documents: 1, named: 1 },
    { surface: 'runs', term: 'runs', documents: 1, named: 1 },
  ]);
  expect(index.forms('left').map(({ term }) => term)).toEqual(['leave', 'left']);
});
