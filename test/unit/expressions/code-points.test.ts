import fc from 'fast-check';
import { codePointsIn, firstCodePoints, isLongerThan } from '../../../src/expressions/code-points';

const TEXTS = fc
  .array(fc.constantFrom('a', 'é', '界', '😀', '🇩', '\u0301', '\ud83d', '\ude00'))
  .map((all) => all.join(''));

describe('lengths in code points', () => {
  it('agree with the iterator of strings, halves of surrogate pairs included', () => {
    fc.assert(
      fc.property(TEXTS, fc.nat(12), (text, length) => {
        const points = Array.from(text);
        expect(codePointsIn(text)).toBe(points.length);
        expect(isLongerThan(text, length)).toBe(points.length > length);
        expect(firstCodePoints(text, length)).toBe(points.slice(0, length).join(''));
      }),
    );
  });
});
