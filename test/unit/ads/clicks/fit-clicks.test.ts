import { adFeatures } from '../../../../src/ads/clicks/ad-features';
import { ClickExamples, type AdImpression } from '../../../../src/ads/clicks/click-examples';
import { ClickModel } from '../../../../src/ads/clicks/click-model';
import { decodeClicks, encodeClicks } from '../../../../src/ads/clicks/clicks-artefact';
import { clicksEvidence } from '../../../../src/ads/clicks/clicks-evidence';
import { fitClicks, type ClicksFit } from '../../../../src/ads/clicks/fit-clicks';
import { evaluateGate } from '../../../../src/models/gate';
import { adOf, clickProbability, EVERY_CELL, syntheticImpressions } from './synthetic-impressions';

const examplesOf = (impressions: readonly AdImpression[]) => {
  const examples = new ClickExamples();
  for (const impression of impressions) examples.add(impression);
  return examples;
};
const fitted = (examples: ClickExamples) => fitClicks(examples) as ClicksFit;
const judged = (examples: ClickExamples, fit: ClicksFit, incumbent: Uint8Array | null = null) => {
  const { evidence, figures } = clicksEvidence(examples, {
    ...{ testFrom: fit.testFrom, baseRate: fit.baseRate, best: null, clock: () => performance.now() },
    candidate: decodeClicks(encodeClicks(fit), 'holdoutModel'),
    incumbent: incumbent && decodeClicks(incumbent, 'holdoutModel'),
  });
  const verdict = evaluateGate(evidence, 1);
  return { ...verdict, figures: { ...figures, ...verdict.figures } };
};

describe('the click model', () => {
  const examples = examplesOf(syntheticImpressions(20_000));
  const fit = fitted(examples);
  const bytes = encodeClicks(fit);

  it('finds the probabilities by product and slot', () => {
    const model = new ClickModel(decodeClicks(bytes));
    const errors = EVERY_CELL.map(({ product, slot }) => {
      const truth = clickProbability(product, slot);
      return Math.abs(model.predict(adOf(product), slot) - truth) / truth;
    });
    expect(Math.max(...errors)).toBeLessThan(0.45);
    expect(errors.reduce((sum, error) => sum + error, 0) / errors.length).toBeLessThan(0.15);
    for (const { product, slot } of EVERY_CELL.filter(({ slot: at }) => at < 4))
      expect(model.predict(adOf(product), slot)).toBeGreaterThan(model.predict(adOf(product), slot + 1));
  });

  it('predicts as the regression with all features does, in any order of lists, products, line items and slots', () => {
    const weights = decodeClicks(bytes);
    const models = [new ClickModel(weights), new ClickModel(weights, 3)];
    // A product is the same object as long as it does not change.
    const categories = [['Kitchen'], ['Living', 'Kitchen']];
    const words = ['', 'steel', 'steel kettl', 'pot'];
    for (const [at, { ad, slot }] of syntheticImpressions(3_000).entries()) {
      // Neighbours differ in one part or in none.
      const query = words[Math.floor(at / 3) % words.length];
      const placement = at % 7 < 4 ? ad.placement : 'other';
      const advertiserId = at % 11 === 0 ? 'sold' : ad.advertiserId;
      const changed = { ...ad, query, placement, advertiserId, categories: categories[at % 13 === 0 ? 1 : 0] };
      const { singles, crosses } = adFeatures(changed, slot);
      const expected = weights.probability(Uint32Array.from([...singles, ...crosses]));
      for (const model of [...models, ...models]) expect(model.predict(changed, slot)).toBeCloseTo(expected, 12);
    }
  });

  it('passes the gate: better than the base rate, and calibrated', () => {
    const { passed, reasons, figures } = judged(examples, fit);
    expect([passed, reasons]).toEqual([true, []]);
    expect(figures).toMatchObject({ testImpressions: 4_000 });
    expect(figures['log-loss gain over base rate, low']).toBeGreaterThan(0);
    expect(Math.abs(figures.calibration - 1)).toBeLessThan(3 * figures['calibration, standard error']);
  });

  it('is refused if it is worse than the active version', () => {
    const shuffled = syntheticImpressions(20_000).map((impression, row, all) =>
      row < 16_000 ? { ...impression, ad: all[(row * 7 + 3) % 16_000].ad } : impression,
    );
    const worse = examplesOf(shuffled);
    const { passed, reasons } = judged(worse, fitted(worse), bytes);
    expect(passed).toBe(false);
    expect(reasons.join()).toContain('of the active version on held-out time');
    expect(judged(examples, fit, bytes).passed).toBe(true);
  });

  it('stays near the base rate if the features say nothing', () => {
    const noise = syntheticImpressions(5_000).map((impression, row) => ({
      ...impression,
      clickedAt: row % 17 === 0 ? impression.receivedAt : null,
    }));
    const ofNoise = examplesOf(noise);
    const model = new ClickModel(decodeClicks(encodeClicks(fitted(ofNoise))));
    for (const { product, slot } of EVERY_CELL)
      expect(Math.abs(model.predict(adOf(product), slot) * 17 - 1)).toBeLessThan(0.5);
  });

  it('predicts an unknown product by its slot and placement', () => {
    const model = new ClickModel(decodeClicks(bytes));
    const unknown = { ...adOf(0), productId: 'new', lineItem: 99, advertiserId: 'new', categories: [] };
    const [first, last] = [model.predict(unknown, 1), model.predict(unknown, 4)];
    expect(first).toBeGreaterThan(last);
    expect(first).toBeGreaterThan(0.03);
    expect(first).toBeLessThan(0.3);
  });

  it('is the same for the same examples, and has at most 1 MB', () => {
    expect(encodeClicks(fitted(examples))).toEqual(bytes);
    expect(bytes.length).toBeLessThan(20_000);
    const random = examplesOf(
      syntheticImpressions(20_000).map((impression, row) => ({
        ...impression,
        ad: { ...impression.ad, productId: `p${row}`, query: `q${row} w${row % 500}` },
        clickedAt: row % 2 === 0 ? impression.receivedAt : null,
      })),
    );
    expect(encodeClicks(fitted(random)).length).toBeLessThanOrEqual(1_000_000);
  });

  it('holds out the newest fifth, and what was not known at its begin', () => {
    const impressions = syntheticImpressions(2_000);
    const before = fitted(examplesOf(impressions));
    expect(before.testFrom).toBe(1_600);
    // The windows of the 29 impressions before the held-out ones had not ended, so their clicks make no difference.
    const changed = impressions.map((impression, row) =>
      row > 1_600 - 30
        ? { ...impression, clickedAt: impression.clickedAt === null ? impression.receivedAt : null }
        : impression,
    );
    const after = fitted(examplesOf(changed));
    expect(after.holdoutModel).toEqual(before.holdoutModel);
    expect(after.model).not.toEqual(before.model);
  });

  it.each([
    ['fewer than 200 impressions', syntheticImpressions(220), '220 impressions'],
    ['no clicks', syntheticImpressions(2_000).map((each) => ({ ...each, clickedAt: null })), '0 of them were clicked'],
    [
      'clicks alone',
      syntheticImpressions(2_000).map((each) => ({ ...each, clickedAt: each.receivedAt })),
      'impressions without a click are needed',
    ],
    [
      'impressions of half an hour',
      syntheticImpressions(2_000).map((each) => ({ ...each, receivedAt: 0, clickedAt: each.clickedAt && 0 })),
      '0 impressions with 0 clicks are at least 30 minutes older than the newest fifth',
    ],
    ['nothing', [], '0 impressions'],
  ])('is not fitted on %s', (_, impressions, reason) => {
    expect(fitClicks(examplesOf(impressions))).toEqual({ tooLittle: expect.stringContaining(reason) });
  });
});
