import { findJsonFault, isStorable } from '../../../src/graphql/storable';

const fault = (value: object) => findJsonFault('properties', value, 4_096);
const nested = (levels: number): object => (levels === 0 ? {} : { in: nested(levels - 1) });

describe('values that PostgreSQL can store', () => {
  it.each([{ path: 'C:\\udata' }, { path: 'C:\\\\u0000' }, { text: '😀', n: 1, list: [true, null] }, nested(31)])(
    'accepts %j',
    (value) => {
      expect(fault(value)).toBeUndefined();
    },
  );

  it.each([{ text: '\0' }, { '\0': 1 }, { text: '\ud800' }, { text: 'x\\\0' }])('rejects %j', (value) => {
    expect(fault(value)).toMatch(/can't be stored/);
  });

  it('rejects values that are too long or too deep, at any depth', () => {
    expect(fault({ text: 'x'.repeat(5_000) })).toMatch(/longer than/);
    const deep: Record<string, unknown> = {};
    let at = deep;
    for (let n = 0; n < 100_000; n++) at = at.in = {} as Record<string, unknown>;
    expect(fault(deep)).toMatch(/deeper than 32/);
  });

  it('rejects text with NUL or half a surrogate pair', () => {
    expect([isStorable('😀 \n'), isStorable('a\0'), isStorable('\udc00')]).toEqual([true, false, false]);
  });
});
