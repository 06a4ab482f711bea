/** Runs MiniSearch in a separate process, whose heap may be large: answers a task with `{ answers, bytes }`. */
import MiniSearch, { type SearchOptions } from 'minisearch';
import type { Corpus, CorpusDocument } from './search-corpus';
import { answerTask } from './search-peer';
import { HITS, type Question } from './search-questions';

const FACETS = ['section', 'vendor', 'colour'] as const;
type Stored = Record<(typeof FACETS)[number], string> & { price: number };

function fill(corpus: Corpus) {
  const index = new MiniSearch({
    fields: ['title', 'description'],
    storeFields: [...FACETS, 'price'],
    tokenize: (text) => text.split(' '),
    processTerm: (term) => term,
    searchOptions: { boost: { title: 4 } },
  });
  for (let number = 0; number < corpus.size; number++) index.add(textsOf(corpus.document(number)));
  return (question: Question) => ask(index, question);
}

const textsOf = (document: CorpusDocument) => ({
  ...document,
  title: document.title.join(' '),
  description: document.description.join(' '),
});

function ask(index: MiniSearch, { words, mode, prefix, typo, maximumPrice, section, facets }: Question): number {
  const options: SearchOptions = {
    combineWith: mode,
    fuzzy: typo ? 1 : false,
    prefix: (_, i) => prefix && i === words.length - 1,
    filter: (result) => {
      const stored = result as unknown as Stored;
      return (
        (maximumPrice === undefined || stored.price <= maximumPrice) &&
        (section === undefined || stored.section === section)
      );
    },
  };
  const found = index.search(words.length === 0 ? MiniSearch.wildcard : words.join(' '), options);
  if (facets) {
    for (const facet of FACETS) {
      const counts = new Map<string, number>();
      for (const result of found) {
        const value = (result as unknown as Stored)[facet];
        counts.set(value, (counts.get(value) ?? 0) + 1);
      }
      [...counts].sort((a, b) => b[1] - a[1]).slice(0, HITS);
    }
  }
  found.slice(0, HITS);
  return found.length;
}

answerTask(fill);
