/** Runs Orama in a separate process, whose heap may be large: answers a task with `{ answers, bytes }`. */
import { create, insert, search } from '@orama/orama';
import { answerTask } from './search-peer';
import type { Corpus, CorpusDocument } from './search-corpus';
import { HITS, type Question } from './search-questions';

/** All text is one field, because Orama's AND requires all words in one field. */
const newIndex = () =>
  create({
    schema: { text: 'string', section: 'enum', vendor: 'enum', colour: 'enum', price: 'number' } as const,
    components: {
      tokenizer: {
        language: 'english',
        normalizationCache: new Map(),
        tokenize: (text) => text.split(' ').filter(Boolean),
      },
    },
  });

async function fill(corpus: Corpus) {
  const index = newIndex();
  for (let number = 0; number < corpus.size; number++) await insert(index, documentOf(corpus.document(number)));
  return (question: Question) => ask(index, question);
}

const documentOf = ({ title, description, section, vendor, colour, price }: CorpusDocument) => ({
  text: [...title, ...description].join(' '),
  section,
  vendor,
  colour,
  price,
});

/** If the last word is a prefix, all words are: Orama has no other option. */
async function ask(index: ReturnType<typeof newIndex>, question: Question): Promise<number> {
  const { words, mode, prefix, typo, maximumPrice, section, facets } = question;
  const { count } = await search(index, {
    term: words.join(' '),
    exact: !prefix && !typo,
    threshold: mode === 'AND' ? 0 : 1,
    ...(typo ? { tolerance: 1 } : {}),
    where: {
      ...(maximumPrice === undefined ? {} : { price: { lte: maximumPrice } }),
      ...(section === undefined ? {} : { section: { eq: section } }),
    },
    ...(facets ? { facets: { section: {}, vendor: {}, colour: {} } } : {}),
    limit: HITS,
  });
  return count;
}

answerTask(fill);
