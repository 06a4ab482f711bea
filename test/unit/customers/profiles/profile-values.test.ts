import type { Pool } from '../../../../src/platform/postgres';
import type { ProfileRow } from '../../../../src/customers/profiles/profile.store';
import { ProfileValuesReadModel } from '../../../../src/customers/profiles/profile-values.read-model';

const ROW: ProfileRow = {
  customerId: 'c1',
  isNew: false,
  segmentId: '1',
  expectedAmount: 80,
  purchaseProbability: 0.5,
  churnProbability: null,
};

describe('the profile values that expressions read', () => {
  let rows: ProfileRow[];
  let reads: string[][];
  /** Runs after PostgreSQL has evaluated a read, before its result arrives. */
  let beforeResult: () => void;
  let hasSegments: boolean;
  let values: ProfileValuesReadModel;

  beforeEach(() => {
    rows = [ROW];
    reads = [];
    beforeResult = () => undefined;
    hasSegments = true;
    const query = async ({ values: [ids] }: { values: [string[]] }) => {
      reads.push(ids);
      const found = rows.filter(({ customerId }) => ids.includes(customerId));
      await Promise.resolve();
      beforeResult();
      return { rows: found };
    };
    values = new ProfileValuesReadModel({
      pool: { query } as unknown as Pool,
      hasSegments: () => hasSegments,
    });
  });
  const change = (to: string | null) => values.apply({ profiles: [{ customerId: 'c1', from: '1', to }] }, 1);

  it('are read once, together, until the profile changes', async () => {
    const expected = { segment: '1', expectedAmount: 80, purchaseProbability: 0.5 };
    expect(await Promise.all([values.find('c1'), values.find('c1'), values.find('c2')])).toEqual([
      expected,
      expected,
      { segment: 'NEW' },
    ]);
    const revision = values.revisionOf('c1');
    expect(revision).toBeGreaterThan(0);
    expect(await values.find('c1')).toEqual(expected);
    expect([values.peekRevision('c1'), reads]).toEqual([revision, [['c1', 'c2']]]);
    let notified = 0;
    const stop = values.watch('c1', () => notified++);
    values.apply({ profiles: [{ customerId: 'c2', from: null, to: '4' }] }, 1);
    expect([notified, values.peekRevision('c1'), values.peekRevision('c2')]).toEqual([0, revision, undefined]);
    rows = [{ ...ROW, segmentId: '2' }];
    change('2');
    stop();
    change('2');
    expect([notified, values.peekRevision('c1')]).toEqual([1, undefined]);
    expect(await values.find('c1')).toMatchObject({ segment: '2' });
    expect(values.revisionOf('c1')).toBeGreaterThan(revision);
  });

  it('are not cached if the profile changes during the read', async () => {
    beforeResult = () => {
      beforeResult = () => undefined;
      rows = [{ ...ROW, segmentId: '2' }];
      change('2');
    };
    const revision = values.revisionOf('c1');
    await values.find('c1');
    expect(values.revisionOf('c1')).not.toBe(revision);
    expect(await values.find('c1')).toMatchObject({ segment: '2' });
  });

  it('are read again after an erasure and after another version of the segments is active', async () => {
    let reloads = 0;
    values.reloaded.add(() => reloads++);
    expect(await values.find('c3')).toEqual({ segment: 'NEW' });
    hasSegments = false;
    values.reload();
    expect(await values.find('c3')).toEqual({});
    expect(await values.find('c1')).toMatchObject({ segment: '1' });
    rows = [];
    values.apply({ reload: 'histories' }, 1);
    expect([reloads, await values.find('c1')]).toEqual([2, {}]);
  });

  it('say that a customer without a profile is new, but not one who has opted out or whose profile is not computed yet', async () => {
    const none = { ...ROW, segmentId: null, expectedAmount: null, purchaseProbability: null };
    rows = [none, { ...none, customerId: 'c2', isNew: true }];
    expect(await Promise.all([values.find('c1'), values.find('c2')])).toEqual([{}, { segment: 'NEW' }]);
  });

  it('are read again after a failed read', async () => {
    beforeResult = () => {
      throw new Error('no connection');
    };
    await expect(values.find('c1')).rejects.toThrow('no connection');
    beforeResult = () => undefined;
    expect(await values.find('c1')).toMatchObject({ segment: '1' });
  });
});
