import { PER_ACCEPTED, type StorefrontGrowth } from '../rooms/tables';
import { STORAGE_SHARES, type StorageKind } from '../events/storage-allowance.service';

/** The least that an item counts as, in bytes: so a share of `STOREFRONT_BYTES_PER_DAY` is a number of rows, too. */
export const MIN_ITEM_BYTES: Readonly<Record<StorageKind, number>> = {
  EVENTS: 200,
  SEARCHES: 400,
  AD_DECISIONS: 250,
  CONVERSATIONS: 500,
};

/** What happens beyond the limit of a kind. */
export const BEYOND: Readonly<Record<StorageKind, string>> = {
  EVENTS: '`RATE_LIMITED`; none of the request is stored',
  SEARCHES: 'the search is answered and not logged',
  AD_DECISIONS: 'the ads are shown, billed and counted as ever; `adDecision` is null',
  CONVERSATIONS: '`RATE_LIMITED`',
};

/** The families of Redis keys of a shop, by the first word of their names after `{NAMESPACE}:`. */
export const STOREFRONT_GROWTH_IN_REDIS: Readonly<Record<string, StorefrontGrowth>> = {
  cache: { bound: '32 MB at any time for each process; further pages of lists', retention: '5 minutes' },
  ingest: { bound: PER_ACCEPTED, retention: 'until the batch is in the log' },
  refresh: { bound: 'one of a kind of model at a time', retention: 'until the job has ended' },
};

/** Returns what a day adds at most, for people. */
export function boundText({ bound }: StorefrontGrowth): string {
  if (typeof bound === 'string') return bound;
  const kinds = bound.of.map((kind) => `\`${kind}\``);
  return `${bound.rows === 1 ? 'a row' : `${bound.rows} rows`} for each of ${kinds.join(', ')}`;
}

/** Returns how many items of a kind all storefronts together may store in a day. */
export function maxItems(kind: StorageKind, bytesPerDay: number): number {
  return Math.floor((bytesPerDay * STORAGE_SHARES[kind]) / MIN_ITEM_BYTES[kind]);
}
