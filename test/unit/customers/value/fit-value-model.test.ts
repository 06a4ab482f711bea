import { fitValueModel, type ValueFit } from '../../../../src/customers/value/fit-value-model';
import { predictValue, type ValuePrediction } from '../../../../src/customers/value/predict-value';
import { decodeValueModel, encodeValueModel, VALUE_FORMAT } from '../../../../src/customers/value/value-artefact';
import { valueCuts } from '../../../../src/customers/value/value-cuts';
import { ValueExamples, valueLabel } from '../../../../src/customers/value/value-examples';
import { summarizePurchases, type PurchaseLine } from '../../../../src/features/purchase-summary';
import { ByteWriter } from '../../../../src/learn/byte-writer';
import { DAY, FIRST, syntheticPurchases } from './synthetic-purchases';

const HORIZON = 90;
const DAYS = 450;
/** The models are fitted on the data before it. */
const NOW = FIRST + 360 * DAY;

function fit(customers: readonly (readonly PurchaseLine[])[], end = NOW, seed = 1) {
  const cuts = valueCuts(FIRST, end, HORIZON)!.fitted;
  const examples = new ValueExamples(cuts, HORIZON);
  for (const lines of customers) examples.add(lines);
  return fitValueModel(examples, { cuts, seed });
}

const predictAll = (customers: readonly (readonly PurchaseLine[])[], { model }: ValueFit) =>
  customers.flatMap((lines) => {
    const prediction = predictValue(model, summarizePurchases(lines, NOW));
    return prediction === null ? [] : [{ prediction, label: valueLabel(lines, NOW, HORIZON) }];
  });

describe('predicted value and churn', () => {
  const fitted = syntheticPurchases(1_500, DAYS, 1);
  const others = syntheticPurchases(1_500, DAYS, 2);
  const result = fit(fitted) as ValueFit;

  it('contains nothing from the end of the data on', () => {
    const changed = fitted.map((lines, customer) => [
      ...lines.filter(({ at }) => at < NOW),
      ...lines.filter(({ at }) => at >= NOW).map((line) => ({ ...line, at: line.at + DAY, unitPrice: 9_999 })),
      ...Array.from({ length: customer % 4 }, (_, n) => ({
        ...fitted[0][0],
        at: NOW + n * DAY,
        orderKey: `later${n}`,
      })),
    ]);
    const again = fit(changed) as ValueFit;
    expect(Buffer.from(encodeValueModel(again.model))).toEqual(Buffer.from(encodeValueModel(result.model)));
    const predictions = (customers: typeof fitted) =>
      customers.map((lines) => predictValue(result.model, summarizePurchases(lines, NOW)));
    expect(predictions(changed)).toEqual(predictions(fitted));
  });

  it('is never negative and always finite, also for customers unlike those of the fit', () => {
    const line = fitted[0][0];
    const strange: PurchaseLine[][] = [
      [{ ...line, at: NOW - 1, unitPrice: 0 }],
      [{ ...line, at: NOW - 1, unitPrice: 1e9 }],
      [{ ...line, at: NOW - 3_000 * DAY }],
      [
        { ...line, at: NOW - 9 * DAY },
        { ...line, at: NOW - 8 * DAY, units: 50, isReturn: true },
      ],
      Array.from({ length: 2_000 }, (_, n) => ({ ...line, at: NOW - (n + 1) * 3_600_000, orderKey: `o${n}` })),
    ];
    for (const { prediction } of predictAll([...others, ...strange], result)) {
      const { expectedAmount, low, high, purchaseProbability, churnProbability } = prediction;
      for (const value of [expectedAmount, low, high]) expect(value >= 0 && value < Infinity).toBe(true);
      expect(high).toBeGreaterThanOrEqual(low);
      for (const share of [purchaseProbability, churnProbability ?? 0]) expect(share >= 0 && share <= 1).toBe(true);
    }
  });

  it('has intervals that contain the stated share of the values of other customers', () => {
    const covered = predictAll(others, result).map(
      ({ prediction: { low, high }, label: { value } }) => value >= low && value <= high,
    );
    const coverage = covered.filter(Boolean).length / covered.length;
    expect(coverage).toBeGreaterThan(0.77);
    expect(coverage).toBeLessThan(0.87);
  });

  it('predicts other customers better than the share of buyers and the mean value do', () => {
    const predictions = predictAll(others, result);
    const values = predictions.map(({ label }) => label.value);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const squares = (predict: (prediction: ValuePrediction) => number) =>
      predictions.reduce((sum, { prediction, label }) => sum + (predict(prediction) - label.value) ** 2, 0);
    expect(squares(({ expectedAmount }) => expectedAmount)).toBeLessThan(0.8 * squares(() => mean));
    const recent = predictions.filter(({ prediction }) => prediction.churnProbability !== null);
    const churned = recent.filter(({ label }) => !label.hasOrder).length / recent.length;
    const brier = (p: (prediction: ValuePrediction) => number) =>
      recent.reduce((sum, { prediction, label }) => sum + (p(prediction) - (label.hasOrder ? 0 : 1)) ** 2, 0);
    expect(brier(({ churnProbability }) => churnProbability as number)).toBeLessThan(0.9 * brier(() => churned));
  });

  it('predicts churn for buyers of the last 180 days alone, and nothing without an order', () => {
    const at = (days: number) => summarizePurchases([{ ...fitted[0][0], at: NOW - days * DAY }], NOW);
    expect(predictValue(result.model, at(180))?.churnProbability).not.toBeNull();
    expect(predictValue(result.model, at(181))?.churnProbability).toBeNull();
    expect(predictValue(result.model, summarizePurchases([], NOW))).toBeNull();
  });

  it('is the same for the same seed, byte for byte, and survives encoding', () => {
    const bytes = encodeValueModel((fit(fitted) as ValueFit).model);
    expect(Buffer.from(bytes)).toEqual(Buffer.from(encodeValueModel(result.model)));
    expect(decodeValueModel(bytes)).toEqual(result.model);
    const withoutChurn = { ...result.model, churn: null };
    expect(decodeValueModel(encodeValueModel(withoutChurn))).toEqual(withoutChurn);
    expect(VALUE_FORMAT).toBe('freshet-value/1');
  });

  it('refuses bytes of another format or of other features', () => {
    const bytes = encodeValueModel(result.model);
    expect(() => decodeValueModel(bytes.slice(0, 100))).toThrow(RangeError);
    const other = new ByteWriter();
    other.string('freshet-segments');
    other.varint(1);
    expect(() => decodeValueModel(other.finish())).toThrow('expected freshet-value version 1');
    const renamed = Buffer.from(bytes);
    renamed.write('Xet', renamed.indexOf('netAmountRate'));
    expect(() => decodeValueModel(renamed)).toThrow('the model has the features XetAmountRate');
  });

  it('is not fitted on too few customers or too short a history', () => {
    expect(fit(fitted.slice(0, 80))).toEqual({
      tooLittle: expect.stringMatching(/customers bought and \d+ customers did not buy within 90 days/),
    });
    expect(valueCuts(FIRST, FIRST + 179 * DAY, HORIZON)).toBeNull();
  });
});

describe('the cuts', () => {
  it('end where the data ends, have a horizon before them, and leave the newest one out for evidence', () => {
    const day = (n: number) => FIRST + n * DAY;
    expect(valueCuts(FIRST, day(180), 90)).toEqual({ fitted: [day(90)], beforeNewest: [], all: [day(90)] });
    const { fitted, beforeNewest, all } = valueCuts(FIRST, day(400), 90)!;
    expect(fitted).toEqual([310, 280, 250, 220].map(day));
    expect(beforeNewest).toEqual([220, 190, 160, 130].map(day));
    expect(all).toEqual([310, 280, 250, 220, 190, 160, 130].map(day));
  });
});
