import { mock } from 'node:test';
import { AD_SPEND_TOPIC, type AdSpendMessage } from '../src/ads/billing/ad-topics';
import {
  judgeAdEvents,
  useKey,
  type AdEvent,
  type BilledCampaign,
  type CampaignTerms,
} from '../src/ads/billing/judge-ad-events';
import type { AdDefinition } from '../src/ads/definitions/ad-records';
import { qualityOfRank } from '../src/ads/decision/quality';
import type { DecidedAds } from '../src/ads/decision/ad-decision.service';
import { openAdToken } from '../src/auth/ad-token';
import { appendTo } from '../src/learn/group-by';
import { standardNormal } from '../src/learn/random-draws';
import { seededRandom } from '../src/learn/seeded-random';
import {
  adProcess,
  adProducts,
  advertiserOf,
  campaignOf,
  lineItemOf,
  newAdKeys,
  placementOf,
  PREDICTED_PROBABILITY,
  type AdProcess,
  type FakePubSub,
  type SpendRow,
} from './ads-shop';
import type { BenchRow } from './row';

const PROCESSES = 2;
/**
 * How many decisions are made at the same time for each campaign, half of them in each process: 200 in all. It competes with a rival of its own, whose budget does not end, so that it gets
 * the same number of clicks in each minute until its budget ends.
 */
const DECISIONS_OF_CAMPAIGNS = [64, 48, 32, 20, 14, 10, 8, 4];
const CAMPAIGNS = DECISIONS_OF_CAMPAIGNS.length;
/** Number of the line item of the first rival. */
const FIRST_RIVAL = 101;
const ROUND_MS = 4_000;
const TICK_MS = 100;
/** From the time at which an event is received until billing reads it. */
const BILLING_DELAY_MS = 300;
const HOUR_MS = 3_600_000;
/** Ads are shown for this long, which is longer than budgets last. */
const SHOWN_MS = 1.6 * HOUR_MS;
/** Budgets last this long, in turn, if clicks come at the expected rate. */
const LASTING_HOURS = [1.1, 1.25];
const MEDIAN_DELAY_MS = 30_000;
const BEGIN = Date.parse('2026-06-01T06:00:00Z');
const UNLIMITED = 1e15;
/** The bid of a campaign, and that of its rival, which is what the campaign pays for a click. */
const BID = 400_000;
const PRICE = 300_000;
/** The product of the rival is the second of the list. */
const RIVAL_BID = PRICE / qualityOfRank(1);

interface Delay {
  readonly name: string;
  /** Returns how long after the impression a click comes, in milliseconds. */
  readonly draw: (random: () => number) => number;
}

/** The medians of both are 30 s. The logarithm of the latter has a standard deviation of 1. */
const EXPONENTIAL: Delay = {
  name: 'exponential',
  draw: (random) => (-Math.log(1 - random()) * MEDIAN_DELAY_MS) / Math.LN2,
};
const LOG_NORMAL: Delay = {
  name: 'log-normal',
  draw: (random) => MEDIAN_DELAY_MS * Math.exp(standardNormal(random)),
};

/** The true click rate divided by the predicted one, and how long clicks take. */
const SCENARIOS: readonly (readonly [number, Delay])[] = [
  [1, EXPONENTIAL],
  [2, EXPONENTIAL],
  [5, EXPONENTIAL],
  [5, LOG_NORMAL],
];

/**
 * Simulates two API processes and billing, with the classes of the product and a clock of the bench: 200 decisions at a
 * time, clicks at a median delay of 30 s, processes that share what they expect every 0.5 s, and a billing delay of 0.3 s.
 * Budgets last from 1.1 to 1.25 hours. Rows: free clicks of 10,000, of all campaigns whose budget lasted an hour.
 */
export async function simulateClicks(): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const [factor, delay] of SCENARIOS) {
    const name = `simulation: clicks ${factor} × predicted, ${delay.name}`;
    console.error(`${name} …`);
    const budgets = DECISIONS_OF_CAMPAIGNS.map((decisions, n) => budgetFor(decisions, factor, LASTING_HOURS[n % 2]));
    const results = await simulate(budgets, factor, delay);
    const long = results.filter(({ lastedMs }) => lastedMs >= HOUR_MS);
    const sum = (of: (result: CampaignResult) => number) => long.reduce((total, result) => total + of(result), 0);
    console.error(
      `  ${long.length} of ${CAMPAIGNS} budgets lasted an hour; ${sum(({ clicks }) => clicks)} clicks (from ${Math.min(...long.map(({ clicks }) => clicks))} to ${Math.max(...long.map(({ clicks }) => clicks))} a campaign); spent ${((100 * sum(({ charged }) => charged)) / sum(({ budget }) => budget)).toFixed(2)} % of their budgets`,
    );
    const row = (what: string, rate: number, unit: string): BenchRow => ({
      name: what,
      subject: 'freshet',
      rate,
      unit,
    });
    rows.push(
      row(`${name}, free`, (10_000 * sum(({ free }) => free)) / sum(({ clicks }) => clicks), 'of 10k clicks'),
      row(
        'simulation: overspend',
        results.reduce((total, { overspend }) => total + overspend, 0),
        'millionths',
      ),
    );
  }
  return rows;
}

/** Returns a budget that the clicks of these decisions spend in some hours. */
function budgetFor(decisions: number, factor: number, hours: number): number {
  const clicks = ((hours * HOUR_MS) / ROUND_MS) * decisions * PREDICTED_PROBABILITY * factor;
  return Math.round(clicks * PRICE);
}

interface CampaignResult {
  readonly budget: number;
  readonly charged: number;
  readonly clicks: number;
  readonly free: number;
  readonly overspend: number;
  /** Milliseconds until the budget first excluded the campaign. */
  readonly lastedMs: number;
}

/** @param budgets by campaign, in millionths. Half of them are daily budgets */
async function simulate(budgets: readonly number[], factor: number, delay: Delay): Promise<CampaignResult[]> {
  mock.timers.enable({ apis: ['setInterval', 'Date'], now: BEGIN });
  const simulation = new Simulation(budgets, factor, delay);
  try {
    return await simulation.run(SHOWN_MS);
  } finally {
    mock.timers.reset();
  }
}

class Simulation {
  private readonly random = seededRandom(41);
  private readonly keys = newAdKeys();
  private readonly listeners = new Map<string, ((message: Buffer) => void)[]>();
  private readonly spend = new Map<string, number>();
  private readonly lastedMs = new Map<string, number>();
  private readonly clicks = new Map<number, Omit<AdEvent, 'position' | 'sequence'>[]>();
  private readonly counts = new Map<string, { clicks: number; free: number; overspend: number }>();
  private readonly campaigns: ReadonlyMap<number, BilledCampaign>;
  private readonly terms: ReadonlyMap<string, readonly CampaignTerms[]>;
  private readonly used = new Set<string>();
  private position = 0;
  private visits = 0;

  constructor(
    private readonly amounts: readonly number[],
    private readonly factor: number,
    private readonly delay: Delay,
  ) {
    const numbers = Array.from({ length: CAMPAIGNS }, (_, n) => n);
    const dayOf = (time: number) => new Date(time).toISOString().slice(0, 10);
    this.campaigns = new Map(
      numbers.flatMap((n) => [
        [n + 1, { campaignId: `c${n}`, dayOf }],
        [FIRST_RIVAL + n, { campaignId: `r${n}`, dayOf }],
      ]),
    );
    const isRunning = { pausedAt: null, endsAt: null };
    this.terms = new Map(
      numbers.flatMap((n) => [
        [`c${n}`, [{ position: 0, ...this.budgetOf(n), ...isRunning }]],
        [`r${n}`, [{ position: 0, totalBudget: UNLIMITED, dailyBudget: null, ...isRunning }]],
      ]),
    );
  }

  async run(shownMs: number): Promise<CampaignResult[]> {
    const pubSub: FakePubSub = {
      onReconnect: () => () => undefined,
      listen: (topic, listener) => {
        appendTo(this.listeners, topic, listener);
        return () => undefined;
      },
      publish: (topic, payload) => this.publish(topic, payload as object),
    };
    const products = adProducts(2 * CAMPAIGNS);
    const processes: AdProcess[] = [];
    for (let n = 0; n < PROCESSES; n++)
      processes.push(
        await adProcess({
          ...{ definitions: this.definitions(), products, keys: this.keys, pubSub },
          readSpend: (ids) => this.spendRows(ids),
          onDecision: ({ record }) => {
            for (const { lineItemId, reason } of record.excluded)
              if (reason === 'BUDGET_SPENT') this.noteEnd(`c${Number(lineItemId.slice(1)) - 1}`);
          },
        }),
      );
    for (let at = 0; at < shownMs || this.clicks.size > 0; at += TICK_MS) {
      mock.timers.tick(TICK_MS);
      this.bill(at + TICK_MS);
      // What the processes read meanwhile arrives.
      await new Promise((resolve) => setImmediate(resolve));
      if (at < shownMs && at % ROUND_MS === 0) await Promise.all(processes.map((process) => this.decide(process)));
    }
    for (const { spend } of processes) await spend.close();
    return this.amounts.map((budget, n) => {
      const id = `c${n}`;
      const counted = this.counts.get(id) ?? { clicks: 0, free: 0, overspend: 0 };
      return { budget, charged: this.spend.get(id) ?? 0, ...counted, lastedMs: this.lastedMs.get(id) ?? 0 };
    });
  }

  private budgetOf(n: number): { totalBudget: number; dailyBudget: number | null } {
    const budget = this.amounts[n];
    return n % 4 < 2 ? { totalBudget: budget, dailyBudget: null } : { totalBudget: 10 * budget, dailyBudget: budget };
  }

  private definitions(): AdDefinition[] {
    return [
      ...this.amounts.flatMap((_, n) => [
        placementOf(`p${n}`, 1),
        ...['a', 'b'].map((which) => advertiserOf(`${which}${n}`)),
        campaignOf({ id: `c${n}`, advertiserId: `a${n}`, ...this.budgetOf(n) }),
        campaignOf({ id: `r${n}`, advertiserId: `b${n}`, totalBudget: UNLIMITED }),
        lineItemOf({
          ...{ number: n + 1, campaignId: `c${n}`, placements: [`p${n}`], bid: BID, productIds: [`p${2 * n}`] },
        }),
        lineItemOf({
          ...{ number: FIRST_RIVAL + n, campaignId: `r${n}`, placements: [`p${n}`], bid: RIVAL_BID },
          productIds: [`p${2 * n + 1}`],
        }),
      ]),
    ];
  }

  /** Makes the decisions of a process: all are prepared before the first one is made. */
  private async decide({ decisions }: AdProcess): Promise<void> {
    const visits = DECISIONS_OF_CAMPAIGNS.flatMap((count, n) =>
      Array.from({ length: count / PROCESSES }, () => ({ n, sessionId: `visit-${this.visits++}` })),
    );
    const prepared = await Promise.all(
      visits.map(({ n, sessionId }) =>
        decisions.prepare({
          who: { sessionId },
          sender: null,
          placement: `p${n}`,
          query: null,
          variables: {},
          adConsent: false,
        }),
      ),
    );
    prepared.forEach((sponsorship, at) => {
      if (sponsorship instanceof Error) throw sponsorship;
      const { n, sessionId } = visits[at];
      const { ads } = sponsorship.choose({ productIds: [`p${2 * n}`, `p${2 * n + 1}`] }) as DecidedAds;
      for (const { token, productId } of ads)
        if (this.random() < PREDICTED_PROBABILITY * this.factor) this.click(sessionId, productId, token);
    });
  }

  private click(sessionId: string, productId: string, requestId: string): void {
    const receivedAt = Date.now() + Math.round(this.delay.draw(this.random));
    const tick = Math.ceil((receivedAt - BEGIN + BILLING_DELAY_MS) / TICK_MS);
    const who = { subject: `s:${sessionId}`, sessionId, customerId: null };
    const others = this.clicks.get(tick);
    const click = {
      type: 'CLICK' as const,
      receivedAt,
      occurredAt: receivedAt,
      ...who,
      productId,
      groupId: null,
      requestId,
    };
    if (others === undefined) this.clicks.set(tick, [click]);
    else others.push(click);
  }

  /** Charges the clicks that billing has received, and announces it. */
  private bill(at: number): void {
    const tick = at / TICK_MS;
    const clicks = this.clicks.get(tick);
    if (clicks === undefined) return;
    this.clicks.delete(tick);
    this.position++;
    const events = clicks.map((click, sequence) => ({ position: this.position, sequence, ...click }));
    const keysOf = events.map(({ requestId, type }) => useKey({ ...openAdToken(this.keys, requestId)!, type }));
    const entries = judgeAdEvents(events, [], [], [], {
      ...{ keys: this.keys, campaigns: this.campaigns, terms: this.terms, lineItemTerms: new Map() },
      ...{ recent: [], purchases: [] },
      used: new Set(keysOf.filter((key) => this.used.has(key))),
      spend: [...this.spendRows()],
    });
    for (const key of keysOf) this.used.add(key);
    for (const { campaignId, outcome, charged } of entries) {
      if (campaignId === null) throw new Error(`${outcome}: a token of the simulation was not recognized`);
      if (outcome !== 'CHARGED' && outcome !== 'FREE') throw new Error(`a click was judged ${outcome}`);
      const spent = (this.spend.get(campaignId) ?? 0) + charged;
      this.spend.set(campaignId, spent);
      const counts = this.counts.get(campaignId) ?? { clicks: 0, free: 0, overspend: 0 };
      counts.clicks++;
      if (outcome === 'FREE') counts.free++;
      if (campaignId.startsWith('c'))
        counts.overspend = Math.max(counts.overspend, spent - this.amounts[Number(campaignId.slice(1))]);
      this.counts.set(campaignId, counts);
    }
    const campaignIds = [...new Set(entries.flatMap(({ campaignId }) => campaignId ?? []))];
    this.publish(AD_SPEND_TOPIC, { campaignIds } satisfies AdSpendMessage);
  }

  private spendRows(ids: readonly string[] = [...this.spend.keys()]): SpendRow[] {
    const day = new Date(BEGIN).toISOString().slice(0, 10);
    return ids.flatMap((campaignId) => {
      const spend = this.spend.get(campaignId);
      return spend === undefined ? [] : { campaignId, day, spend };
    });
  }

  private publish(topic: string, payload: object): void {
    const message = Buffer.from(JSON.stringify(payload));
    for (const listener of this.listeners.get(topic) ?? []) listener(message);
  }

  private noteEnd(campaignId: string): void {
    if (!this.lastedMs.has(campaignId)) this.lastedMs.set(campaignId, Date.now() - BEGIN);
  }
}
