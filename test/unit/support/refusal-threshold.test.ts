import { chooseThreshold, type HeldOutOutcome } from '../../../src/support/understanding/refusal-threshold';

const outcomes = (confidence: number, isRight: boolean, count: number): HeldOutOutcome[] =>
  Array.from({ length: count }, () => ({ confidence, isRight, weight: 1 }));

describe('chooseThreshold', () => {
  it('answers where at least two of three answers are right', () => {
    const threshold = chooseThreshold([
      ...outcomes(0.95, true, 100),
      ...outcomes(0.45, true, 75),
      ...outcomes(0.45, false, 25),
      ...outcomes(0.25, true, 50),
      ...outcomes(0.25, false, 50),
    ]);
    expect(threshold).toBeGreaterThan(0.25);
    expect(threshold).toBeLessThanOrEqual(0.45);
  });

  it('counts weights', () => {
    const mixed = [...outcomes(0.9, true, 50), ...outcomes(0.5, true, 50)];
    expect(chooseThreshold([...mixed, { confidence: 0.5, isRight: false, weight: 10 }])).toBeLessThanOrEqual(0.5);
    expect(chooseThreshold([...mixed, { confidence: 0.5, isRight: false, weight: 40 }])).toBeGreaterThan(0.5);
  });

  it('is the ideal threshold of exact probabilities if the outcomes do not say otherwise', () => {
    expect(chooseThreshold([])).toBe(0.67);
    expect(chooseThreshold([...outcomes(0.99, true, 10), ...outcomes(0.05, false, 10)])).toBe(0.67);
  });

  it('refuses all but the surest answers if all are wrong', () => {
    expect(chooseThreshold(outcomes(0.9, false, 10))).toBeGreaterThan(0.9);
  });
});
