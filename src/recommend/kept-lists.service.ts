import { LRUCache } from 'lru-cache';
import type { RankedProduct } from './recommendation';

/** A list, and what it is true at. */
export interface RankedList {
  readonly ranked: readonly RankedProduct[];
  readonly modelVersion: string;
  readonly revision: string;
  /** Milliseconds since 1970. */
  readonly asOf: number;
}

/** What a list was made from, in numbers that move with it. */
export interface MadeFrom {
  /** Which history, while it is kept current; 0: nobody's. */
  readonly history: number;
  /** Moves with each event of the customer's own. */
  readonly own: number;
  /** Moves with the catalogue, and with each promotion of a model. */
  readonly offered: number;
  /** Moves up with what others do. */
  readonly others: number;
  /** Where {@link others} was when somebody last waited for a receipt: they are not to see what was before. */
  readonly awaited: number;
  /** When, by this process's clock, ms. */
  readonly at: number;
}

/** A list as it was made. */
export interface MadeList {
  readonly list: RankedList;
  /** `null` for one that may not be answered with again. */
  readonly from: MadeFrom | null;
}

/** A list is made anew after so many milliseconds at the latest: time itself moves it a little. */
const KEPT_MS = 10_000;
/** What others do may wait for so long; what the customer does never waits. */
const OTHERS_MS = 1_000;
/** Characters, or as many bytes, by estimate. */
const MAX_CACHED_BYTES = 64 * 1024 * 1024;
const PRODUCT_SIZE = 150;
const REASON_SIZE = 100;
/** Of what was asked; longer questions are no page's that comes again. */
const MAX_KEY_LENGTH = 4_096;

/** Whether a list that was made from `from` is what would be answered, were it made from `now`. */
export function isCurrent(from: MadeFrom, now: MadeFrom, othersMs = OTHERS_MS): boolean {
  const age = now.at - from.at;
  const same = from.history === now.history && from.own === now.own && from.offered === now.offered;
  const mayWait = age < othersMs && from.others >= now.awaited;
  return same && age < KEPT_MS && (from.others === now.others || mayWait);
}

/**
 * Lists of this process by what was asked for, so that a page that asks again is answered at once. A list goes with the
 * customer's next event, a change of the catalogue and a promotion; what others do reaches it within a second, or when
 * somebody has waited for it.
 */
export class KeptLists {
  private readonly lists = new LRUCache<string, MadeList>({
    maxSize: MAX_CACHED_BYTES,
    sizeCalculation: sizeOf,
    ttl: KEPT_MS,
    // Nothing of an erased person stays for longer.
    ttlAutopurge: true,
  });

  /**
   * @param key of all that was asked, and by whom
   * @param othersMs how long what others do may wait; 0 for whoever is told of nothing else
   */
  find(key: string, now: MadeFrom, othersMs?: number): MadeList | undefined {
    const kept = this.lists.get(key);
    return kept?.from && isCurrent(kept.from, now, othersMs) ? kept : undefined;
  }

  keep(key: string, made: MadeList): void {
    if (made.from !== null && key.length <= MAX_KEY_LENGTH) this.lists.set(key, made);
  }
}

function sizeOf({ list }: MadeList, key: string): number {
  const reasons = list.ranked.reduce((sum, product) => sum + product.reasons.length, 0);
  return key.length + PRODUCT_SIZE * (1 + list.ranked.length) + REASON_SIZE * reasons;
}
