import {
  auctionText,
  formatPrice,
  groupExclusions,
  lastDays,
  type LineItem,
  type ListedCampaign,
  nextAdvertiser,
  priceReason,
  priceText,
  salesText,
  scoreText,
  statusBadge,
  targetingText,
  unpaidText,
  type Winner,
} from '../../../console/src/ads/ad-text';

const eur = (amount: string) => ({ amount, currency: 'EUR' });
const candidate = (advertiserId: string, more: object): Winner['candidate'] => ({
  ...{ advertiserId, lineItemId: `${advertiserId}-1`, productId: 'p-1', bidKind: 'CPC', quality: 1 },
  ...{ clickProbability: 0.02, bid: eur('0.40'), reserve: eur('0.05'), score: eur('0.008') },
  ...more,
});
const winner = (slot: number, advertiserId: string, price: string, more: object = {}, isExploration = false) => ({
  ...{ slot, price: eur(price), isExploration },
  candidate: candidate(advertiserId, more),
});
const nameOf = (id: string) => ({ b: 'Bolt & Co', c: 'Cord' })[id] ?? id;
const NOTHING = {
  ...{ spend: eur('0'), impressions: 0, clicks: 0, freeClicks: 0, freeImpressions: 0 },
  ...{ invalidClicks: 0, invalidImpressions: 0, costPerClick: null, costPerMille: null },
};

test('amounts below a cent keep their digits, and prices of impressions are for a thousand', () => {
  expect(formatPrice(eur('12.5'))).toBe('€12.50');
  expect(formatPrice(eur('0.052500'))).toBe('€0.0525');
  expect(priceText(eur('0.007096'), 'CPM')).toBe('€7.096 per 1,000 impressions');
  expect(priceText(eur('0.21'), 'CPC')).toBe('€0.21 per click');
  expect(scoreText({ score: eur('0.0064') })).toBe('€6.40');
});

test('sales are units in orders, what they brought for the spend, and other products', () => {
  const sales = { orders: 2, units: 3, revenue: eur('51.00'), returnOnSpend: 3.4, otherUnits: 0 };
  expect(salesText(sales)).toBe('3 units in 2 orders after a click. €3.40 for each €1.00 spent.');
  expect(salesText({ ...sales, orders: 1, units: 1, returnOnSpend: null, otherUnits: 2 })).toBe(
    '1 unit in 1 order after a click. Customers also bought 2 units of the advertiser’s other products.',
  );
  // Everything was returned.
  expect(salesText({ ...sales, units: 0, returnOnSpend: 0 })).toBe(
    '0 units in 2 orders after a click. €0.00 for each €1.00 spent.',
  );
  expect(salesText({ ...sales, orders: 0, units: 0, returnOnSpend: 0 })).toBe(
    'No orders of advertised products after a click.',
  );
  expect(salesText({ ...sales, orders: 0, units: 0, otherUnits: 1 })).toBe(
    'No orders of advertised products after a click. Customers also bought 1 unit of the advertiser’s other products.',
  );
});

test('auctions are those that were won, and what the others were lost to', () => {
  const none = { won: 0, lostToRank: 0, lostToBudget: 0, lostToCap: 0, winRate: null };
  expect(auctionText(none)).toBe('No auctions.');
  expect(auctionText({ ...none, won: 1_200 })).toBe('1,200 of 1,200.');
  expect(auctionText({ ...none, won: 3, lostToRank: 5, lostToCap: 2 })).toBe(
    '3 of 10. Lost: 5 to higher scores, 2 because of the frequency cap.',
  );
});

describe('the reason of a price', () => {
  const first = winner(1, 'a', '0.30');
  const second = winner(2, 'b', '0.05', { score: eur('0.006') });
  const lonely = { winners: [first, second], competitors: [] };

  test('is the score of the next advertiser', () => {
    const next = nextAdvertiser(lonely, first);
    expect(next?.advertiserId).toBe('b');
    expect(priceReason(first, next, nameOf)).toBe(
      'The next advertiser, Bolt & Co, has a score of €6.00. To stay ahead of it, €0.30 per click is enough.',
    );
  });

  test('is the reserve if there is no other advertiser, or if that is enough', () => {
    expect(nextAdvertiser(lonely, second)).toBeUndefined();
    expect(priceReason(second, undefined, nameOf)).toBe(
      'No other advertiser wanted the slot, so it pays the reserve: €0.05 per click.',
    );
    expect(priceReason(second, candidate('c', { score: eur('0.0001') }), nameOf)).toMatch(
      /^The next advertiser, Cord, .* it pays the reserve: €0.05 per click.$/,
    );
  });

  test('is the bid if the next score is as high', () => {
    const even = candidate('c', { score: eur('0.008') });
    expect(priceReason(winner(1, 'a', '0.40'), even, nameOf)).toMatch(/So it pays its whole bid: €0.40 per click.$/);
  });

  test('is chance for a slot that explores, which is no competitor', () => {
    const explored = winner(1, 'x', '0.05', {}, true);
    const third = candidate('c', {});
    const decision = { winners: [explored, second], competitors: [third] };
    expect(priceReason(explored, nextAdvertiser(decision, explored), nameOf)).toMatch(/^Chosen at random/);
    expect(nextAdvertiser(decision, second)).toBe(third);
  });
});

test('exclusions of a line item for the same reason are one sentence', () => {
  const reasons = [
    { lineItemId: 'a-1', productId: 'p-1', reason: 'NO_KEYWORD' },
    { lineItemId: 'a-1', productId: 'p-2', reason: 'NO_KEYWORD' },
    { lineItemId: 'a-1', productId: 'p-3', reason: 'OUT_OF_STOCK' },
  ] as const;
  expect(groupExclusions(reasons)).toEqual([
    { lineItemId: 'a-1', text: 'None of its keywords matches the search.', productIds: ['p-1', 'p-2'] },
    { lineItemId: 'a-1', text: 'The product cannot be bought now.', productIds: ['p-3'] },
  ]);
});

test('the days are those of the time zone, with zeros where nothing was charged', () => {
  const groups = [{ key: '2026-03-02', figures: { ...NOTHING, spend: eur('1.25'), impressions: 30, clicks: 4 } }];
  const now = Date.parse('2026-03-02T23:30:00Z');
  const days = lastDays(groups, { timeZone: 'Europe/Berlin', count: 3, now });
  expect(days).toEqual([
    { key: '2026-03-01', spend: 0, impressions: 0, clicks: 0, isRunning: false },
    { key: '2026-03-02', spend: 1.25, impressions: 30, clicks: 4, isRunning: false },
    { key: '2026-03-03', spend: 0, impressions: 0, clicks: 0, isRunning: true },
  ]);
});

test.each([
  ['RUNNING', '1', 'Running'],
  ['RUNNING', '8', 'Budget nearly spent'],
  ['SPENT', '10', 'Budget spent'],
  ['SCHEDULED', '0', 'Not begun'],
])('a campaign that is %s with %s of 10 spent is: %s', (status, spend, text) => {
  const campaign = { status, totalBudget: eur('10'), figures: { ...NOTHING, spend: eur(spend) } } as ListedCampaign;
  expect(statusBadge(campaign).text).toBe(text);
});

test('a line item says for which searches and visitors it is', () => {
  const plain = {
    ...{ exactKeywords: [], phraseKeywords: [], negativeKeywords: [], targeting: null, frequencyCap: null },
  } as unknown as LineItem;
  expect(targetingText(plain)).toBe('Wherever its products are relevant.');
  expect(
    targetingText({ ...plain, phraseKeywords: ['pot', 'soil'], negativeKeywords: ['gift'], frequencyCap: 3 }),
  ).toBe('Searches with “pot”, “soil”. Not for searches with “gift”. At most 3 times a day for the same visitor.');
});

test('what was not charged is named', () => {
  expect(unpaidText(NOTHING)).toBeUndefined();
  expect(unpaidText({ ...NOTHING, freeClicks: 1, invalidImpressions: 2 })).toBe(
    '1 click was free, because the budget was spent. 2 impressions do not count: repeated, too late, too many or of another visit.',
  );
});
