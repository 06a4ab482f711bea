import { PairMaintenance } from '../../../../src/live-state/learner/pair-maintenance.service';
import type { ProductPairs } from '../../../../src/live-state/learner/product-pairs';

const REBUILD_MS = 2_000;
const ignore = () => undefined;

let now = 0;
beforeEach(() => {
  now = 1_000_000;
  jest.spyOn(performance, 'now').mockImplementation(() => now);
});
afterEach(() => jest.restoreAllMocks());

/** Pairs of a large shop whose rebuild takes two seconds. */
class Pairs {
  readonly isPartial = true;
  readonly isHeadOutdated = false;
  readonly interest = { matrix: { items: 0 } };
  isPaused = false;
  rebuilds = 0;

  constructor(readonly memberships: number) {}

  pause(): void {
    this.isPaused = true;
  }

  *rebuildInSteps() {
    yield;
    now += REBUILD_MS;
    this.isPaused = false;
    this.rebuilds++;
  }

  *refreshListsInSteps() {
    yield;
  }

  sweepLists(): void {}
}

function upkeepOf(memberships: number) {
  const pairs = new Pairs(memberships);
  const fake = pairs as unknown as ProductPairs;
  const upkeep = new PairMaintenance();
  return {
    pairs,
    upkeep,
    isPausedBy: (waiting: number, atEnd = false) => {
      pairs.isPaused = false;
      upkeep.beforeEvents(fake, 1_000, waiting, atEnd);
      return pairs.isPaused;
    },
    /**
     * Sends many events a second for as long as the given time.
     * @returns what the learner may do at its end
     */
    busyFor: async (seconds: number) => {
      upkeep.beforeEvents(fake, 20_000 * seconds, 100_000, false);
      now += 1_000 * seconds;
      return upkeep.update(fake, false, ignore);
    },
  };
}

it('stops counting pairs at a backlog that grows with the shop, within limits', () => {
  const bounds = [1_000, 3_000_000, 1_000_000_000].map((memberships) => {
    const { isPausedBy } = upkeepOf(memberships);
    return [9_999, 10_000, 19_999, 20_000, 49_999, 50_000].map((waiting) => isPausedBy(waiting)).indexOf(true);
  });
  expect(bounds).toEqual([1, 3, 5]);
  expect(upkeepOf(1_000).isPausedBy(1_000_000, true)).toBe(false);
});

it('counts pairs again after five times the duration of a rebuild and its publication, after any pause', async () => {
  const { pairs, upkeep, busyFor } = upkeepOf(1_000);
  expect(await busyFor(2)).toBe('rebuilt');
  now += 3_000;
  upkeep.afterPublish();
  const sixHours = 6 * 3_600_000;
  now += sixHours;
  // The rebuild took 2 s and its publication 3 s: 25 s have long passed.
  expect(await busyFor(2)).toBe('rebuilt');
  now += 3_000;
  upkeep.afterPublish();
  upkeep.afterPublish();
  expect(await busyFor(24)).toBe('waiting');
  expect(await busyFor(2)).toBe('rebuilt');
  expect(pairs.rebuilds).toBe(3);
});
