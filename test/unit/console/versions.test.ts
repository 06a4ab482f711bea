import fc from 'fast-check';
import { describeOverlap, NO_VERSION, selectVersions, versionChoices } from '../../../console/src/lab/versions';

const version = (number: number, bytes: number | null = 9, verdict: 'PROMOTED' | 'HELD' | 'REFUSED' = 'PROMOTED') => ({
  ...{ id: `v${number}`, number, bytes, verdict },
});
const blend = (active: string | null, ...nodes: ReturnType<typeof version>[]) => ({
  active: active === null ? null : (nodes.find(({ id }) => id === active) ?? version(Number(active.slice(1)))),
  versions: { nodes },
});

describe('two versions next to each other', () => {
  it('can be those whose bytes are stored, and none', () => {
    const model = blend('v3', version(4, null, 'REFUSED'), version(3), version(2, 9, 'HELD'), version(1, null));
    expect(versionChoices(model).map(({ title }) => title)).toEqual([
      'Version 3, active',
      'Version 2, held',
      'None: rank fusion',
    ]);
    expect(versionChoices(blend(null)).map(({ value }) => value)).toEqual([NO_VERSION]);
  });

  it('are the active one and the newest other one, until the operator chooses', () => {
    const model = blend('v2', version(3), version(2), version(1));
    expect(selectVersions(model, {})).toEqual({ left: 'v3', right: 'v2' });
    expect(selectVersions(blend('v1', version(1)), {})).toEqual({ left: NO_VERSION, right: 'v1' });
    expect(selectVersions(blend(null, version(1)), {})).toEqual({ left: 'v1', right: NO_VERSION });
    expect(selectVersions(model, { left: NO_VERSION, right: 'v1' })).toEqual({ left: NO_VERSION, right: 'v1' });
    // It is older than all that are listed.
    expect(selectVersions(blend('v0', version(3), version(2)), {})).toEqual({ left: 'v3', right: 'v0' });
    // Its bytes have been deleted meanwhile.
    expect(selectVersions(model, { left: 'v0', right: 'v1' })).toEqual({ left: 'v3', right: 'v1' });
  });

  it('are compared in words', () => {
    expect(describeOverlap(['a', 'b'], ['a', 'b'])).toBe('Both lists are the same.');
    expect(describeOverlap([], [])).toBe('Both lists are the same.');
    expect(describeOverlap(['a', 'b', 'c'], ['b', 'a', 'd'])).toBe(
      '2 of 3 products are in both lists, 2 of them in another position.',
    );
    expect(describeOverlap(['a', 'b'], ['a'])).toBe('1 of 2 products are in both lists, all in the same position.');
    expect(describeOverlap(['a'], ['b'])).toBe('No product is in both lists.');
    const list = fc.uniqueArray(fc.constantFrom(...'abcdef'), { maxLength: 5 });
    fc.assert(
      fc.property(list, list, (left, right) => {
        expect(describeOverlap(left, right) === 'Both lists are the same.').toBe(left.join() === right.join());
      }),
    );
  });
});
