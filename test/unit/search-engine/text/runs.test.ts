import fc from 'fast-check';
import { foldCluster } from '../../../../src/search-engine/text/fold';
import { MAX_RUN_LENGTH, runsOf } from '../../../../src/search-engine/text/runs';

/** The same text in letters and digits of another width, which are read one by one and fold to ASCII. */
const wide = (text: string) =>
  text.replace(/[a-zA-Z0-9]/g, (character) => String.fromCharCode(character.charCodeAt(0) + 0xfee0));

describe('runs', () => {
  const piece = fc.oneof(
    { weight: 6, arbitrary: fc.stringMatching(/^[a-zA-Z]{1,9}$/) },
    { weight: 3, arbitrary: fc.stringMatching(/^[0-9]{1,5}$/) },
    { weight: 1, arbitrary: fc.stringMatching(/^[a-zA-Z]{60,140}$/) },
    {
      weight: 4,
      arbitrary: fc.constantFrom(' ', '-', '.', "'", '\u0301', 'é', '杯', '½', '\u200d', '𠮷', 'ß', '\u1161'),
    },
  );
  const text = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''));

  it('are the same if characters are read together or one by one', () => {
    fc.assert(
      fc.property(text, (given) => expect(runsOf(given, foldCluster)).toEqual(runsOf(wide(given), foldCluster))),
      { numRuns: 2_000 },
    );
  });

  it('end at the same position if they are too long', () => {
    const runs = runsOf(`é${'x'.repeat(2 * MAX_RUN_LENGTH)}`, foldCluster);
    expect(runs.map(({ start, end }) => end - start)).toEqual([MAX_RUN_LENGTH, MAX_RUN_LENGTH, 1]);
    expect(runs.map(({ joiner }) => joiner)).toEqual([undefined, undefined, undefined]);
  });
});
