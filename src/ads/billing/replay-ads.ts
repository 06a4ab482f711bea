import type { Difference } from '../../live-state/replay/replay-difference';
import { readBatchRange } from '../../events/batch-range.store';
import { measureFollower } from '../../events/follower.store';
import { MS_PER_HOUR } from '../../learn/durations';
import { inSnapshot, type Pool, type PoolClient } from '../../platform/postgres';
import { AD_BILLING_LEASE } from './ad-topics';
import {
  readAdEvents,
  readAdTokenKeys,
  readAllBilledLineItems,
  readEntries,
  readMergesBetween,
  readPurchasesBetween,
  readWrongSums,
} from './billing.store';
import { readTerms } from './billing.service';
import { AdJudge, type LedgerEntry } from './judge-ad-events';

const BATCH_EVENTS = 20_000;

/**
 * Judges all events with tokens again, and compares the result with the ledger, and the ledger with its sums. The entries
 * of erased people stand as they are. Writes nothing. Events that were written to the log more than a day after they
 * were received may be reported as differences.
 */
export async function replayAds(pool: Pool): Promise<Difference[]> {
  return inSnapshot(pool, async (client) => {
    const { position: end } = await measureFollower(client, AD_BILLING_LEASE);
    const judge = await openJudge(client, end);
    const differences: Difference[] = [];
    let forgotten = 0;
    for (let after = 0; after < end;) {
      const range = await readBatchRange(client, after, BATCH_EVENTS);
      const until = Math.min(range?.position ?? end, end);
      const stored = await readEntries(client, after, until);
      const settled = stored.filter(({ subject }) => subject === null);
      const events = await readAdEvents(client, after, until);
      const merges = await readMergesBetween(client, after, until);
      const purchases = await readPurchasesBetween(client, after, until);
      const replayed = judge.judgeBatch(events, merges, purchases, settled);
      differences.push(...compare([...replayed, ...settled], stored));
      const newest = events.reduce((latest, { receivedAt }) => Math.max(latest, receivedAt), 0);
      if (newest > forgotten + MS_PER_HOUR) judge.forgetBefore((forgotten = newest));
      after = until;
    }
    const sums = await readWrongSums(client);
    return [
      ...differences,
      ...sums.map(({ campaignId, day, ofLedger, ofDay, ofProducts }) => ({
        part: 'ads' as const,
        key: `campaign ${campaignId}, ${day}, by product ${ofProducts}`,
        checkpoint: ofDay,
        replay: ofLedger,
      })),
    ];
  });
}

async function openJudge(client: PoolClient, end: number): Promise<AdJudge> {
  return new AdJudge({
    keys: await readAdTokenKeys(client),
    ...(await readTerms(client, await readAllBilledLineItems(client), 0, end)),
    ...{ used: new Set<string>(), recent: [], purchases: [], spend: [] },
  });
}

function compare(replayed: readonly LedgerEntry[], stored: readonly LedgerEntry[]): Difference[] {
  const byEvent = (entries: readonly LedgerEntry[]) =>
    new Map(entries.map((entry) => [`${entry.position}:${entry.sequence}`, entry]));
  const [expected, found] = [byEvent(replayed), byEvent(stored)];
  const textOf = (entry: LedgerEntry | undefined) =>
    entry === undefined ? 'missing' : `${entry.outcome} ${entry.charged} ${entry.campaignId ?? ''}`;
  return [...new Set([...expected.keys(), ...found.keys()])]
    .filter((event) => textOf(expected.get(event)) !== textOf(found.get(event)))
    .map((event) => ({
      part: 'ads',
      key: `${event}: ${found.get(event)?.outcome ?? 'missing'} instead of ${expected.get(event)?.outcome ?? 'missing'}`,
      checkpoint: found.get(event)?.charged ?? null,
      replay: expected.get(event)?.charged ?? null,
    }));
}
