import { randomUUID } from 'node:crypto';
import { dayFunctionFor, textOfDay } from '../../forecasting/day-series';
import type { Logger } from '../../platform/log';
import type { Pool } from '../../platform/postgres';
import type { RedisPubSub } from '../../platform/pubsub';
import { Replica } from '../../platform/replica';
import { AD_SPEND_TOPIC, type AdSpendMessage } from '../billing/ad-topics';
import { readRecentSpend, type RecentSpend } from '../billing/billing.store';
import { remainingBudget } from '../budget';
import type { CampaignRecord } from '../definitions/ad-records';
import { Outstanding } from './outstanding';

/** Pub/sub topic on which API processes announce what their shown ads are expected to cost. */
const OUTSTANDING_TOPIC = 'ad-outstanding';
const PUBLISH_MS = 500;
/** The present day has begun in every time zone within this time. */
const RECENT_MS = 3 * 86_400_000;
/** Interval at which all spend is read again, in case a message was lost. */
const REPAIR_MS = 10_000;
/** What another process has announced is forgotten after this time. */
const FORGET_MS = 120_000;
/** How long the present day of a time zone is not computed again. */
const DAY_CACHE_MS = 1_000;

interface Announcement {
  readonly process: string;
  readonly amounts: Readonly<Record<string, number>>;
}

/** The spend of campaigns, and what shown ads are expected to cost, in millionths. */
export class AdSpendReadModel extends Replica {
  /** By campaign. */
  private spend = new Map<string, RecentSpend>();
  private readonly own = new Outstanding();
  private readonly others = new Map<string, { readonly outstanding: Outstanding; readonly at: number }>();
  private readonly process = randomUUID();
  private readonly days = new Map<string, { readonly dayOf: (at: Date) => number; at: number; day: string }>();
  private hasAnnounced = false;
  /** The campaigns whose spend is to be read; null for all. */
  private outdated: Set<string> | null = null;
  private stopAnnouncing: () => void = () => undefined;

  constructor(
    private readonly pool: Pool,
    private readonly pubSub: Pick<RedisPubSub, 'listen' | 'onReconnect' | 'publish'>,
    log: Logger,
  ) {
    super({ pubSub, log, topic: AD_SPEND_TOPIC, from: 0, compareMs: REPAIR_MS, failure: 'spend of ads not read' });
  }

  override async start(): Promise<void> {
    const timer = setInterval(() => this.announce(), PUBLISH_MS);
    const stop = this.pubSub.listen(OUTSTANDING_TOPIC, (message) =>
      this.hear(JSON.parse(message.toString()) as Announcement),
    );
    this.stopAnnouncing = () => {
      clearInterval(timer);
      stop();
    };
    await super.start();
  }

  override close(): Promise<void> {
    this.stopAnnouncing();
    return super.close();
  }

  protected receive(message: Buffer): void {
    const { campaignIds } = JSON.parse(message.toString()) as AdSpendMessage;
    for (const id of campaignIds) this.outdated?.add(id);
    void this.catchUp();
  }

  protected loadFirst(): Promise<void> {
    return this.catchUp();
  }

  /** Reads all spend again, because messages have no positions, by which a lost one could be noticed. */
  protected compare(): Promise<void> {
    this.outdated = null;
    return this.catchUp();
  }

  protected override onReconnect(): void {
    void this.compare();
  }

  protected async readMissing(): Promise<void> {
    const campaignIds = this.outdated && [...this.outdated];
    this.outdated = new Set();
    const rows = await readRecentSpend(this.pool, campaignIds, new Date(Date.now() - RECENT_MS));
    if (campaignIds === null) this.spend = new Map();
    for (const row of rows) this.spend.set(row.campaignId, row);
  }

  /** Adds what a shown ad is expected to cost. */
  expect(campaignId: string, amount: number, now: number): void {
    this.own.add(campaignId, amount, now);
  }

  /** Returns what the budgets of a campaign leave in the ledger; negative beyond. */
  remaining(campaign: CampaignRecord, now: number): number {
    const { id, timeZone } = campaign;
    const { total = 0, days = {} } = this.spend.get(id) ?? {};
    return remainingBudget(campaign, { total, today: days[this.dayIn(timeZone, now)] ?? 0 });
  }

  /** Returns what the shown ads of a campaign are still expected to cost. */
  reserved(campaignId: string, now: number): number {
    let expected = this.own.of(campaignId, now);
    for (const { outstanding } of this.others.values()) expected += outstanding.of(campaignId, now);
    return expected;
  }

  /** Returns the day of a time (ms since 1970) in a time zone, as `YYYY-MM-DD`. */
  dayIn(timeZone: string, now: number): string {
    let known = this.days.get(timeZone);
    if (known === undefined)
      this.days.set(timeZone, (known = { dayOf: dayFunctionFor(timeZone), at: -Infinity, day: '' }));
    if (Math.abs(now - known.at) > DAY_CACHE_MS) {
      known.at = now;
      known.day = textOfDay(known.dayOf(new Date(now)));
    }
    return known.day;
  }

  private announce(): void {
    const amounts = this.own.all(Date.now());
    const isEmpty = Object.keys(amounts).length === 0;
    if (isEmpty && !this.hasAnnounced) return;
    this.hasAnnounced = !isEmpty;
    this.pubSub.publish(OUTSTANDING_TOPIC, { process: this.process, amounts } satisfies Announcement);
  }

  private hear({ process, amounts }: Announcement): void {
    const now = Date.now();
    for (const [id, { at }] of this.others) if (at < now - FORGET_MS) this.others.delete(id);
    if (process === this.process) return;
    const outstanding = new Outstanding();
    for (const [campaignId, amount] of Object.entries(amounts)) outstanding.add(campaignId, amount, now);
    this.others.set(process, { outstanding, at: now });
  }
}
