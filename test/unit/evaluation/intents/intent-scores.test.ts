import { scoreIntents, type IntentPrediction } from '../../../../src/evaluation/intents/intent-scores';

const predict = (actual: string, predicted: string, confidence: number): IntentPrediction => ({
  actual,
  predicted,
  confidence,
  threshold: 0.5,
});

const scores = scoreIntents([
  predict('a', 'a', 0.9),
  predict('a', 'a', 0.5),
  predict('a', 'b', 0.8),
  predict('b', 'b', 0.4),
  predict('c', 'a', 0.3),
  predict('oos', 'a', 0.2),
  predict('oos', 'c', 0.6),
]);

describe('scoreIntents', () => {
  it('has accuracy and macro-F1 of the examples in scope', () => {
    expect(scores).toMatchObject({ examples: 7, outOfScopeExamples: 2, intents: 3 });
    expect(scores.accuracy).toEqual({ share: 0.6, standardError: Math.sqrt(0.24 / 5) });
    // F1: a = 2·2 ÷ (3 + 3), b = 2·1 ÷ (1 + 2), c = 0.
    expect(scores.macroF1).toBeCloseTo((2 / 3 + 2 / 3 + 0) / 3, 12);
  });

  it('answers from the threshold on', () => {
    expect(scores.atThreshold.coverage?.share).toBe(0.6);
    expect(scores.atThreshold.answeredAccuracy?.share).toBeCloseTo(2 / 3, 12);
    expect(scores.atThreshold.outOfScopeRefused?.share).toBe(0.5);
  });

  it('has the curve from .1 to .95', () => {
    expect(scores.curve.map(({ threshold }) => threshold)).toEqual(
      Array.from({ length: 18 }, (_, at) => Number((0.1 + 0.05 * at).toFixed(2))),
    );
    expect(scores.curve[0].coverage?.share).toBe(1);
    expect(scores.curve.at(-1)).toMatchObject({ coverage: { share: 0 }, answeredAccuracy: undefined });
    expect(scores.curve.at(-1)?.outOfScopeRefused?.share).toBe(1);
  });

  it('lists the worst intents and the confusions', () => {
    expect(scores.worstIntents).toEqual([
      { intent: 'c', examples: 1, recall: 0 },
      { intent: 'a', examples: 3, recall: 2 / 3 },
      { intent: 'b', examples: 1, recall: 1 },
    ]);
    expect(scores.confusions).toEqual([
      { actual: 'a', predicted: 'b', count: 1 },
      { actual: 'c', predicted: 'a', count: 1 },
    ]);
  });

  it('leaves shares out that have no examples', () => {
    const none = scoreIntents([predict('oos', 'a', 0.9)]);
    expect(none.accuracy).toBeUndefined();
    expect(none.atThreshold).toEqual({
      coverage: undefined,
      answeredAccuracy: undefined,
      outOfScopeRefused: { share: 0, standardError: 0 },
    });
  });
});
