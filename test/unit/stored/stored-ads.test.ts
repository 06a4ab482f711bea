/** Definitions and decisions of ads as they are stored, and the tokens of shown ads. */
import type { AdDecisionRecord } from '../../../src/ads/decision/ad-decision.store';
import type { AdDefinition } from '../../../src/ads/definitions/ad-records';
import { openAdToken, sealAdToken } from '../../../src/auth/ad-token';
import { everyFixtureIsRead, storedFixtures } from '../../setup/stored-fixtures';

const fixtures = storedFixtures('ads');
const isWriting = process.env.WRITE_FIXTURES === '1';
const AT = '2026-03-01T10:15:00.000Z';
const KEYS = new Map([[1, Buffer.alloc(32, 7)]]);

const DEFINITIONS: AdDefinition[] = [
  { kind: 'ADVERTISER', record: { id: 'falke', name: 'Falke', updatedAt: AT } },
  {
    kind: 'PLACEMENT',
    record: {
      ...{ id: 'results', slots: 2, currency: 'EUR', reserveCpc: 50_000, reserveCpm: 1_000_000 },
      ...{ explorationShare: 0.1, updatedAt: AT },
    },
  },
  {
    kind: 'CAMPAIGN',
    record: {
      ...{ id: 'spring', advertiserId: 'falke', name: 'Spring', currency: 'EUR', timeZone: 'Europe/Berlin' },
      ...{ totalBudget: 500_000_000, dailyBudget: 25_000_000, startsAt: AT, endsAt: AT, isPaused: true, updatedAt: AT },
    },
  },
  {
    kind: 'LINE_ITEM',
    record: {
      ...{ id: 'kettles', number: 1, campaignId: 'spring', bidKind: 'CPC', bid: 400_000, placements: ['results'] },
      ...{ productIds: ['kettle'], exactKeywords: ['kettle'], phraseKeywords: ['steel'], negativeKeywords: ['toy'] },
      ...{ targeting: "vars.country == 'DE'", frequencyCap: 3, isPaused: true, updatedAt: AT },
    },
  },
];
const CANDIDATE = {
  ...{ lineItemId: 'kettles', productId: 'kettle', advertiserId: 'falke', bidKind: 'CPC' as const },
  ...{ bid: 400_000, reserve: 50_000, probability: 0.05, quality: 0.9 },
};
const DECISION: Required<AdDecisionRecord> = {
  ...{ query: 'Kettles', words: 'kettl', relevantProducts: 12 },
  winners: [{ ...CANDIDATE, slot: 1, probabilityInSlot: 0.05, price: 60_000, exploration: false }],
  competitors: [CANDIDATE],
  excluded: [{ lineItemId: 'kettles', productId: 'lid', reason: 'OUT_OF_STOCK' }],
};
const CONTENT = {
  ...{ decision: '0123456789abcdef', slot: 2, lineItem: 7, bidKind: 'CPM' as const, isExploration: true },
  ...{ price: 250_000, probability: 0.25, issuedAt: 1_780_000_000_000, placement: 'results' },
};

it('definitions', () => fixtures.check('definitions', DEFINITIONS));

it('a decision', () => fixtures.check('decision', DECISION));

it('a token', () => {
  if (isWriting) fixtures.check('token', sealAdToken(KEYS, CONTENT, { sessionId: 'v1' }, 'kettle'));
  expect(openAdToken(KEYS, fixtures.json<string>('token'))).toMatchObject(CONTENT);
});

everyFixtureIsRead(fixtures);
