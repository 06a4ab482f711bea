import fc from 'fast-check';
import type { CalibrationSummary } from '../../../src/learn/calibration';
import { evaluateGate } from '../../../src/models/gate';
import type { GateEvidence, GateMeasure } from '../../../src/models/gate-evidence';
import { seededRandom } from '../../../src/learn/seeded-random';
import { sway } from '../learn/sway';

const random = seededRandom(7);
const lists = (n: number, mean: number) =>
  Float64Array.from({ length: n }, () => Math.min(1, Math.max(0, mean + (random() - 0.5) / 2)));
const shifted = (values: Float64Array, by: number) => values.map((value) => value + by);

const chances = (other: Partial<CalibrationSummary>): CalibrationSummary => ({
  predictedShare: 0.05,
  observedShare: 0.05,
  shapeError: 0.01,
  ...other,
});

function evidence(measures: readonly GateMeasure[], more: Partial<GateEvidence> = {}): GateEvidence {
  return {
    unit: 'list',
    measures,
    baselineName: 'popularity',
    finite: true,
    coverage: { candidate: 0.4, incumbent: 0.4 },
    chances: chances({}),
    time: { candidateMs: 0.2, incumbentMs: 0.2 },
    ...more,
  };
}
const measure = (
  candidate: Float64Array,
  incumbent: Float64Array | null,
  popularity = lists(candidate.length, 0.1),
  best: Float64Array | null = null,
) => ({
  name: 'NDCG@10',
  candidate,
  incumbent,
  best,
  baseline: popularity,
});

describe('the gate', () => {
  const incumbent = lists(800, 0.4);

  it('accepts a candidate that is better, the same, or worse by no more than chance', () => {
    for (const candidate of [
      shifted(incumbent, 0.02),
      incumbent,
      incumbent.map((value, list) => value + (list % 2 ? 0.05 : -0.05)),
    ]) {
      expect(evaluateGate(evidence([measure(candidate, incumbent)]), 1)).toMatchObject({ passed: true, reasons: [] });
    }
  });

  it('refuses a candidate that is certainly worse, in any measure, and reports by how much', () => {
    const worse = incumbent.map((value, list) => value - (list % 3 === 0 ? 0.05 : 0));
    const { passed, reasons } = evaluateGate(evidence([measure(incumbent, incumbent), measure(worse, incumbent)]), 1);
    expect(passed).toBe(false);
    expect(reasons).toEqual([expect.stringMatching(/^NDCG@10 0\.\d{4} against 0\.\d{4} of the active version/)]);
  });

  it('pairs the lists: detects a small loss that all share and that two unpaired means would not show', () => {
    const wide = lists(400, 0.5);
    expect(evaluateGate(evidence([measure(shifted(wide, -0.002), wide)]), 1).passed).toBe(false);
  });

  it('refuses one that is as good with at most 5 % probability for any number of measures', () => {
    const rounds = 200;
    const refusals = (count: number) => {
      let refused = 0;
      for (let round = 0; round < rounds; round++) {
        const measures = Array.from({ length: count }, () => measure(lists(40, 0.4), lists(40, 0.4)));
        if (!evaluateGate(evidence(measures), round).passed) refused++;
      }
      return refused / rounds;
    };
    for (const count of [1, 4]) {
      // Three standard errors of a share of .05.
      const share = refusals(count);
      expect(share).toBeLessThan(0.05 + 3 * Math.sqrt((0.05 * 0.95) / rounds));
      expect(share).toBeGreaterThan(0);
    }
  });

  it('requires the first version to be better than popularity', () => {
    const popularity = lists(300, 0.2);
    expect(evaluateGate(evidence([measure(shifted(popularity, 0.01), null, popularity)]), 1).passed).toBe(true);
    for (const by of [0, -0.01]) {
      const { reasons } = evaluateGate(evidence([measure(shifted(popularity, by), null, popularity)]), 1);
      expect(reasons).toEqual([expect.stringContaining('of popularity')]);
    }
  });

  it('does not let small losses add up: it also compares with the best version so far', () => {
    const first = lists(256, 0.5);
    /** Returns how many versions pass, each a little worse than the one before, and how much the last one is worth. */
    const chain = (withBest: boolean) => {
      let active = first;
      for (let passed = 0; passed < 15; passed++) {
        const next = active.map((value, list) => value - 0.0008 + 0.02 * sway(list, passed + 1));
        const { passed: good, reasons } = evaluateGate(
          evidence([measure(next, active, undefined, withBest && passed > 0 ? first : null)]),
          1,
        );
        if (!good) return { passed, reasons, active };
        active = next;
      }
      return { passed: 15, reasons: [], active };
    };
    const loss = (values: Float64Array) => values.reduce((sum, value, l) => sum + first[l] - value, 0) / first.length;
    const unbounded = chain(false);
    expect([unbounded.passed, loss(unbounded.active) > 0.0119]).toEqual([15, true]);
    const bounded = chain(true);
    expect(bounded.reasons).toEqual([expect.stringMatching(/of the best version so far on held-out time$/)]);
    expect(bounded.passed).toBeGreaterThan(2);
    expect(loss(bounded.active)).toBeLessThan(0.009);
  });

  it('judges losses the other way round: lower is better', () => {
    const baseline = lists(300, 0.6);
    const loss = (candidate: Float64Array, rival: Float64Array | null) => ({
      ...measure(candidate, rival, baseline),
      name: 'log-loss',
      isLoss: true,
    });
    const judge = (candidate: Float64Array, rival: Float64Array | null) =>
      evaluateGate(
        {
          unit: 'session',
          measures: [loss(candidate, rival)],
          baselineName: 'the base rate',
          finite: true,
          time: { candidateMs: 0.01, incumbentMs: null },
        },
        1,
      );
    const lower = judge(shifted(baseline, -0.02), null);
    expect([lower.passed, lower.best]).toEqual([true, true]);
    expect(lower.figures['log-loss gain over the base rate, low']).toBeCloseTo(0.02, 12);
    expect(judge(shifted(baseline, 0.01), null).reasons).toEqual([
      expect.stringMatching(/^log-loss 0\.\d{4} against 0\.\d{4} of the base rate on held-out time$/),
    ]);
    const higher = judge(shifted(incumbent, 0.01), incumbent);
    expect([higher.passed, higher.best, higher.reasons[0]]).toEqual([false, false, expect.stringContaining('active')]);
    expect(judge(shifted(incumbent, -0.01), incumbent)).toMatchObject({ passed: true, best: true });
  });

  it('draws all units of a customer together: what one customer does often is no certainty', () => {
    // 300 sessions of one customer were predicted worse, 100 of 100 other customers better.
    const candidate = Float64Array.from({ length: 400 }, (_, session) => (session < 300 ? 0.38 : 0.43));
    const rival = new Float64Array(400).fill(0.4);
    const clusters = Int32Array.from({ length: 400 }, (_, session) => Math.max(0, session - 299));
    expect(evaluateGate(evidence([measure(candidate, rival)]), 1).passed).toBe(false);
    expect(evaluateGate(evidence([{ ...measure(candidate, rival), clusters }]), 1).passed).toBe(true);
  });

  it('reports the best version so far: one that is not lower in any measure than the previous best', () => {
    const [low, middle, high] = [0.39, 0.4, 0.41].map((mean) => Float64Array.from({ length: 50 }, () => mean));
    const best = (...measures: GateMeasure[]) => evaluateGate(evidence(measures), 1).best;
    expect(best(measure(middle, null))).toBe(true);
    expect(best(measure(middle, middle))).toBe(true);
    expect(best(measure(middle, low, undefined, high))).toBe(false);
    expect(best(measure(high, low, undefined, middle), measure(high, low, undefined, high))).toBe(true);
    expect(best(measure(high, low), measure(low, middle))).toBe(false);
  });

  it('judges by the measures that there are: by the other if no customer bought anything new', () => {
    const popularity = lists(300, 0.2);
    const none = new Float64Array();
    const better = measure(shifted(popularity, 0.01), null, popularity);
    expect(evaluateGate(evidence([better, measure(none, null, none)]), 1).passed).toBe(true);
    // Empty evidence supports no candidate.
    const { passed, reasons } = evaluateGate(evidence([measure(none, none, none)]), 1);
    expect([passed, reasons]).toEqual([false, ['there is no list on held-out time to evaluate it on']]);
  });

  it.each([
    [{ finite: false }, 'finite'],
    [{ coverage: { candidate: 0.1, incumbent: 0.4 } }, 'cover 10.0 % of the catalogue, less than 20.0 %'],
    [{ coverage: { candidate: NaN, incumbent: 0.4 } }, 'cover'],
    [{ chances: chances({ shapeError: 0.03 }) }, 'off by 60.0 % of the observed rate, more than 50.0 %'],
    [{ chances: chances({ shapeError: 0.006, observedShare: 0.01 }) }, 'off by 60.0 %'],
    [{ chances: chances({ shapeError: NaN }) }, 'off by'],
    [{ chances: chances({ observedShare: 0 }) }, 'off by'],
    [{ time: { candidateMs: 3, incumbentMs: 1 } }, 'one list takes 3.00 ms, more than 2.00 ms'],
  ])('refuses %p', (more, reason) => {
    const { passed, reasons } = evaluateGate(evidence([measure(incumbent, incumbent)], more), 1);
    expect([passed, reasons.length]).toEqual([false, 1]);
    expect(reasons[0]).toContain(reason);
  });

  it('warns of a base rate that has drifted, and accepts the candidate', () => {
    const warningsOf = (predictedShare: number) => {
      const { passed, warnings } = evaluateGate(
        evidence([measure(incumbent, incumbent)], { chances: chances({ predictedShare }) }),
        1,
      );
      expect(passed).toBe(true);
      return warnings;
    };
    for (const predictedShare of [0.03, 0.05, 0.07]) expect(warningsOf(predictedShare)).toEqual([]);
    for (const predictedShare of [0.01, 0.08, 0.2])
      expect(warningsOf(predictedShare)).toEqual([
        expect.stringMatching(/^the base rate has drifted: .* 5\.0 % were$/),
      ]);
  });

  it('gives the same verdict for the same seed, and figures that are JSON', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 40 }),
        fc.integer(),
        (values, seed) => {
          const rival = Float64Array.from(values).reverse();
          const all = evidence([measure(Float64Array.from(values), rival, rival)]);
          const verdict = evaluateGate(all, seed);
          expect(evaluateGate(all, seed)).toEqual(verdict);
          expect(JSON.parse(JSON.stringify(verdict))).toEqual(verdict);
        },
      ),
      { numRuns: 20 },
    );
  });
});
