import type { IndexSettings } from '../src/search-engine/index/settings';
import type { SearchRequest } from '../src/search-engine/index/search-request';
import type { SearchDocument } from '../src/search-engine/index/search-document';
import type { SearchIndex } from '../src/search-engine/index/search-index';
import { correctQuery } from '../src/search-engine/spelling/correct-query';
import type { SpellingDictionary } from '../src/search-engine/spelling/spelling-dictionary';
import type { CorpusDocument } from './search-corpus';
import { HITS, type Question } from './search-questions';

/** A query with at least this many results is not corrected. */
const MIN_RESULTS_LEFT_ALONE = 3;

export const SETTINGS: IndexSettings = {
  fields: [
    { name: 'title', weight: 4, b: 0.5, typicalLength: 8 },
    { name: 'description', weight: 1, b: 0.75, typicalLength: 50 },
  ],
  k1: 1.2,
  facets: [{ name: 'section' }, { name: 'vendor' }, { name: 'colour' }],
  numbers: ['price'],
};

const tokens = (words: readonly string[]) => words.map((word, position) => ({ surface: word, term: word, position }));

export const searchDocument = ({
  id,
  title,
  description,
  section,
  vendor,
  colour,
  price,
}: CorpusDocument): SearchDocument => ({
  id: String(id),
  fields: [
    { name: 'title', tokens: tokens(title) },
    { name: 'description', tokens: tokens(description) },
  ],
  facets: { section: [section], vendor: [vendor], colour: [colour] },
  numbers: { price },
});

/** Searches, and corrects a query with a typo first, as the product does. @returns the number of results */
export function ask(index: SearchIndex, dictionary: SpellingDictionary, question: Question): number {
  const found = index.search(requestOf(question)).total;
  if (!question.typo || found >= MIN_RESULTS_LEFT_ALONE) return found;
  const hits = (words: readonly string[]) => index.search({ ...requestOf({ ...question, words }), limit: 0 }).total;
  const corrected = correctQuery({ dictionary }, question.words, hits, {
    enough: MIN_RESULTS_LEFT_ALONE,
    documents: index.size,
    found,
  });
  return corrected === undefined ? found : index.search(requestOf({ ...question, words: corrected.words })).total;
}

function requestOf({ words, mode, prefix, maximumPrice, section, facets }: Question): SearchRequest {
  const clauses = words.map((word, i) => ({
    alternatives: [prefix && i === words.length - 1 ? { prefix: word } : { term: word }],
  }));
  return {
    query: words.length === 0 ? null : { mode, clauses },
    filter:
      maximumPrice === undefined
        ? undefined
        : (columns) => {
            const price = columns.numbers('price');
            return (doc) => price[doc] <= maximumPrice;
          },
    facetFilters: section === undefined ? [] : [{ facet: 'section', values: [section] }],
    facets: facets ? [{ facet: 'section' }, { facet: 'vendor' }, { facet: 'colour' }] : [],
    limit: HITS,
  };
}
