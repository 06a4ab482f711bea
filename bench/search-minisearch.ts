/** MiniSearch in a process of its own, whose heap may be large: answers `{ size, count }` with `{ answers }`. */
import MiniSearch, { type SearchOptions } from 'minisearch';
import { searchCorpus, type CorpusDocument } from './search-corpus';
import { HITS, type Question, searchQuestions } from './search-questions';
import { type ClassAnswers, timeClasses } from './search-timing';

export interface MiniSearchTask {
  readonly size: number;
  /** Questions of each class, and how many of them are asked at most. */
  readonly questions: number;
  readonly count: number;
}

const FACETS = ['section', 'vendor', 'colour'] as const;
type Stored = Record<(typeof FACETS)[number], string> & { price: number };

async function answer({ size, questions, count }: MiniSearchTask): Promise<ClassAnswers> {
  const corpus = searchCorpus(size);
  const index = new MiniSearch({
    fields: ['title', 'description'],
    storeFields: [...FACETS, 'price'],
    tokenize: (text) => text.split(' '),
    processTerm: (term) => term,
    searchOptions: { boost: { title: 4 } },
  });
  for (let number = 0; number < size; number++) index.add(textsOf(corpus.document(number)));
  return timeClasses(searchQuestions(corpus, questions), count, (question) => ask(index, question));
}

const textsOf = (document: CorpusDocument) => ({
  ...document,
  title: document.title.join(' '),
  description: document.description.join(' '),
});

function ask(index: MiniSearch, { words, mode, prefix, maximumPrice, section, facets }: Question): number {
  const options: SearchOptions = {
    combineWith: mode,
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

process.once('message', (task: MiniSearchTask) => {
  void answer(task).then((answers) => process.send?.(answers, () => process.exit(0)));
});
