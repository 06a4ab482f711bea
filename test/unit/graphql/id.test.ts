import { parseValue } from 'graphql';
import { ID } from '../../../src/graphql/id';

describe('an id', () => {
  it.each(['a', 'a b', 'Müller', '🫖', '../..', '__proto__', 'x'.repeat(200)])('is taken as it is: %j', (id) => {
    expect(ID.parseValue(id)).toBe(id);
    expect(ID.parseLiteral(parseValue(JSON.stringify(id)))).toBe(id);
  });

  it.each(['\u00adann', 'ann\u200d', 'ann\u3164', 'ann\u2800', '\u2800'])(
    'has no sign at an end that looks like none: %j',
    (id) => expect(() => ID.parseValue(id)).toThrow(/begins or ends with white space|no visible character/),
  );

  it('may end with an emoji', () => expect(ID.parseValue('❤\ufe0f')).toBe('❤\ufe0f'));

  it('may be a whole number that JavaScript has not changed', () => {
    expect([ID.parseValue(17_850), ID.parseLiteral(parseValue('17850'))]).toEqual(['17850', '17850']);
    for (const id of [2 ** 53, 1.5, NaN, true, {}, []]) expect(() => ID.parseValue(id)).toThrow('ID must be text; got');
  });

  it.each([
    ['', 'ID is empty'],
    ['x'.repeat(201), 'ID is longer than 200 characters'],
    ['a\0b', 'ID contains control characters: "a\\u0000b"'],
    ['a\nb', 'ID contains control characters: "a\\nb"'],
    ['\ud800', 'ID contains control characters: "\\ud800"'],
    ['a\u202eb', 'ID contains control characters: "a\\u{202e}b"'],
    ['ann\u200e', 'ID contains control characters: "ann\\u{200e}"'],
    ['ann ', 'ID begins or ends with white space: "ann "'],
    ['\u00a0ann', 'ID begins or ends with white space: "\\u{a0}ann"'],
    ['ann\u200b', 'ID begins or ends with white space: "ann\\u{200b}"'],
    ['\u2060\u00ad', 'ID has no visible character: "\\u{2060}\\u{ad}"'],
    [' ', 'ID has no visible character: " "'],
  ])('is refused and quoted: %j', (id, message) => {
    expect(() => ID.parseValue(id)).toThrow(message);
    // A document with half of a surrogate pair can't be parsed.
    if (id !== '\ud800') expect(() => ID.parseLiteral(parseValue(JSON.stringify(id)))).toThrow(message);
  });
});
