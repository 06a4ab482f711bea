import type { InterpretedQuery } from '../../../src/search-engine/query/interpret-query';
import { NO_FIELD_EVIDENCE } from '../../../src/search/ranking/field-evidence';
import { productMeaningOf } from '../../../src/search/searched-question';

const WORDS = ['gift', 'box'];
/** The query `Gift Box`. */
const interpreted = {
  ignoredWords: [],
  plan: {
    queryWords: ['Gift', 'Box'].map((text) => ({ text })),
    requiredIndices: [0, 1],
    wholeTermsAt: (at: number) => [WORDS[at]],
  },
} as unknown as InterpretedQuery;

interface Case {
  readonly total?: number;
  readonly typing?: boolean;
  readonly fields?: object;
  readonly kind?: string;
  readonly ignoredWords?: readonly string[];
  readonly correctedQuery?: string;
}

const evidenceOf = ({ total = 1, typing = false, fields = {}, kind, ...query }: Case) =>
  productMeaningOf(
    { ...interpreted, ...query },
    {
      ...{ total, typing, matchCount: total },
      fieldsOf: () => ({ ...NO_FIELD_EVIDENCE, ...fields }),
      namesProducts: (term) => term === kind,
    },
  );

it.each<[string, Case, string]>([
  ['that are not found', { total: 0 }, 'NONE'],
  ['in descriptions', { fields: { descriptionMatch: 1 } }, 'FOUND'],
  ['in titles', { fields: { titleMatch: 1 } }, 'NAMED'],
  ['in titles and brands', { fields: { titleMatch: 0.5, brandMatch: 0.5 } }, 'NAMED'],
  ['with a word of a category', { total: 0, kind: 'box' }, 'NAMED'],
  ['that are still typed', { typing: true }, 'NAMED'],
  ['of which the first was left out, in titles', { ignoredWords: ['Gift'], fields: { titleMatch: 1 } }, 'NAMED'],
  ['of which the first was left out, in descriptions', { ignoredWords: ['Gift'] }, 'FOUND'],
  ['of which the last was left out', { ignoredWords: ['Box'], fields: { titleMatch: 1 } }, 'FOUND'],
  ['of which the last was left out, with a word of a category', { ignoredWords: ['Box'], kind: 'gift' }, 'FOUND'],
  ['of which the last was left out, and names a category', { ignoredWords: ['Box'], kind: 'box' }, 'FOUND'],
  ['of which the first was left out, and names a category', { ignoredWords: ['Gift'], kind: 'gift' }, 'FOUND'],
  ['of which the first was left out, with a category', { ignoredWords: ['Gift'], kind: 'box' }, 'NAMED'],
  ['that were corrected', { correctedQuery: 'lift box', fields: { titleMatch: 1 } }, 'NONE'],
])('the products of a search speak for words %s', (_, given, evidence) => {
  expect(evidenceOf(given)).toBe(evidence);
});
