import { rowAt } from '../../../src/learn/compressed-rows';
import { hashText52 } from '../../../src/learn/hash-text';
import { countFeatures } from '../../../src/support/understanding/count-features';
import { CountedTexts } from '../../../src/support/understanding/counted-texts';
import { textHash, wordsOf } from '../../../src/support/understanding/text-words';
import { syntheticSentences } from './synthetic-sentences';

const texts = syntheticSentences(12, 1).map(({ text }) => text);

describe('the features of a text', () => {
  it('are folded words, pairs of words and parts of words', () => {
    const [words, parts] = countFeatures('Café DON’T café, 123456 24');
    expect(Object.fromEntries(words)).toEqual({
      cafe: 2,
      dont: 1,
      '000000': 1,
      '24': 1,
      'cafe dont': 1,
      'dont cafe': 1,
      'cafe 000000': 1,
      '000000 24': 1,
    });
    const naive = new Map<string, number>();
    for (const word of [' cafe ', ' dont ', ' cafe ', ' 000000 ', ' 24 '])
      for (const length of [2, 3, 4])
        for (let from = 0; from + length <= word.length; from++) {
          const part = word.slice(from, from + length);
          naive.set(part, (naive.get(part) ?? 0) + 1);
        }
    expect(parts).toEqual(naive);
  });

  it('are characters and short n-grams of Chinese, which end with the run', () => {
    const [words, parts] = countFeatures('我想退貨 ok 退款');
    expect([...words.keys()].sort()).toEqual(
      ['我', '想', '退', '货', 'ok', '款', '我 想', '想 退', '退 货', '货 ok', 'ok 退', '退 款'].sort(),
    );
    const unspaced = ['我', '想', '退', '货', '款', '我想', '想退', '退货', '退款', '我想退', '想退货'];
    expect([...parts.keys()].filter((part) => /\p{Script=Han}/u.test(part)).sort()).toEqual(unspaced.sort());
    expect(parts.get('退')).toBe(2);
  });

  it('take each place of a text once', () => {
    expect(wordsOf('USB-C 我a想').map(({ text }) => text)).toEqual(['usbc', '我', 'a', '想']);
  });

  it('have the same hash without case and punctuation', () => {
    expect(textHash("Where's my order?")).toBe(textHash('where’s MY order'));
    expect(textHash("Where's my order?")).not.toBe(textHash("Where's my parcel?"));
  });
});

describe('a feature space', () => {
  const rows = Int32Array.from(texts.keys()).filter((row) => row % 3 > 0);
  const counted = new CountedTexts(texts);

  it.each([Infinity, 200])('weighs as a naive computation does, with at most %p features', (maxColumns) => {
    const { space, vectors } = counted.spaceFrom(rows, maxColumns);
    const names = space.blocks.flatMap(({ features }) => features);
    expect(space.columns).toBe(names.length);
    expect(space.columns).toBeLessThanOrEqual(maxColumns);
    expect(space.columns).toBeGreaterThan(20);
    const counts = texts.map(countFeatures);
    const known = space.blocks.map(({ features }) => new Set(features));
    texts.forEach((text, at) => {
      const naive = counts[at].flatMap((found, block) => {
        const all = Array.from(found, ([feature, count]) => {
          const isKnown = known[block].has(hashText52(feature));
          const frequency = isKnown ? Array.from(rows).filter((row) => counts[row][block].has(feature)).length : 0;
          return {
            feature,
            isKnown,
            weight: (1 + Math.log(count)) * (1 + Math.log((1 + rows.length) / (1 + frequency))),
          };
        });
        const length = Math.hypot(...all.map(({ weight }) => weight));
        return all
          .filter(({ isKnown }) => isKnown)
          .map(({ feature, weight }) => `${block} ${hashText52(feature)} ${(weight / length).toFixed(9)}`);
      });
      const blockOf = (column: number) => (column < space.blocks[0].features.length ? 0 : 1);
      for (const vector of [space.vectorOf(countFeatures(text)), rowAt(vectors, at)]) {
        const cells = Array.from(vector.members, (column, k) => {
          return `${blockOf(column)} ${names[column]} ${vector.weights![k].toFixed(9)}`;
        });
        expect(cells.sort()).toEqual([...naive].sort());
        expect(Array.from(vector.members)).toEqual([...new Set(vector.members as Int32Array)].sort((a, b) => a - b));
      }
    });
  });
});
