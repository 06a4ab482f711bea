import { adFeatures, type AdFeatures } from '../../../../src/ads/clicks/ad-features';
import { ClickExamples, CLICK_WINDOW_MS, isClicked } from '../../../../src/ads/clicks/click-examples';
import { adOf, syntheticImpressions } from './synthetic-impressions';

const AD = adOf(1, 'steel kettl');

describe('the features of an ad', () => {
  it('are placement, slot, product, line item, advertiser, categories, query, words, and crosses', () => {
    const { singles, crosses } = adFeatures(AD, 2);
    expect(singles).toHaveLength(5 + 1 + 1 + 2);
    expect(crosses).toHaveLength(4);
    expect(new Set([...singles, ...crosses]).size).toBe(13);
    const withoutQuery = adFeatures({ ...AD, query: '' }, 2);
    expect(withoutQuery.singles).toHaveLength(6);
    expect(withoutQuery.crosses).toHaveLength(3);
    expect([...singles, ...crosses]).toEqual(
      expect.arrayContaining([...withoutQuery.singles, ...withoutQuery.crosses]),
    );
  });

  it.each<[string, Partial<AdFeatures>, number, number]>([
    // The product is crossed with the placement and the query, the line item with the slot.
    ['product', { productId: 'other' }, 1, 2],
    ['line item', { lineItem: 9 }, 1, 1],
    ['advertiser', { advertiserId: 'other' }, 1, 0],
    ['placement', { placement: 'other' }, 1, 2],
    ['categories', { categories: ['Other'] }, 1, 0],
    ['words', { query: 'steel pot' }, 2, 1],
  ])('differ by %s', (_, change, singleCount, crossCount) => {
    const [before, after] = [adFeatures(AD, 2), adFeatures({ ...AD, ...change }, 2)];
    const changed = (part: 'singles' | 'crosses') => after[part].filter((hash) => !before[part].includes(hash)).length;
    expect([changed('singles'), changed('crosses')]).toEqual([singleCount, crossCount]);
  });

  it('of the slot are the slot, and its crosses with the placement and the line item', () => {
    const [first, second] = [adFeatures(AD, 1), adFeatures(AD, 2)];
    expect(second.singles.filter((hash) => !first.singles.includes(hash))).toHaveLength(1);
    expect(second.crosses.filter((hash) => !first.crosses.includes(hash))).toHaveLength(2);
  });

  it('are bounded: eight categories and eight words', () => {
    const many = Array.from({ length: 20 }, (_, index) => `n${index}`);
    expect(adFeatures({ ...AD, categories: many, query: many.join(' ') }, 1).singles).toHaveLength(6 + 8 + 8);
  });

  it('of examples are those of serving', () => {
    const examples = new ClickExamples();
    const impressions = syntheticImpressions(3_000);
    for (const impression of impressions) examples.add(impression);
    impressions.forEach(({ ad, slot }, row) => {
      const { singles, crosses } = adFeatures(ad, slot);
      expect([...examples.hashesOf(row)]).toEqual([...singles, ...crosses]);
      expect(examples.singlesOf(row)).toBe(singles.length);
    });
  });
});

describe('an impression', () => {
  it.each([
    ['without a click', null, false],
    ['with a click in the same batch', 0, true],
    ['with a click that was received earlier', -1_000, true],
    ['with a click at the end of the window', CLICK_WINDOW_MS, true],
    ['with a click after the window', CLICK_WINDOW_MS + 1, false],
  ])('%s', (_, afterMs, clicked) => {
    const receivedAt = Date.UTC(2026, 0, 1);
    expect(isClicked({ receivedAt, clickedAt: afterMs === null ? null : receivedAt + afterMs })).toBe(clicked);
  });
});
