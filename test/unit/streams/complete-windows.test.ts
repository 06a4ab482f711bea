import fc from 'fast-check';
import type { Grid } from '../../../src/streams/assemble-windows';
import { newestComplete, panesBefore, pastComplete } from '../../../src/streams/complete-windows';
import { Panes, type Pane } from '../../../src/streams/window/panes';
import { spanOf } from '../../../src/streams/window/span';

const NOW = Date.UTC(2026, 2, 29, 3); // clocks go forward in Berlin that night
const gridOf = (length: string, slides: number): Grid => ({
  panes: new Panes(spanOf(length)!, 'Europe/Berlin'),
  slides,
});
const grid = fc.record({
  length: fc.constantFrom('PT10M', 'PT1H', 'PT3H', 'P1D'),
  slides: fc.integer({ min: 1, max: 4 }),
});

/** The window that begins with the pane of an instant. */
function windowAt({ panes, slides }: Grid, instant: number): Pane {
  const first = panes.at(instant);
  let last = first;
  for (let more = 1; more < slides; more++) last = panes.after(last);
  return { start: first.start, end: last.end };
}

/** Whether all that counts in a window of the last grid has ended by an instant: window by window, down to events. */
function isComplete(grids: readonly Grid[], { start, end }: Pane, by: number): boolean {
  const below = grids.slice(0, -1);
  if (below.length === 0) return end <= by;
  const under = below[below.length - 1];
  for (let at = under.panes.at(start).start; at < end; at = under.panes.at(at).end)
    if (at >= start && !isComplete(below, windowAt(under, at), by)) return false;
  return end <= by;
}

describe('the newest window that is complete', () => {
  it('has ended with all that is counted in it, and the one after it has not', () => {
    fc.assert(
      fc.property(fc.array(grid, { minLength: 1, maxLength: 3 }), fc.nat(86_400_000), (made, more) => {
        const grids = made.map(({ length, slides }) => gridOf(length, slides));
        const top = grids[grids.length - 1];
        const settled = NOW + more;
        const end = newestComplete(grids, settled);
        const start = panesBefore(top.panes, end, top.slides);
        expect(windowAt(top, start)).toEqual({ start, end });
        expect(isComplete(grids, { start, end }, settled)).toBe(true);
        const next = windowAt(top, top.panes.at(start).end);
        expect(isComplete(grids, next, settled)).toBe(false);
      }),
      { numRuns: 100 },
    );
  });
});

describe('windows that were the newest', () => {
  it('are those that a look every minute would have found, each from when on it was', () => {
    fc.assert(
      fc.property(fc.array(grid, { minLength: 1, maxLength: 3 }), fc.nat(86_400_000), (made, more) => {
        const grids = made.map(({ length, slides }) => gridOf(length, slides));
        const settled = NOW + more;
        const found = pastComplete(grids, settled, { from: settled - 6 * 3_600_000, least: 3, most: 20 });
        expect(found.length).toBeGreaterThanOrEqual(3);
        expect(found.length).toBeLessThanOrEqual(20);
        for (const [at, { end, since }] of found.entries()) {
          const until = found.at(at + 1)?.since ?? settled + 1;
          for (const instant of [since, Math.floor((since + until) / 2), until - 1])
            expect(newestComplete(grids, instant)).toBe(end);
          // Of the first, looking back ended.
          if (at > 0) expect(newestComplete(grids, since - 1)).toBe(found[at - 1].end);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('are no more than are asked for, and of short windows only so many panes are gone through', () => {
    const seconds = [{ panes: new Panes(spanOf('PT1S')!, 'UTC'), slides: 1 }, gridOf('P1D', 1)];
    expect(pastComplete(seconds, NOW, { from: NOW - 3_600_000, least: 24, most: 720 }).length).toBeLessThan(3);
    const [only] = seconds;
    expect(pastComplete([only], NOW, { from: NOW - 3_600_000, least: 24, most: 720 })).toHaveLength(720);
  });
});
