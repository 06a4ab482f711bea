import fc from 'fast-check';
import { cooccurringChoice } from '../../../../src/search-engine/spelling/term-cooccurrence';
import type { WordOption } from '../../../../src/search-engine/spelling/word-options';
import { resolveCounts } from '../../../../src/search-engine/scheduling/count-requests';

const option = (word: string, typoCost: number): WordOption => ({
  kind: typoCost === 0 ? 'KEPT' : 'SPELLING',
  wordCount: 1,
  words: [word],
  typoCost,
  cost: typoCost,
  isDoubtful: false,
  support: 0,
});

const WORDS = ['red', 'bed', 'lamp', 'lump', 'tea', 'pea', 'pot'];
const documents = fc.array(fc.uniqueArray(fc.constantFrom(...WORDS), { maxLength: 5 }), { maxLength: 8 });
const options = fc.array(
  fc
    .uniqueArray(fc.constantFrom(...WORDS), { maxLength: 3 })
    .map((words) => words.map((word, i) => option(word, 2 * i))),
  { minLength: 1, maxLength: 3 },
);

/** All possible choices. */
function choices(of: readonly (readonly WordOption[])[]): (WordOption | undefined)[][] {
  return of.reduce<(WordOption | undefined)[][]>(
    (all, own) => all.flatMap((before) => [undefined, ...own].map((one) => [...before, one])),
    [[]],
  );
}

const said = (choice: readonly (WordOption | undefined)[]) => choice.flatMap((one) => one?.words ?? []);

describe('the correction of several misspelled words', () => {
  it('keeps as many of them as are found together', () => {
    fc.assert(
      fc.property(documents, options, (shop, given) => {
        const hits = (words: readonly string[]) =>
          shop.filter((document) => words.every((word) => document.includes(word))).length;
        let asked = 0;
        const choice = resolveCounts(cooccurringChoice(given), (one) => (asked++, hits(said(one))));
        expect(asked).toBeLessThanOrEqual(60);
        const possible = choices(given).filter((one) => said(one).length > 0 && hits(said(one)) > 0);
        if (choice === undefined) return expect(possible).toEqual([]);
        const taken = said(choice).length;
        const most = Math.max(...possible.map((one) => said(one).length));
        if (given.length > 2) return expect(taken).toBeGreaterThanOrEqual(Math.min(2, most));
        expect(taken).toBe(most);
        const costOf = (one: readonly (WordOption | undefined)[]) =>
          one.reduce((sum, each) => sum + (each?.typoCost ?? 0), 0) - Math.log(hits(said(one)));
        const least = Math.min(...possible.filter((one) => said(one).length === most).map(costOf));
        expect(costOf(choice)).toBeCloseTo(least, 9);
      }),
      { numRuns: 500 },
    );
  });

  it('retains the words of a long query, the last ones too', () => {
    const words = Array.from({ length: 12 }, (_, n) => `word${n}`);
    const shop = [[...words, 'kitchen'], words.slice(0, 6)];
    const hits = (some: readonly string[]) => shop.filter((one) => some.every((word) => one.includes(word))).length;
    const kept = words.map((word) => [option(word, 0)]);
    const misspelled = [option('kitten', 1), option('kitchen', 2)];
    const choice = resolveCounts(cooccurringChoice([[], ...kept, misspelled]), (one) => hits(said(one)));
    expect(choice && said(choice)).toEqual([...words, 'kitchen']);
  });

  it('requests a limited number of counts', () => {
    let asked = 0;
    const own = ['a', 'b', 'c'].map((word, i) => option(word, i + 1));
    const given = Array.from({ length: 30 }, () => own);
    const choice = resolveCounts(cooccurringChoice(given), () => (asked++, 1));
    expect(asked).toBe(60);
    expect(choice?.[0]?.words).toEqual(['a']);
  });

  const inShop = (shop: readonly (readonly string[])[]) => (choice: readonly (WordOption | undefined)[]) =>
    shop.filter((document) => said(choice).every((word) => document.includes(word))).length;

  it('ignores the least informative words', () => {
    fc.assert(
      fc.property(
        documents,
        fc.uniqueArray(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 4 }),
        fc.infiniteStream(fc.constantFrom(1, 1.5, 3, 5)),
        (shop, words, stream) => {
          const information = words.map(() => stream.next().value as number);
          const given = words.map((word) => [option(word, 0)]);
          const said = (choice: readonly (WordOption | undefined)[]) =>
            choice.reduce((sum, one, at) => sum + (one === undefined ? 0 : information[at]), 0);
          const possible = choices(given).filter((one) => said(one) > 0 && inShop(shop)(one) > 0);
          const choice = resolveCounts(cooccurringChoice(given, information), inShop(shop));
          expect(choice ? said(choice) : 0).toBeCloseTo(Math.max(0, ...possible.map(said)), 9);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('chooses one word over several only if it says more than they do together', () => {
    const hits = inShop([
      ['red', 'lamp', 'pot'],
      ['tea', 'pea'],
    ]);
    const given = ['red', 'lamp', 'pot', 'tea'].map((word) => [option(word, 0)]);
    const kept = (information: readonly number[]) =>
      said(resolveCounts(cooccurringChoice(given, information), hits) ?? []);
    expect(kept([2, 2, 2, 5])).toEqual(['red', 'lamp', 'pot']);
    expect(kept([1, 1, 1, 5])).toEqual(['tea']);
  });
});
