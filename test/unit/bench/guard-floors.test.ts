import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
  betterOf,
  compareWithFloors,
  isBelowFloor,
  raiseFloors,
  type Floor,
  type Floors,
} from '../../../bench/guard/floors';
import type { GuardRow } from '../../../bench/guard/guard-row';
import { measureAgainIfBelow } from '../../../bench/guard/measure-again';
import { ReferenceKernel } from '../../../bench/guard/reference-kernel';

const row = (name: string, ratio: number): GuardRow => ({ name, what: `one ${name}`, ratio });
const floor = (measured: number, more: Partial<Floor> = {}): Floor => ({
  what: 'one',
  measured,
  date: '2026-01-01',
  floor: 0.75 * measured,
  ...more,
});
const SUM = 2_809_756;
const FLOORS: Floors = { lists: floor(40), import: floor(0.8) };

describe("the guard's measurements, compared with their floors", () => {
  it('passes if every row reaches its floor', () => {
    expect(compareWithFloors([row('lists', 30), row('import', 5)], FLOORS)).toEqual([]);
  });

  it('names the row, its measurement and the floor if a row is below it', () => {
    expect(compareWithFloors([row('lists', 29.94), row('import', 0.8)], FLOORS)).toEqual([
      'lists: measured 29.9, below its floor of 30',
    ]);
    expect(compareWithFloors([row('lists', NaN), row('import', 0.8)], FLOORS)).toHaveLength(1);
  });

  it('fails for a floor without a row, and for a row without a floor', () => {
    const [unknown, missing, ...others] = compareWithFloors([row('lists', 40), row('search', 3)], FLOORS);
    expect(unknown).toMatch(/^search: measured 3, and bench\/floors.json has no floor/);
    expect(missing).toMatch(/^import: .* was not measured$/);
    expect(others).toEqual([]);
    expect(compareWithFloors([row('lists', 40), row('import', 1), row('toString', 9)], FLOORS)).toHaveLength(1);
  });

  it('fails for a lowered floor that has no reason', () => {
    const rows = [row('lists', 40)];
    expect(compareWithFloors(rows, { lists: floor(40, { floor: 20 }) })).toEqual([
      'lists: its floor of 20 is less than 75 % of the 40 measured, and bench/floors.json gives no reason',
    ]);
    expect(compareWithFloors(rows, { lists: floor(40, { floor: 20, reason: ' ' }) })).toHaveLength(1);
    expect(compareWithFloors(rows, { lists: floor(40, { floor: 20, reason: 'Lists explain themselves.' }) })).toEqual(
      [],
    );
  });
});

describe('raising floors', () => {
  it('raises floors that can be higher and adds new ones', () => {
    const raised = raiseFloors([row('lists', 50), row('import', 0.8), row('search', 3)], FLOORS, '2026-02-02');
    expect(raised).toEqual({
      lists: { what: 'one lists', measured: 50, date: '2026-02-02', floor: 37.5 },
      import: FLOORS.import,
      search: { what: 'one search', measured: 3, date: '2026-02-02', floor: 2.25 },
    });
  });

  it('never lowers or removes one', () => {
    expect(raiseFloors([row('lists', 1)], FLOORS, '2026-02-02')).toEqual(FLOORS);
    expect(raiseFloors([row('lists', NaN)], FLOORS, '2026-02-02')).toEqual(FLOORS);
  });

  it('leaves a floor that was lowered for a reason', () => {
    const lowered = { lists: floor(40, { floor: 20, reason: 'Lists explain themselves.' }) };
    expect(raiseFloors([row('lists', 28)], lowered, '2026-02-02')).toEqual(lowered);
    expect(raiseFloors([row('lists', 44)], lowered, '2026-02-02')).toEqual(lowered);
  });
});

describe('two measurements of a row', () => {
  it('count as the better one', () => {
    expect(betterOf(row('lists', 30), row('lists', 40)).ratio).toBe(40);
    expect(betterOf(row('lists', 40), row('lists', 30)).ratio).toBe(40);
    expect(betterOf(row('lists', NaN), row('lists', 30)).ratio).toBe(30);
    expect(betterOf(row('lists', 30), row('lists', NaN)).ratio).toBe(30);
    expect(betterOf(row('lists', 30), undefined).ratio).toBe(30);
  });

  it('are needed only if the row has a floor and does not reach it', () => {
    expect([30, 29, NaN].map((ratio) => isBelowFloor(row('lists', ratio), FLOORS))).toEqual([false, true, true]);
    expect(isBelowFloor(row('search', 1), FLOORS)).toBe(false);
  });
});

describe('a group of rows', () => {
  /** Measures the given values in turn, and returns the rows with what was measured again. */
  async function measured(values: readonly (readonly [lists: number, imported: number])[]) {
    const again: string[] = [];
    let n = 0;
    const measure = () => {
      const [lists, imported] = values[n++];
      return Promise.resolve([row('lists', lists), row('import', imported)]);
    };
    const rows = await measureAgainIfBelow(measure, FLOORS, (names) => void again.push(names.join(' ')));
    return { ratios: rows.map(({ ratio }) => ratio), again, faults: compareWithFloors(rows, FLOORS).length };
  }

  it('is measured once if every row reaches its floor', async () => {
    expect(await measured([[31, 0.7]])).toEqual({ ratios: [31, 0.7], again: [], faults: 0 });
  });

  it('is measured again until the row below its floor has reached it; other rows count as measured first', async () => {
    const values = [[20, 0.7], [25, 0.9], [30, 0.9]] as const; // prettier-ignore
    expect(await measured(values)).toEqual({ ratios: [30, 0.7], again: ['lists', 'lists'], faults: 0 });
  });

  it('fails if a row is below its floor three times', async () => {
    const values = [[20, 0.7], [25, 0.7], [24, 0.7], [40, 0.7]] as const; // prettier-ignore
    expect(await measured(values)).toEqual({ ratios: [25, 0.7], again: ['lists', 'lists'], faults: 1 });
  });
});

describe('bench/floors.json', () => {
  const file = path.resolve(__dirname, '../../../bench/floors.json');
  const floors = JSON.parse(readFileSync(file, 'utf8')) as Floors;

  it('says of each row what was measured and when, and has no lowered floor without a reason', () => {
    const rows = Object.entries(floors).map(([name, { measured }]) => row(name, measured));
    expect(rows.length).toBeGreaterThan(10);
    expect(compareWithFloors(rows, floors)).toEqual([]);
    for (const { what, date } of Object.values(floors)) {
      expect(what.length).toBeGreaterThan(20);
      expect(date).toMatch(/^\d{4}-\d{2}-\d{2}$/);
    }
  });
});

describe('the reference kernel', () => {
  it('does the same work as when the floors were set', () => {
    const kernel = new ReferenceKernel();
    expect([kernel.pass(), kernel.pass()]).toEqual([SUM, SUM]);
  });
});
