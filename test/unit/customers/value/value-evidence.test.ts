import { fitValueModel, type ValueFit } from '../../../../src/customers/value/fit-value-model';
import { predictFromFeatures } from '../../../../src/customers/value/predict-value';
import { valueCuts } from '../../../../src/customers/value/value-cuts';
import { lostPredictions, valueEvidence } from '../../../../src/customers/value/value-evidence';
import { ValueExamples } from '../../../../src/customers/value/value-examples';
import { evaluateGate } from '../../../../src/models/gate';
import { DAY, FIRST, syntheticPurchases } from './synthetic-purchases';

describe('evidence for the gate', () => {
  const cuts = valueCuts(FIRST, FIRST + 400 * DAY, 90)!;
  const examples = new ValueExamples(cuts.all, 90);
  for (const lines of syntheticPurchases(1_000, 400, 3)) examples.add(lines);
  const { model: candidate } = fitValueModel(examples, { cuts: cuts.beforeNewest, seed: 1 }) as ValueFit;
  const [newest] = cuts.all;
  const rows = examples.rowsAt([newest]);
  const options = { cut: newest, fittedCuts: cuts.beforeNewest, candidate, incumbent: null, best: null };
  let time = 0;
  const clock = () => (time += 1);

  it('has a loss for each customer, and passes where the model beats past amounts and shares', () => {
    const evidence = valueEvidence(examples, { ...options, clock });
    expect(evidence.measures.map(({ name, candidate: losses }) => [name, losses.length])).toEqual([
      ['squared error', rows.length],
      ['purchase log-loss', rows.length],
      ['interval score', rows.length],
      ['churn log-loss', rows.filter((row) => examples.isRecentBuyer(row)).length],
    ]);
    rows.forEach((row, r) => {
      const recent = examples.isRecentBuyer(row);
      const { expectedAmount, low, high } = predictFromFeatures(candidate, examples.featuresOf(row), 0, recent);
      const value = examples.valueOf(row);
      expect(evidence.measures[0].candidate[r]).toBe((expectedAmount - value) ** 2);
      const missed = value < low ? low - value : value > high ? value - high : 0;
      expect(evidence.measures[2].candidate[r]).toBeCloseTo(high - low + 10 * missed, 6);
    });
    expect(evaluateGate(evidence, 1)).toMatchObject({ passed: true, reasons: [] });
  });

  it('refuses a model that is worse than the active version', () => {
    const broken = { ...candidate, purchase: { ...candidate.purchase, intercept: 6 } };
    const evidence = valueEvidence(examples, { ...options, candidate: broken, incumbent: candidate, clock });
    const { passed, reasons } = evaluateGate(evidence, 1);
    expect(passed).toBe(false);
    expect(reasons.join()).toContain('purchase log-loss');
  });

  it('says if a prediction is not finite, and leaves churn out of a model without it', () => {
    const broken = { ...candidate, smearing: NaN, churn: null };
    const evidence = valueEvidence(examples, { ...options, candidate: broken, clock });
    expect(evidence.finite).toBe(false);
    expect(evidence.measures.map(({ name }) => name)).not.toContain('churn log-loss');
  });

  it('refuses a model without churn only if the active version has it', () => {
    const evidence = valueEvidence(examples, { ...options, clock });
    const withoutChurn = { ...candidate, churn: null };
    const faultsAgainst = (active: typeof candidate | null) => lostPredictions(withoutChurn, active);
    expect(evaluateGate({ ...evidence, faults: faultsAgainst(candidate) }, 1)).toMatchObject({
      passed: false,
      reasons: [expect.stringContaining('it has no churn')],
    });
    expect([faultsAgainst(null), faultsAgainst(withoutChurn), lostPredictions(candidate, candidate)]).toEqual([
      [],
      [],
      [],
    ]);
  });
});
