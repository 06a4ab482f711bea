import { LRUCache } from 'lru-cache';
import type { CustomerHistory } from './history';
import type { RankedProduct } from './recommendation';

/** A list, and what it is true at. */
export interface RankedList {
  readonly ranked: readonly RankedProduct[];
  readonly modelVersion: string;
  readonly revision: string;
  /** Milliseconds since 1970. */
  readonly asOf: number;
}

/** What a list was made from. */
export interface MadeFrom {
  /** `null` for nobody's. */
  readonly history: CustomerHistory | null;
  /** Moves with each event of the customer's own. */
  readonly own: number;
  /** Moves with the catalogue, and with each promotion of a model. */
  readonly offered: number;
  /** Moves with what others do. */
  readonly others: number;
}

/** A list as it was made. */
export interface MadeList {
  readonly list: RankedList;
  readonly from: MadeFrom;
  /** By this process's clock, ms. */
  readonly at: number;
  /** Whether it may be answered with again. */
  readonly lasting: boolean;
}

/** A list is made anew after so many milliseconds at the latest: time itself moves it a little. */
const KEPT_MS = 10_000;
/** What others do may wait for so long; what the customer does never waits. */
const OTHERS_MS = 1_000;
const MOST_PRODUCTS = 200_000;

/**
 * Lists of this process by what was asked for, so that a page that asks again is answered at once. A list goes with the
 * customer's next event, a change of the catalogue and a promotion; what others do reaches it within a second.
 */
export class KeptLists {
  private readonly lists = new LRUCache<string, MadeList>({
    maxSize: MOST_PRODUCTS,
    sizeCalculation: ({ list }) => list.ranked.length + 1,
    ttl: KEPT_MS,
  });

  constructor(readonly now: () => number = () => performance.now()) {}

  /** @param key of all that was asked, and by whom */
  find(key: string, from: MadeFrom): MadeList | undefined {
    const kept = this.lists.get(key);
    return kept !== undefined && this.isCurrent(kept, from) ? kept : undefined;
  }

  keep(key: string, made: MadeList): void {
    this.lists.set(key, made);
  }

  /** Whether a list is still what would be answered, were it made from `now`. */
  isCurrent({ from, at, lasting }: MadeList, now: MadeFrom): boolean {
    const age = this.now() - at;
    const same = from.history === now.history && from.own === now.own && from.offered === now.offered;
    return lasting && same && age < KEPT_MS && (from.others === now.others || age < OTHERS_MS);
  }
}
