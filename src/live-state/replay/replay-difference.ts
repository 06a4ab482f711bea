import type { Cooccurrence } from '../../learn/cooccurrence';
import type { ForwardDecay } from '../../learn/forward-decay';
import { runTask } from '../../learn/resumable-task';
import type { LearnerState } from '../learner/learner-state';
import type { ShopState } from '../shop-state';

/** One value that differs between what is stored, such as a checkpoint, and a replay of the log. */
export interface Difference {
  /** The part of what is stored, such as `co-interest` or `shipments`. */
  readonly part: string;
  /** Which value: an id, ids of a pair, a name, or a description. */
  readonly key: string;
  /** The stored value; `null` if it is missing. */
  readonly checkpoint: number | null;
  /** The value according to the log; `null` if it is missing. */
  readonly replay: number | null;
}

type Values = ReadonlyMap<string, number>;

/** Returns every value that differs between two states. Products are matched by id, because indexes may differ. */
export function compareShops(checkpoint: ShopState, replay: ShopState): Difference[] {
  const checkpointParts = partsOf(checkpoint);
  const replayParts = partsOf(replay);
  const differences: Difference[] = [];
  for (const [part, values] of checkpointParts) {
    const others = replayParts.get(part) ?? new Map<string, number>();
    for (const key of new Set([...values.keys(), ...others.keys()])) {
      const [a, b] = [values.get(key) ?? null, others.get(key) ?? null];
      // With ===, NaN would not equal NaN, and 0 would equal −0.
      if (!Object.is(a, b)) differences.push({ part, key, checkpoint: a, replay: b });
    }
  }
  return differences;
}

/** Returns the pair counts of a state that differ from a recount of its own subjects and orders. */
export function wrongPairs({ pairs, shop }: LearnerState): Difference[] {
  const views = [
    ['co-interest', pairs.interest],
    ['co-purchase', pairs.purchase],
  ] as const;
  return views.flatMap(([part, counter]) =>
    runTask(counter.findMismatchesInSteps()).map(({ item, other, storedCount, exactCount }) => ({
      part,
      key: `${shop.products.idAt(item)} + ${shop.products.idAt(other)}`,
      checkpoint: storedCount,
      replay: exactCount,
    })),
  );
}

function partsOf(state: ShopState): Map<string, Values> {
  const { stats } = state;
  const ids = Array.from({ length: state.products.size }, (_, product) => state.products.idAt(product));
  const column = (value: (product: number) => number): Values => new Map(ids.map((id, n) => [id, value(n)]));
  const decayed = (sums: ForwardDecay): Values => column((product) => sums.read(product, state.clock));
  return new Map<string, Values>([
    ['clock', new Map([['newest event', state.clock]])],
    ['product index', column((product) => product)],
    ['co-interest', cellsOf(state.interest, ids)],
    ['co-purchase', cellsOf(state.purchase, ids)],
    ['purchasers', column((product) => stats.purchasers[product] ?? 0)],
    ['repeat purchasers', column((product) => stats.repeatPurchasers[product] ?? 0)],
    ['orders', column((product) => stats.orders[product] ?? 0)],
    ['first seen', column((product) => stats.firstSeen[product] ?? Infinity)],
    ['popularity, week', decayed(stats.week)],
    ['popularity, month', decayed(stats.month)],
    ['popularity, season', decayed(stats.season)],
    ['acquisitions', decayed(stats.acquisitions)],
    ['sessions', sessionsOf(state)],
  ]);
}

/**
 * Returns the number of sessions with the same times and products. Indexes of subjects and orders may differ between
 * states, so they are not compared.
 */
function sessionsOf({ sessions, products }: ShopState): Values {
  const { table } = sessions;
  const counts = new Map<string, number>([['horizon', sessions.horizon]]);
  for (const session of table.sorted()) {
    const lines = table.entries
      .entries(session)
      .map((at) => `${products.idAt(table.entries.cells[at])} at ${table.timeAt(at)}`);
    const key = `${table.starts[session]}: ${lines.sort().join(', ')}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

/** Returns each product's own count (n) and each pair count that is not 0. The keys are product ids. */
function cellsOf(matrix: Cooccurrence, ids: readonly string[]): Values {
  const values = new Map<string, number>();
  const keys = new Int32Array(matrix.items);
  const counts = new Int32Array(matrix.items);
  ids.forEach((id, i) => {
    values.set(id, matrix.n(i));
    const size = matrix.readRow(i, keys, counts);
    for (let at = 0; at < size; at++) {
      if (keys[at] > i && counts[at] !== 0) values.set(`${id} + ${ids[keys[at]]}`, counts[at]);
    }
  });
  return values;
}
