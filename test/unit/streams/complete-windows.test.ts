import fc from 'fast-check';
import type { WindowGrid } from '../../../src/streams/assemble-windows';
import { newestCompleteEnd, recentCompleteWindows, type CompletedWindow } from '../../../src/streams/complete-windows';
import { Panes, type Pane } from '../../../src/streams/window/panes';
import { parseDuration } from '../../../src/streams/window/iso-duration';

const NOW = Date.UTC(2026, 2, 29, 3); // Clocks go forward in Berlin that night.
const gridOf = (length: string, slides: number): WindowGrid => ({
  panes: new Panes(parseDuration(length)!, 'Europe/Berlin'),
  slidesPerWindow: slides,
});
const grid = fc.record({
  length: fc.constantFrom('PT10M', 'PT1H', 'PT3H', 'P1D'),
  slides: fc.integer({ min: 1, max: 4 }),
});

/** The window that begins with the pane of an instant. */
function windowAt({ panes, slidesPerWindow }: WindowGrid, instant: number): Pane {
  const first = panes.paneAt(instant);
  let last = first;
  for (let more = 1; more < slidesPerWindow; more++) last = panes.after(last);
  return { start: first.start, end: last.end };
}

/** Whether all events of a window of the last grid have ended by an instant: window by window, down to events. */
function isComplete(grids: readonly WindowGrid[], { start, end }: Pane, by: number): boolean {
  const below = grids.slice(0, -1);
  if (below.length === 0) return end <= by;
  const under = below[below.length - 1];
  for (let at = under.panes.paneAt(start).start; at < end; at = under.panes.paneAt(at).end)
    if (at >= start && !isComplete(below, windowAt(under, at), by)) return false;
  return end <= by;
}

describe('the newest window that is complete', () => {
  it('has ended with all its events, and the next one has not', () => {
    fc.assert(
      fc.property(fc.array(grid, { minLength: 1, maxLength: 3 }), fc.nat(86_400_000), (made, more) => {
        const grids = made.map(({ length, slides }) => gridOf(length, slides));
        const top = grids[grids.length - 1];
        const settled = NOW + more;
        const end = newestCompleteEnd(grids, settled);
        const start = top.panes.shiftStart(end, -top.slidesPerWindow);
        expect(windowAt(top, start)).toEqual({ start, end });
        expect(isComplete(grids, { start, end }, settled)).toBe(true);
        const next = windowAt(top, top.panes.paneAt(start).end);
        expect(isComplete(grids, next, settled)).toBe(false);
      }),
      { numRuns: 100 },
    );
  });
});

/** The windows that {@link recentCompleteWindows} finds, from one pane of events to the previous one. */
function walkedBack(
  grids: readonly WindowGrid[],
  settled: number,
  until: (found: readonly CompletedWindow[]) => boolean,
) {
  const found: CompletedWindow[] = [];
  for (let at = settled; ;) {
    const { start: completeSince } = grids[0].panes.paneAt(at);
    const end = newestCompleteEnd(grids, completeSince);
    if (found.at(-1)?.end === end) found.pop();
    else if (until(found)) return found.reverse();
    found.push({ end, completeSince });
    at = completeSince - 1;
  }
}

describe('windows that were the newest', () => {
  it('equal those of a walk from pane to pane, each with its start time', () => {
    fc.assert(
      fc.property(fc.array(grid, { minLength: 1, maxLength: 3 }), fc.nat(86_400_000), (made, more) => {
        const grids = made.map(({ length, slides }) => gridOf(length, slides));
        const settled = NOW + more;
        const from = settled - 6 * 3_600_000;
        const found = recentCompleteWindows(grids, settled, { from, least: 3, most: 20 });
        const isLast = (walked: readonly CompletedWindow[]) => walked.length === found.length;
        expect(found).toEqual(walkedBack(grids, settled, isLast));
        expect(found.length).toBeGreaterThanOrEqual(3);
        expect(found.length).toBeLessThanOrEqual(20);
        if (found.length < 20)
          expect(recentCompleteWindows(grids, found[0].completeSince - 1, { from, least: 0, most: 1 })).toEqual([]);
        if (found.length > 3) expect(found[0].completeSince).toBeGreaterThanOrEqual(from);
      }),
      { numRuns: 100 },
    );
  });

  it('are as many as requested, for any length of their panes, and none before 1970', () => {
    const bounds = { from: NOW - 3_600_000, least: 24, most: 720 };
    const second = gridOf('PT1S', 1);
    expect(recentCompleteWindows([second], NOW, bounds)).toHaveLength(720);
    const deep = [[gridOf('PT1H', 1)], [gridOf('P1D', 1)], [gridOf('P1D', 700), gridOf('P1M', 1)]];
    for (const above of deep) {
      const at = jest.spyOn(Panes.prototype, 'paneAt');
      const shift = jest.spyOn(Panes.prototype, 'shiftStart');
      const found = recentCompleteWindows([gridOf('PT1S', 1_000), ...above], NOW, bounds);
      expect(found).toHaveLength(24);
      for (const { completeSince } of found) expect(completeSince % 1_000).toBe(0);
      // A few for each window and grid, not one for each pane.
      expect(at.mock.calls.length + shift.mock.calls.length).toBeLessThan(24 * 3 * 6);
      at.mockRestore();
      shift.mockRestore();
    }
    expect(recentCompleteWindows([gridOf('P9999Y', 1)], NOW, bounds)).toHaveLength(1);
  });
});

it('the pane at a distance is where steps from one to the next arrive', () => {
  const zones = ['UTC', 'Europe/Berlin', 'Pacific/Apia', 'America/Havana', 'Australia/Lord_Howe'];
  const lengths = ['PT7M', 'P1D', 'P3D', 'P1W', 'P1M'];
  // Apia left out 30 December 2011.
  const made = [fc.constantFrom(...zones), fc.constantFrom(...lengths)] as const;
  fc.assert(
    fc.property(...made, fc.integer({ min: -40, max: 40 }), fc.nat(40), (zone, length, steps, days) => {
      const panes = new Panes(parseDuration(length)!, zone);
      const { start } = panes.paneAt(Date.UTC(2011, 11, 10) + days * 86_400_000);
      let at = start;
      for (let step = 0; step < steps; step++) at = panes.paneAt(at).end;
      for (let step = 0; step > steps; step--) at = panes.paneAt(at - 1).start;
      expect(panes.shiftStart(start, steps)).toBe(at);
    }),
    { numRuns: 300 },
  );
});
