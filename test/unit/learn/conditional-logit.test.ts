import fc from 'fast-check';
import { fitConditionalLogit, type ChoiceProblem } from '../../../src/learn/conditional-logit';
import { denseDesign } from '../../../src/learn/design-matrix';
import { fitLogistic } from '../../../src/learn/logistic';

type Lists = readonly (readonly (readonly number[])[])[];

/** The first row of each list is the chosen one. */
function problemOf(lists: Lists, l2: number): ChoiceProblem {
  const ends: number[] = [];
  const chosen: number[] = [];
  let rows = 0;
  for (const list of lists) {
    chosen.push(rows);
    ends.push((rows += list.length));
  }
  return { design: denseDesign(lists.flat()), ends, chosen, weights: lists.map(() => 1), l2, tolerance: 1e-12 };
}

const cell = fc.double({ min: -3, max: 3, noNaN: true });
const row = fc.tuple(cell, cell);
const arbitraryLists = fc.array(fc.array(row, { minLength: 1, maxLength: 6 }), { minLength: 3, maxLength: 20 });
const l2 = 0.7;

/** −Σ ln P(chosen) + λ/2 ‖β‖², by the definition. */
function objective(lists: Lists, beta: ArrayLike<number>): number {
  let loss = (l2 / 2) * (beta[0] ** 2 + beta[1] ** 2);
  for (const list of lists) {
    const utilities = list.map(([x, y]) => beta[0] * x + beta[1] * y);
    loss += Math.log(utilities.reduce((sum, utility) => sum + Math.exp(utility), 0)) - utilities[0];
  }
  return loss;
}

describe('conditional logistic regression', () => {
  it('finds the minimum of its definition', () => {
    fc.assert(
      fc.property(arbitraryLists, (lists) => {
        const { coefficients, converged, logLoss } = fitConditionalLogit(problemOf(lists, l2));
        expect(converged).toBe(true);
        const least = objective(lists, coefficients);
        const penalty = (l2 / 2) * (coefficients[0] ** 2 + coefficients[1] ** 2);
        expect(logLoss * lists.length).toBeCloseTo(least - penalty, 9);
        for (const [dx, dy] of [
          [1e-3, 0],
          [-1e-3, 0],
          [0, 1e-3],
          [0, -1e-3],
        ]) {
          expect(objective(lists, [coefficients[0] + dx, coefficients[1] + dy])).toBeGreaterThan(least);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('is the logistic regression on differences if lists are pairs', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(row, row), { minLength: 3, maxLength: 20 }), (pairs) => {
        const own = fitConditionalLogit(problemOf(pairs, l2));
        const differences = pairs.map(([a, b]) => [a[0] - b[0], a[1] - b[1]]);
        // Each difference in both directions: by symmetry there is no intercept, and everything counts twice.
        const logistic = fitLogistic({
          design: denseDesign([...differences, ...differences.map((d) => d.map((x) => -x))]),
          labels: [...pairs.map(() => 1), ...pairs.map(() => 0)],
          weights: new Float64Array(2 * pairs.length).fill(1),
          l2: 2 * l2,
        });
        expect(own.coefficients[0]).toBeCloseTo(logistic.coefficients[0], 6);
        expect(own.coefficients[1]).toBeCloseTo(logistic.coefficients[1], 6);
      }),
      { numRuns: 50 },
    );
  });

  it('ignores features that are constant in a list, and lists without weight', () => {
    const lists = [
      [
        [1, 0],
        [0, 1],
        [0.5, 2],
      ],
      [
        [0, 2],
        [1, 1],
      ],
      [
        [2, 1],
        [0, 0],
      ],
    ];
    const { coefficients } = fitConditionalLogit(problemOf(lists, l2));
    const shifted = lists.map((list, l) => list.map(([x, y]) => [x + 7 * l, y - l]));
    fitConditionalLogit(problemOf(shifted, l2)).coefficients.forEach((beta, c) =>
      expect(beta).toBeCloseTo(coefficients[c], 9),
    );
    const more = problemOf(
      [
        ...lists,
        [
          [0, 0],
          [9, 9],
        ],
      ],
      l2,
    );
    expect(fitConditionalLogit({ ...more, weights: [1, 1, 1, 0] }).coefficients).toEqual(coefficients);
  });

  it.each([
    ['WRONG_SHAPE', { chosen: [0] }],
    ['WRONG_SHAPE', { chosen: [2, 2] }],
    ['WRONG_SHAPE', { ends: [2, 3] }],
    ['WRONG_SHAPE', { start: new Float64Array(3) }],
    ['NOT_FINITE', { weights: [1, NaN] }],
    ['NOT_FINITE', { l2: 0 }],
    [
      'NOT_FINITE',
      {
        design: denseDesign([
          [1, 0],
          [0, 1],
          [NaN, 0],
          [1, 1],
        ]),
      },
    ],
  ])('rejects problems that it can’t fit: %s (case %#)', (code, wrong) => {
    const problem = problemOf(
      [
        [
          [1, 0],
          [0, 1],
        ],
        [
          [0, 0],
          [1, 1],
        ],
      ],
      1,
    );
    expect(() => fitConditionalLogit({ ...problem, ...wrong })).toThrow(expect.objectContaining({ code }) as Error);
  });
});
