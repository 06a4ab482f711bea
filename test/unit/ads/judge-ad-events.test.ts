import { randomBytes } from 'node:crypto';
import { sealAdToken } from '../../../src/auth/ad-token';
import {
  AD_OUTCOMES,
  isValidOutcome,
  judgeAdEvents,
  useKey,
  type AdEvent,
  type AdPurchase,
  type CampaignTerms,
  type LedgerEntry,
  type LineItemTerms,
  type SubjectMerge,
} from '../../../src/ads/billing/judge-ad-events';
import { dayFunctionFor, textOfDay } from '../../../src/forecasting/day-series';
import { seededRandom } from '../../../src/learn/seeded-random';
import { recountAds } from '../../setup/recount-ads';

const KEYS = new Map([[1, randomBytes(32)]]);
const BEGIN = Date.parse('2026-03-28T20:00:00Z');
const CAMPAIGNS = new Map([
  [1, { campaignId: 'kettles', timeZone: 'Europe/Berlin' }],
  [2, { campaignId: 'kettles', timeZone: 'Europe/Berlin' }],
  [3, { campaignId: 'lamps', timeZone: 'America/New_York' }],
]);

const BILLED = new Map(
  Array.from(CAMPAIGNS, ([number, { campaignId, timeZone }]) => {
    const dayOf = dayFunctionFor(timeZone);
    return [number, { campaignId, dayOf: (time: number) => textOfDay(dayOf(new Date(time))) }];
  }),
);

/** The groups of products: most have none. */
const GROUPS = [null, null, null, 'g', 'h'];

/** A random log of ad events: late, repeated, foreign, forged, in bursts, with merges, purchases, changed budgets, pauses, ends and caps. */
function randomAdLog(seed: number) {
  const random = seededRandom(seed);
  const below = (count: number) => Math.floor(random() * count);
  const pick = <T>(from: readonly T[]): T => from[below(from.length)];
  const tokens: { token: string; sessionId: string; productId: string }[] = [];
  const events: AdEvent[] = [];
  const merges: SubjectMerge[] = [];
  const purchases: AdPurchase[] = [];
  const lineItems: (LineItemTerms & { lineItem: number })[] = [1, 2, 3].map((lineItem) => ({
    ...{ lineItem, position: 0, pausedAt: null, frequencyCap: lineItem === 1 ? null : 2 },
  }));
  const budgets: (CampaignTerms & { campaignId: string })[] = ['kettles', 'lamps'].map((campaignId) => ({
    ...{ campaignId, position: 0, totalBudget: 400_000, dailyBudget: campaignId === 'lamps' ? 150_000 : null },
    ...{ pausedAt: null, endsAt: null },
  }));
  const owner = new Map<string, string>();
  const ownerOf = (subject: string) => owner.get(subject) ?? subject;
  let now = BEGIN;
  for (let position = 1; position <= 120; position++) {
    now += below(20 * 60_000);
    const kind = random();
    if (kind < 0.06) {
      const from = ownerOf(`s:v${below(4)}`);
      const into = `c:k${below(2)}`;
      if (from !== into && from.startsWith('s:')) {
        merges.push({ position, from, into });
        owner.set(from, into);
      }
      continue;
    }
    if (kind < 0.1) {
      const campaignId = pick(['kettles', 'lamps']);
      const last = budgets.filter((budget) => budget.campaignId === campaignId).at(-1)!;
      const totalBudget = last.totalBudget + below(300_000) - 50_000;
      const pausedAt = random() < 0.7 ? null : (last.pausedAt ?? now);
      budgets.push({
        ...last,
        position,
        totalBudget,
        pausedAt,
        endsAt: random() < 0.7 ? null : now + below(7_200_000),
      });
      continue;
    }
    if (kind < 0.13) {
      const last = lineItems.findLast(({ lineItem }) => lineItem === 1 + below(3)) ?? lineItems[0];
      lineItems.push({ ...last, position, pausedAt: last.pausedAt === null ? now : null, frequencyCap: 1 + below(4) });
      continue;
    }
    if (kind < 0.22) {
      const subject = ownerOf(`s:v${below(4)}`);
      purchases.push({
        position,
        sequence: 0,
        subject,
        productId: `p${below(3)}`,
        groupId: pick(GROUPS),
        boughtAt: now - below(40 * 3_600_000),
      });
      continue;
    }
    // Early, before the line item has a frequency cap.
    const isBurst = position <= 3 && seed % 12 === 0;
    const visitor = `v${below(4)}`;
    for (let shown = isBurst ? 320 : below(4); shown > 0; shown--) {
      const sessionId = isBurst ? visitor : `v${below(4)}`;
      const productId = `p${below(3)}`;
      const bidKind = pick(['CPC', 'CPM'] as const);
      const content = {
        ...{
          decision: randomBytes(8).toString('hex'),
          slot: 1 + below(3),
          lineItem: isBurst ? 1 : 1 + below(3),
          bidKind,
        },
        ...{ isExploration: false, price: below(40_000), probability: 0.1, issuedAt: now, placement: 'search' },
      };
      tokens.push({ token: sealAdToken(KEYS, content, { sessionId }, productId), sessionId, productId });
    }
    if (tokens.length === 0) continue;
    const size = isBurst ? 320 : 1 + below(4);
    for (let sequence = 0; sequence < size; sequence++) {
      const shown = isBurst ? tokens[Math.max(0, tokens.length - 1 - sequence)] : pick(tokens);
      const sessionId = random() < 0.1 ? 'other' : shown.sessionId;
      events.push({
        ...{ position, sequence, type: !isBurst && random() < 0.5 ? 'CLICK' : 'IMPRESSION' },
        occurredAt: now + (random() < 0.3 ? below(4 * 3_600_000) - 3 * 3_600_000 : 0),
        receivedAt: now + sequence + (random() < 0.1 ? below(26 * 3_600_000) : 0),
        ...{ subject: ownerOf(`s:${sessionId}`), customerId: null, sessionId },
        productId: random() < 0.05 ? 'p9' : shown.productId,
        groupId: pick(GROUPS),
        requestId: random() < 0.05 ? `${shown.token.slice(0, -4)}AAAA` : shown.token,
      });
    }
  }
  return { events, merges, purchases, budgets, lineItems };
}

function termsOf({ budgets, lineItems }: Pick<ReturnType<typeof randomAdLog>, 'budgets' | 'lineItems'>) {
  return {
    terms: new Map(['kettles', 'lamps'].map((id) => [id, budgets.filter(({ campaignId }) => campaignId === id)])),
    lineItemTerms: new Map([1, 2, 3].map((id) => [id, lineItems.filter(({ lineItem }) => lineItem === id)])),
  };
}

/** Judges a log in batches, each with what the ledger says after those before it, as the store reads it. */
function judgeInBatches(log: ReturnType<typeof randomAdLog>, ends: readonly number[]) {
  const { events, merges, purchases } = log;
  const ledger: LedgerEntry[] = [];
  let after = 0;
  for (const until of ends) {
    const within = ({ position }: { position: number }) => position > after && position <= until;
    const valid = ledger.filter(({ outcome }) => isValidOutcome(outcome));
    const moved = merges.filter(({ position }) => position <= after);
    const subjectOf = <Subject extends string | null>(entry: { position: number; subject: Subject }) =>
      moved.reduce<Subject | string>(
        (subject, merge) => (merge.from === subject && merge.position > entry.position ? merge.into : subject),
        entry.subject,
      );
    ledger.push(
      ...judgeAdEvents(events.filter(within), merges.filter(within), purchases.filter(within), [], {
        keys: KEYS,
        campaigns: BILLED,
        ...termsOf(log),
        used: new Set(valid.map(useKey)),
        purchases: purchases
          .filter(({ position }) => position <= after)
          .map((purchase) => ({ ...purchase, subject: subjectOf(purchase) })),
        recent: valid.map((entry) => ({ ...entry, subject: subjectOf(entry) })),
        spend: ledger.flatMap(({ campaignId, day, charged }) =>
          campaignId === null || day === null ? [] : [{ campaignId, day, spend: charged }],
        ),
      }),
    );
    after = until;
  }
  return ledger;
}

const outcomesOf = (ledger: readonly LedgerEntry[]) =>
  ledger.map(({ position, sequence, outcome, charged }) => ({ position, sequence, outcome, charged }));

describe('judgeAdEvents', () => {
  it('equals an independent recount, however the log is divided into batches', () => {
    const outcomes = new Set<string>();
    for (let seed = 1; seed <= 25; seed++) {
      const log = randomAdLog(seed);
      const recounted = recountAds({ ...log, keys: KEYS, campaigns: CAMPAIGNS });
      const random = seededRandom(seed);
      const some = Array.from({ length: 120 }, (_, index) => index + 1).filter((end) => end === 120 || random() < 0.2);
      for (const ends of [[120], some, Array.from({ length: 120 }, (_, index) => index + 1)])
        expect(outcomesOf(judgeInBatches(log, ends))).toEqual(recounted);
      for (const { outcome } of recounted) outcomes.add(outcome);
    }
    expect([...outcomes].sort()).toEqual([...AD_OUTCOMES].sort());
  });

  it('never spends more than the budgets of the position', () => {
    for (let seed = 30; seed < 45; seed++) {
      const log = randomAdLog(seed);
      const totals = new Map<string, number>();
      for (const { campaignId, charged, position } of judgeInBatches(log, [120])) {
        if (campaignId === null || charged === 0) continue;
        totals.set(campaignId, (totals.get(campaignId) ?? 0) + charged);
        const budget = log.budgets.findLast((one) => one.campaignId === campaignId && one.position < position)!;
        expect(totals.get(campaignId)).toBeLessThanOrEqual(budget.totalBudget);
      }
    }
  });

  /** Judges a click on an ad of line item 1 that was shown at `BEGIN`. Times are minutes after that. */
  const judgeClick = (
    at: { readonly happened: number; readonly received: number },
    more: {
      readonly boughtAt?: number;
      readonly bought?: Partial<AdPurchase>;
      readonly campaign?: Partial<CampaignTerms>;
      readonly lineItem?: Partial<LineItemTerms>;
    } = {},
  ) => {
    const timeOf = (minutes: number) => BEGIN + minutes * 60_000;
    const content = {
      ...{ decision: '00000000000000aa', slot: 1, lineItem: 1, bidKind: 'CPC' as const, isExploration: false },
      ...{ price: 40_000, probability: 0.1, issuedAt: BEGIN, placement: 'search' },
    };
    const click: AdEvent = {
      ...{ position: 9, sequence: 0, type: 'CLICK', receivedAt: timeOf(at.received), occurredAt: timeOf(at.happened) },
      ...{ subject: 's:v1', customerId: null, sessionId: 'v1', productId: 'p1', groupId: 'g' },
      requestId: sealAdToken(KEYS, content, { sessionId: 'v1' }, 'p1'),
    };
    const purchases = [more.boughtAt ?? []].flat().map((minutes) => ({
      ...{ position: 8, sequence: 0, subject: 's:v1', productId: 'p1', groupId: null, ...more.bought },
      boughtAt: timeOf(minutes),
    }));
    const campaign: CampaignTerms = {
      ...{ position: 1, totalBudget: 1e6, dailyBudget: null, pausedAt: null, endsAt: null, ...more.campaign },
    };
    const lineItem: LineItemTerms = { position: 1, pausedAt: null, frequencyCap: null, ...more.lineItem };
    const [entry] = judgeAdEvents([click], [], purchases, [], {
      ...{ keys: KEYS, campaigns: BILLED, terms: new Map([['kettles', [campaign]]]) },
      ...{ lineItemTerms: new Map([[1, [lineItem]]]), used: new Set(), recent: [], purchases: [], spend: [] },
    });
    return entry;
  };

  it.each([
    // It was received after the order, but it led to it.
    [{ happened: 10, received: 12, boughtAt: 11 }, 'CHARGED'],
    [{ happened: 12, received: 13, boughtAt: 11 }, 'DUPLICATE'],
    [{ happened: 10, received: 23 * 60, boughtAt: 12 }, 'CHARGED'],
    // A sender that states times before the ad was shown, or to come.
    [{ happened: -60, received: 12, boughtAt: -30 }, 'DUPLICATE'],
    [{ happened: 13, received: 12, boughtAt: 12.5 }, 'CHARGED'],
    // A day after the purchase.
    [{ happened: 1, received: 1, boughtAt: 1 - 24 * 60 }, 'DUPLICATE'],
    [{ happened: 1, received: 1, boughtAt: -24 * 60 }, 'CHARGED'],
    [{ happened: 30, received: 23 * 60, boughtAt: 30 - 24 * 60 }, 'DUPLICATE'],
  ])('compares a click with a purchase by when both happened: %j', ({ boughtAt, ...at }, outcome) => {
    expect(judgeClick(at, { boughtAt }).outcome).toBe(outcome);
  });

  it('knows variants of what the visitor bought', () => {
    const at = { happened: 2, received: 2 };
    const outcomeOf = (bought: Partial<AdPurchase>) => judgeClick(at, { boughtAt: 1, bought }).outcome;
    expect(outcomeOf({ productId: 'p2', groupId: 'g' })).toBe('DUPLICATE');
    expect(outcomeOf({ productId: 'p2', groupId: 'h' })).toBe('CHARGED');
    expect(outcomeOf({ productId: 'p2', groupId: null })).toBe('CHARGED');
  });

  it.each([10, 10.01])('charges a click up to 10 minutes after a pause or an end: %d minutes', (minutes) => {
    const at = { happened: 1, received: 5 + minutes };
    const stoppedAt = BEGIN + 5 * 60_000;
    const outcome = minutes <= 10 ? 'CHARGED' : 'FREE';
    expect(judgeClick(at, { campaign: { pausedAt: stoppedAt } }).outcome).toBe(outcome);
    expect(judgeClick(at, { campaign: { endsAt: stoppedAt } }).outcome).toBe(outcome);
    expect(judgeClick(at, { lineItem: { pausedAt: stoppedAt } }).outcome).toBe(outcome);
    // A pause holds from its position in the log on.
    expect(judgeClick(at, { lineItem: { position: 10, pausedAt: stoppedAt } }).outcome).toBe('CHARGED');
  });

  it.each([
    [{ happened: -2 * 24 * 60, received: 12 }, 0],
    [{ happened: 10, received: 12 }, 10],
    [{ happened: 50, received: 12 }, 12],
  ])('keeps when a click happened, after the ad was shown and before it was received: %j', (at, minutes) => {
    expect(judgeClick(at)).toMatchObject({ outcome: 'CHARGED', occurredAt: BEGIN + minutes * 60_000 });
  });

  it('leaves the entries of erased people, whose charges come first where they did', () => {
    const log = randomAdLog(7);
    const whole = judgeInBatches(log, [120]);
    const ownerOf = (subject: string | null) =>
      log.merges.reduce((owner, { from, into }) => (owner === from ? into : owner), subject);
    const person = ownerOf(whole.find(({ outcome }) => outcome === 'CHARGED')!.subject);
    const isErased = ({ subject }: { readonly subject: string | null }) => ownerOf(subject) === person;
    const erased = whole.filter(isErased);
    const remaining = log.events.filter((event) => !isErased(event));
    expect(remaining.length).toBeGreaterThan(0);
    const settled = erased.map((entry) => ({ ...entry, subject: null }));
    const state = {
      keys: KEYS,
      campaigns: BILLED,
      ...termsOf(log),
      ...{ used: new Set<string>(), recent: [], purchases: [], spend: [] },
    };
    const others = whole.filter((entry) => !erased.includes(entry));
    expect(judgeAdEvents(remaining, log.merges, log.purchases, settled, state)).toEqual(others);
  });
});
