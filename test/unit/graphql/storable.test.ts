import { findJsonFault, findLengthFault, isStorable } from '../../../src/graphql/storable';

const fault = (value: object) => findJsonFault('properties', value);
const nested = (levels: number): object => (levels === 0 ? {} : { in: nested(levels - 1) });

describe('values that PostgreSQL can store', () => {
  it.each([{ path: 'C:\\udata' }, { path: 'C:\\\\u0000' }, { text: '😀', n: 1, list: [true, null] }, nested(31)])(
    'accepts %j',
    (value) => {
      expect(fault(value)).toBeUndefined();
    },
  );

  it.each([{ text: '\0' }, { '\0': 1 }, { text: '\ud800' }, { text: 'x\\\0' }])('rejects %j', (value) => {
    expect(fault(value)).toMatch(/NUL or half of a surrogate pair/);
  });

  it('rejects values that are too long or too deep, at any depth', () => {
    expect(findLengthFault('properties', { text: 'x'.repeat(5_000) }, 4_096)).toMatch(
      /at most 4096 characters of JSON; got 5011/,
    );
    const deep: Record<string, unknown> = {};
    let at = deep;
    for (let n = 0; n < 100_000; n++) at = at.in = {} as Record<string, unknown>;
    expect(fault(deep)).toMatch('properties is nested deeper than 32 levels');
  });

  it.each([[2 ** 53], [-1e300], [Infinity], [NaN]])('rejects the number %d, which JavaScript has changed', (number) => {
    expect(fault({ list: [1, number] })).toMatch(/^properties\.list\[1\] must be a number from -9007199254740991 to/);
    expect(fault({ list: [2 ** 53 - 1, 0.1, -0] })).toBeUndefined();
  });

  it('rejects text with NUL or half a surrogate pair', () => {
    expect([isStorable('😀 \n'), isStorable('a\0'), isStorable('\udc00')]).toEqual([true, false, false]);
  });
});
