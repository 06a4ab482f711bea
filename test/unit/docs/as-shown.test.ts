import fc from 'fast-check';
import { differenceOfJson, differenceOfText, withKnown } from '../../docs/as-shown';

const json = (shown: unknown, came: unknown, known = new Map<string, string>()) => differenceOfJson(shown, came, known);
const text = (shown: string, came: string, known = new Map<string, string>()) => differenceOfText(shown, came, known);

describe('JSON compared with a documented example', () => {
  it('matches only if it is the same', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (shown, came) => {
        // A value written with … or as a name is no plain value; -0 is 0 in JSON.
        const [one, other] = [JSON.stringify(shown), JSON.stringify(came)];
        fc.pre(!/[…<]/.test(one));
        expect(json(JSON.parse(one), JSON.parse(one))).toBeUndefined();
        if (!sameJson(shown, came)) expect(json(JSON.parse(one), JSON.parse(other))).toBeDefined();
      }),
    );
  });

  it('may differ at … only', () => {
    expect(json({ a: '…', b: ['x', '…'] }, { a: { c: 1 }, b: ['x', 'y', 'z'] })).toBeUndefined();
    expect(json({ a: 'p-…' }, { a: 'p-17' })).toBeUndefined();
    expect(json({ a: '0.…' }, { a: 0.25 })).toBeUndefined();
    expect(json({ a: 'p-…' }, { a: 'q-17' })).toBe('$.a: "q-17" is not "p-…"');
    expect(json({ a: ['x', '…'] }, { a: ['y', 'x'] })).toBe('$.a[0]: "y" is not "x"');
    expect(json({ a: ['x', '…'] }, { a: [] })).toBe('$.a: 0 items, not 1 or more');
    expect(json({ a: '5' }, { a: 5 })).toBeDefined();
    expect(json({ a: '…' }, {})).toBe('$.a is missing');
    expect(json({}, { a: 1 })).toBe('$.a is not shown');
  });

  it('assigns names to values that later steps need', () => {
    const known = new Map<string, string>();
    expect(json({ token: '<token>' }, { token: 'ey.1' }, known)).toBeUndefined();
    expect(withKnown('Bearer <token>, <other>', known)).toBe('Bearer ey.1, <other>');
    expect(json({ token: '<token>' }, { token: null })).toBeDefined();
  });
});

describe('an output compared with a documented example', () => {
  it('may differ at … only, and in blanks at the end', () => {
    expect(text('a\nb\n', 'a \nb\n\n')).toBeUndefined();
    expect(text('in … s (… lines/s)\n', 'in 0.4 s (31 lines/s)')).toBeUndefined();
    expect(text('…\nready\n…\n', 'one\ntwo\nready\n')).toBeUndefined();
    expect(text('…\nready\n', 'ready\n')).toBeUndefined();
    expect(text('ready (1)\n', 'ready (2)\n')).toBe('shown:\nready (1)\n\ncame:\nready (2)\n');
    expect(text('a\n', 'a\nb\n')).toBeDefined();
    expect(text('a…\n', 'a\nb\n')).toBeDefined();
  });

  it('assigns names to values that later steps need', () => {
    const known = new Map<string, string>();
    expect(text('Key: <admin-key>\n', 'Key: fk_1\n', known)).toBeUndefined();
    expect(known).toEqual(new Map([['admin-key', 'fk_1']]));
    expect(text('Key: <admin-key>\n', 'Key: \n')).toBeDefined();
  });
});

function sameJson(one: unknown, other: unknown): boolean {
  try {
    expect(JSON.parse(JSON.stringify(one))).toStrictEqual(JSON.parse(JSON.stringify(other)));
    return true;
  } catch {
    return false;
  }
}
