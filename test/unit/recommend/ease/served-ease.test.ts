import fc from 'fast-check';
import { pauseAfterCycle } from '../../../../src/recommend/ease/ease-pause';
import { SparseItemMatrix, type SparseItemRow } from '../../../../src/recommend/artefact/sparse-item-matrix';
import { EPSILON, MAX_DELAY_MS, DirtyRows } from '../../../../src/recommend/ease/dirty-rows';
import { rowDistance, ServedEase } from '../../../../src/recommend/ease/served-ease';
import { liveModels, NO_MODELS } from '../../../../src/recommend/sources/source';

const row = (cells: Record<number, number>): SparseItemRow => ({
  columns: Int32Array.from(Object.keys(cells), Number),
  values: Float32Array.from(Object.values(cells)),
});

describe('EASE as it is served', () => {
  it('is the same by deltas and by a checkpoint', () => {
    const cell = fc.float({ min: -1, max: 1, noNaN: true });
    const delta = fc.record({
      newIds: fc.nat(4),
      rows: fc.array(fc.record({ index: fc.nat(40), cells: fc.array(cell, { maxLength: 6 }) }), { maxLength: 8 }),
    });
    fc.assert(
      fc.property(fc.array(delta, { maxLength: 8 }), (deltas) => {
        const owner = new ServedEase();
        const follower = new ServedEase();
        deltas.forEach(({ newIds, rows }, position) => {
          const from = owner.rows.productIds.length;
          const products = from + newIds;
          Object.assign(owner, { position, lambda: 1 + position });
          const ids = Array.from({ length: newIds }, (_, n) => `product-${from + n}`);
          const placed = rows
            .filter(({ index }) => index < products)
            .map(({ index, cells }) => ({ index, row: row({ ...cells.slice(0, products) }) }));
          follower.applyDelta(owner.replace(ids, placed));
        });
        expect(follower.encode()).toEqual(owner.encode());
        expect(ServedEase.decode(owner.encode()).encode()).toEqual(owner.encode());
      }),
    );
  });

  it('applies no part of a delta that does not fit, and reports why', () => {
    const owner = new ServedEase();
    owner.replace(['a', 'b'], []);
    const delta = owner.replace(['c'], [{ index: 2, row: row({ 0: 0.5 }) }]);
    const follower = new ServedEase();
    const before = follower.encode();
    expect(() => follower.applyDelta(delta)).toThrow('but there are 0');
    expect(() => follower.applyDelta(delta.subarray(0, delta.length - 3))).toThrow();
    const beyond = new ServedEase().replace([], [{ index: 7, row: row({}) }]);
    expect(() => follower.applyDelta(beyond)).toThrow('beyond the last product');
    expect(follower.encode()).toEqual(before);
  });

  it('rejects a checkpoint of another version', () => {
    const bytes = Uint8Array.from(new ServedEase().encode());
    bytes[bytes.indexOf(1, 13)] = 9;
    expect(() => ServedEase.decode(bytes)).toThrow('version 9');
  });
});

describe('served models', () => {
  const rows = (id: string) => new SparseItemMatrix([id], [row({})]);

  it('have the current EASE if the fit had any, and otherwise the fitted one', () => {
    const [fitted, now] = [rows('then'), rows('now')];
    expect(liveModels({ ...NO_MODELS, ease: fitted }, now).ease).toBe(now);
    expect(liveModels({ ...NO_MODELS, ease: fitted }, null).ease).toBe(fitted);
    // Its weights were fitted without these scores.
    expect(liveModels(NO_MODELS, now).ease).toBeNull();
    expect(liveModels(undefined, now)).toBe(NO_MODELS);
  });
});

describe('changed rows', () => {
  it('are as far apart as their farthest entries, absent ones being 0', () => {
    expect(rowDistance(row({ 1: 0.5, 4: 0.25 }), row({ 1: 0.5, 3: -0.75 }))).toBe(0.75);
    expect(rowDistance(row({}), row({}))).toBe(0);
  });

  it('are published immediately beyond ε, within ten seconds below it, and not at all if they have not moved', () => {
    const moved = new DirtyRows();
    const told = row({ 1: 0.5 });
    const near = row({ 1: 0.5 + EPSILON / 2 });
    expect(moved.isDue(0, told, told, 0, 1e9)).toBe(false);
    expect(moved.isDue(0, told, row({ 1: 0.5 + 2 * EPSILON }), 0, 1_000)).toBe(true);
    expect(moved.hasDelayedRows).toBe(false);
    // Delayed from its first possible change, as long as the next cycle comes in time.
    expect(moved.isDue(0, told, near, 500, 2_000)).toBe(false);
    expect(moved.hasDelayedRows).toBe(true);
    expect(moved.isDue(0, told, near, 1_500, 500 + MAX_DELAY_MS)).toBe(false);
    expect(moved.isDue(0, told, near, 2_500, 501 + MAX_DELAY_MS)).toBe(true);
    expect(moved.hasDelayedRows).toBe(false);
  });

  it('that have changed back are no longer delayed', () => {
    const moved = new DirtyRows();
    expect(moved.isDue(0, row({ 1: 0.5 }), row({ 1: 0.50001 }), 0, 1_000)).toBe(false);
    expect(moved.isDue(0, row({ 1: 0.5 }), row({ 1: 0.5 }), 0, 1_000)).toBe(false);
    expect(moved.hasDelayedRows).toBe(false);
  });
});

describe('the pace of EASE', () => {
  it('has at most a cycle a second, rests four times as long as it works, and publishes a row within ten seconds while work allows', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 60_000, noNaN: true }), (took) => {
        const rest = pauseAfterCycle(took);
        expect(took + rest).toBeGreaterThanOrEqual(1_000);
        if (took >= 250 && took <= 1_600) expect(rest).toBeCloseTo(4 * took, 6);
        if (took <= MAX_DELAY_MS / 3) expect(2 * took + rest).toBeLessThanOrEqual(MAX_DELAY_MS);
        else expect(rest).toBeCloseTo(took, 6);
      }),
    );
  });
});
