import { SearchIndex } from '../../src/search-engine/index/search-index';
import { SegmentBuilder } from '../../src/search-engine/index/segment-builder';
import { segmentDictionary } from '../../src/search-engine/spelling/segment-dictionary';
import { runToCompletion } from '../../src/search-engine/scheduling/cooperative-task';
import { madeUpCorpus } from '../search-corpus';
import { ask, searchDocument, SETTINGS } from '../search-freshet';
import { type QuestionClass, searchQuestions } from '../search-questions';
import { BenchShop } from '../search-shop';
import type { GuardTask } from './guard-row';

const DOCUMENTS = 20_000;
const SHOP_PRODUCTS = 10_000;
const QUESTIONS = 100;
const PAGE = { limit: 20 };
/** The classes of `bench search` that take enough time to measure. */
const CLASSES: readonly QuestionClass[] = [
  'and',
  'or-frequent',
  'prefix',
  'one-typo',
  'filter-facets',
  'or-frequent-facets',
];

/**
 * Measures search over made-up words, which are the same on every machine: the index alone, and the index as the
 * product calls it.
 */
export async function searchTasks(): Promise<readonly GuardTask[]> {
  const corpus = madeUpCorpus(DOCUMENTS);
  const builder = new SegmentBuilder(SETTINGS);
  for (let number = 0; number < corpus.size; number++) builder.add(searchDocument(corpus.document(number)));
  const segment = builder.finish();
  const index = new SearchIndex(SETTINGS, segment);
  const dictionary = segmentDictionary(segment);
  const questions = searchQuestions(corpus, QUESTIONS);
  return [
    ...CLASSES.map((name) => ({
      name: `search-${name}`,
      what: `one search of the class ${name} in an index of ${DOCUMENTS} documents, in process`,
      work: () => {
        for (const question of questions[name]) ask(index, dictionary, question);
        return QUESTIONS;
      },
    })),
    await productTask(),
  ];
}

/** Interprets the query, searches, ranks for a customer and counts facets. */
async function productTask(): Promise<GuardTask> {
  const shop = new BenchShop(madeUpCorpus(SHOP_PRODUCTS));
  await shop.warm();
  const queries = Array.from({ length: QUESTIONS }, (_, n) => {
    const { title } = shop.corpus.document((n * 7_919) % SHOP_PRODUCTS);
    return title.slice(n % 2, (n % 2) + 1 + (n % 3)).join(' ');
  });
  return {
    name: 'search-product',
    what: `one search as the product runs it, with three facets, among ${SHOP_PRODUCTS} products with variants, in process`,
    work: () => {
      for (const query of queries) runToCompletion(shop.ask(query, PAGE));
      return QUESTIONS;
    },
  };
}
