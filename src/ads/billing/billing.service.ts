import { openAdToken } from '../../auth/ad-token';
import { readBatchRange } from '../../events/batch-range.store';
import { storeFollowerPosition } from '../../events/follower.store';
import { findErased } from '../../events/tombstone.store';
import { dayFunctionFor, textOfDay } from '../../forecasting/day-series';
import { groupBy } from '../../learn/group-by';
import { inTransaction, type Pool, type PoolClient } from '../../platform/postgres';
import { AD_BILLING_LEASE } from './ad-topics';
import {
  addToSums,
  lockLedger,
  readAdEvents,
  readAdTokenKeys,
  readBilledLineItems,
  readCampaignTerms,
  readErasedEntries,
  readFirstLineItem,
  readLineItemTerms,
  readMergesBetween,
  readPurchasesBetween,
  readRecentEntries,
  readRecentPurchases,
  readSpend,
  readUses,
  reassignEntries,
  resetLedger,
  writeEntries,
  type BilledLineItem,
} from './billing.store';
import {
  judgeAdEvents,
  useKey,
  type AdEvent,
  type BilledCampaign,
  type BillingState,
  type SubjectMerge,
} from './judge-ad-events';

const DEFAULT_BATCH_EVENTS = 5_000;

/** By time zone. Creating one takes much longer than using it. */
const DAYS = new Map<string, ReturnType<typeof dayFunctionFor>>();

export interface BillingStep {
  readonly position: number;
  readonly atEnd: boolean;
  /** The campaigns whose figures have changed. */
  readonly campaignIds: readonly string[];
}

/**
 * Charges the impressions and clicks of ads. It follows the log in order of position, and stores the ledger, its sums and
 * the last position of a batch in one transaction. So neither a crash nor two processes at a time charge an event twice
 * or miss one, and the ledger equals a recount of the log.
 */
export class Billing {
  /** @param batchEvents about how many events of the log a transaction covers */
  constructor(
    private readonly pool: Pool,
    private readonly batchEvents = DEFAULT_BATCH_EVENTS,
  ) {}

  /** Charges the next batch of the log. @returns null at the end of the log */
  advance(): Promise<BillingStep | null> {
    return inTransaction(this.pool, async (client) => {
      const after = await this.lock(client);
      const { newest, hasLineItems } = await readFirstLineItem(client);
      if (!hasLineItems) {
        // No token was issued yet, so a large log need not be read.
        if (newest > after) await storeFollowerPosition(client, AD_BILLING_LEASE, newest);
        return newest > after ? { position: newest, atEnd: true, campaignIds: [] } : null;
      }
      const range = await readBatchRange(client, after, this.batchEvents);
      if (range === null) return null;
      const { position, atEnd } = range;
      const merges = await readMergesBetween(client, after, position);
      const events = await readAdEvents(client, after, position);
      const settled = await readErasedEntries(client, after, position);
      const entries =
        events.length === 0
          ? []
          : judgeAdEvents(
              events,
              merges,
              await readPurchasesBetween(client, after, position),
              settled,
              await this.stateOf(client, events, merges, after, position),
            );
      if (entries.length > 0) await writeEntries(client, entries);
      const changed = [...settled, ...entries];
      if (changed.length > 0) await addToSums(client, changed);
      for (const merge of merges) await reassignEntries(client, merge);
      await storeFollowerPosition(client, AD_BILLING_LEASE, position);
      return { position, atEnd, campaignIds: [...new Set(changed.flatMap(({ campaignId }) => campaignId ?? []))] };
    });
  }

  /** Empties the ledger, except for the entries of erased people, and restarts from the beginning of the log. */
  async reset(): Promise<void> {
    await inTransaction(this.pool, async (client) => {
      await this.lock(client);
      await resetLedger(client);
    });
  }

  private async stateOf(
    client: PoolClient,
    events: readonly AdEvent[],
    merges: readonly SubjectMerge[],
    after: number,
    until: number,
  ) {
    const keys = await readAdTokenKeys(client);
    const tokens = events.flatMap(({ requestId }) => openAdToken(keys, requestId) ?? []);
    const lineItems = await readBilledLineItems(client, [...new Set(tokens.map(({ lineItem }) => lineItem))]);
    const terms = await readTerms(client, lineItems, after, until);
    const capped = Array.from(terms.lineItemTerms, ([number, each]) =>
      each.some(({ frequencyCap }) => frequencyCap !== null) ? [number] : [],
    ).flat();
    const uses = await readUses(client, [...new Set(tokens.map(({ decision }) => decision))]);
    const subjects = [
      ...new Set([...events.map(({ subject }) => subject), ...merges.flatMap(({ from, into }) => [from, into])]),
    ];
    const since = events.reduce((least, { receivedAt }) => Math.min(least, receivedAt), Infinity);
    return {
      keys,
      ...terms,
      used: new Set(uses.map(useKey)),
      recent: await readRecentEntries(client, subjects, since, capped),
      purchases: await readRecentPurchases(client, subjects, after, since),
      spend: await readSpend(client, [...terms.terms.keys()]),
    };
  }

  /**
   * Takes the lock on the ledger, and so waits for other billing and for a running erasure, which hold it. `findErased`
   * takes another lock, so that an erasure that starts later waits for this transaction.
   */
  private async lock(client: PoolClient): Promise<number> {
    await findErased(client, []);
    return lockLedger(client);
  }
}

/** Reads the campaigns of line items, and what held for both from one log position to another. */
export async function readTerms(
  client: PoolClient,
  lineItems: readonly BilledLineItem[],
  after: number,
  until: number,
): Promise<Pick<BillingState, 'campaigns' | 'terms' | 'lineItemTerms'>> {
  const campaignIds = [...new Set(lineItems.map(({ campaignId }) => campaignId))];
  const ids = lineItems.map(({ id }) => id);
  const terms = groupBy(await readCampaignTerms(client, campaignIds, after, until), ({ objectId }) => objectId);
  const ofLineItems = groupBy(await readLineItemTerms(client, ids, after, until), ({ objectId }) => objectId);
  return {
    campaigns: new Map(
      lineItems.map(({ number, campaignId, timeZone }) => [number, billedCampaign(campaignId, timeZone)]),
    ),
    terms: new Map(campaignIds.map((id) => [id, terms.get(id) ?? []])),
    lineItemTerms: new Map(lineItems.map(({ number, id }) => [number, ofLineItems.get(id) ?? []])),
  };
}

function billedCampaign(campaignId: string, timeZone: string): BilledCampaign {
  const dayOf = DAYS.get(timeZone) ?? dayFunctionFor(timeZone);
  DAYS.set(timeZone, dayOf);
  return { campaignId, dayOf: (time) => textOfDay(dayOf(new Date(time))) };
}
