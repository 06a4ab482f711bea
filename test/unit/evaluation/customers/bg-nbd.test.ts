import {
  expectedPurchases,
  fitBgNbd,
  logLikelihoodOf,
  type PurchaseTimes,
} from '../../../../src/evaluation/customers/bg-nbd';
import { expectedMeanAmount, fitGammaGamma } from '../../../../src/evaluation/customers/gamma-gamma';
import { hypergeometric } from '../../../../src/evaluation/customers/hypergeometric';
import { logGamma } from '../../../../src/learn/log-gamma';
import { minimizeNelderMead } from '../../../../src/learn/nelder-mead';
import { standardNormal } from '../../../../src/learn/random-draws';
import { seededRandom } from '../../../../src/learn/seeded-random';

const random = seededRandom(11);
const exponential = (): number => -Math.log(1 - random());

/** Marsaglia & Tsang, ACM Transactions on Mathematical Software 26(3), 2000. */
function gamma(shape: number): number {
  if (shape < 1) return gamma(shape + 1) * random() ** (1 / shape);
  const d = shape - 1 / 3;
  for (;;) {
    const x = standardNormal(random);
    const v = (1 + x / Math.sqrt(9 * d)) ** 3;
    if (v > 0 && Math.log(1 - random()) < (x * x) / 2 + d - d * v + d * Math.log(v)) return d * v;
  }
}

/** Draws a customer of BG/NBD, observed for `age`, and the purchases in the time after it. */
function drawCustomer(r: number, alpha: number, a: number, b: number, age: number, after: number) {
  const rate = gamma(r) / alpha;
  const [x, y] = [gamma(a), gamma(b)];
  const leaving = x / (x + y);
  const customer = { repeats: 0, lastAge: 0, age };
  let later = 0;
  for (let at = exponential() / rate; at < age + after; at += exponential() / rate) {
    if (at < age) {
      customer.repeats++;
      customer.lastAge = at;
    } else later++;
    if (random() < leaving) break;
  }
  return { customer, later };
}

describe('BG/NBD', () => {
  // The parameters of the paper's table 2, fitted on the CDNOW sample; its §4 expects 1.23 purchases of this customer.
  const cdnow = { r: 0.243, alpha: 4.414, a: 0.793, b: 2.426, logLikelihood: -9582.4 };

  it('expects what the paper expects', () => {
    const customer = { repeats: 2, lastAge: 30.43, age: 38.86 };
    expect(expectedPurchases(cdnow, customer, 39)).toBeCloseTo(1.226, 3);
  });

  it('finds the parameters of simulated customers, and expects what they buy', () => {
    const drawn = Array.from({ length: 6_000 }, () => drawCustomer(0.8, 6, 0.9, 3, 30 + 30 * random(), 20));
    const customers = drawn.map(({ customer }) => customer);
    const model = fitBgNbd(customers);
    expect(model.r / 0.8).toBeCloseTo(1, 0);
    expect(model.alpha / 6).toBeCloseTo(1, 0);
    expect(model.a / (model.a + model.b)).toBeCloseTo(0.9 / 3.9, 1);
    const expected = customers.reduce((sum, customer) => sum + expectedPurchases(model, customer, 20), 0);
    const actual = drawn.reduce((sum, { later }) => sum + later, 0);
    expect(Math.abs(expected / actual - 1)).toBeLessThan(0.06);
    const likelihood = (parameters: typeof model) =>
      customers.reduce((sum, customer) => sum + logLikelihoodOf(parameters, customer), 0);
    expect(model.logLikelihood).toBeCloseTo(likelihood(model), 4);
    expect(model.logLikelihood).toBeGreaterThan(likelihood({ ...model, r: 0.8, alpha: 6, a: 0.9, b: 3 }));
    for (const name of ['r', 'alpha', 'a', 'b'] as const) {
      for (const factor of [0.98, 1.02])
        expect(likelihood({ ...model, [name]: model[name] * factor })).toBeLessThan(model.logLikelihood);
    }
  });

  it('is finite for customers with hundreds of purchases and for those who have just come', () => {
    const customers: PurchaseTimes[] = [
      { repeats: 500, lastAge: 51.9, age: 52 },
      { repeats: 500, lastAge: 5, age: 52 },
      { repeats: 0, lastAge: 0, age: 0 },
    ];
    for (const a of [0.3, 1, 4]) {
      const [loyal, gone, fresh] = customers.map((each) => expectedPurchases({ ...cdnow, a }, each, 13));
      expect(loyal).toBeGreaterThan(20);
      expect(gone).toBeLessThan(1e-6);
      expect(fresh).toBeGreaterThan(0);
      expect(loyal + gone + fresh).toBeLessThan(1_000);
    }
  });
});

describe('Gamma-Gamma', () => {
  it('finds the parameters of simulated customers', () => {
    const customers = Array.from({ length: 6_000 }, () => {
      const rate = gamma(4) / 15;
      const count = 1 + Math.floor(4 * random());
      const amounts = Array.from({ length: count }, () => gamma(6) / rate);
      return { count, meanAmount: amounts.reduce((sum, amount) => sum + amount, 0) / count };
    });
    const model = fitGammaGamma(customers);
    expect(model.p / 6).toBeCloseTo(1, 0);
    expect(model.q / 4).toBeCloseTo(1, 0);
    expect((model.p * model.gamma) / (model.q - 1)).toBeCloseTo((6 * 15) / 3, -1);
    const many = { count: 1_000, meanAmount: 80 };
    expect(expectedMeanAmount(model, many)).toBeCloseTo(80, 0);
  });
});

describe('the numerics', () => {
  it('of ₂F₁ and ln Γ are those of scipy 1.10', () => {
    const hypergeometrics = [
      [0.5, 1.2, 3.4, 0.7, 1.1756186046839212],
      [-0.207, 1.976, 3.219, 0.9, 0.8291155447316337],
      [2.5, -0.3, 1.5, 0.99, -4.7223464912379765],
      [5, 6, 30, 0.5, 1.7370538830517732],
    ];
    for (const [a, b, c, z, value] of hypergeometrics) expect(hypergeometric(a, b, c, z)).toBeCloseTo(value, 10);
    const gammas = [
      [0.01, 4.599479878042022],
      [0.3, 1.0957979948180756],
      [1, 0],
      [4.4, 2.3161034914248577],
      [100, 359.1342053695754],
    ];
    for (const [x, value] of gammas) expect(logGamma(x)).toBeCloseTo(value, 10);
    expect(logGamma(1e6) / 12815504.569147611).toBeCloseTo(1, 12);
  });

  it('of Nelder and Mead find the minimum of Rosenbrock’s valley, and heed a domain', () => {
    const valley = ([x, y]: Float64Array) => 100 * (y - x * x) ** 2 + (1 - x) ** 2;
    const { point, value } = minimizeNelderMead(valley, Float64Array.of(-1.2, 1));
    expect(value).toBeLessThan(1e-9);
    expect(point[0]).toBeCloseTo(1, 3);
    const bounded = minimizeNelderMead(([x]) => (x < 2 ? Infinity : x), Float64Array.of(5));
    expect(bounded.point[0]).toBeCloseTo(2, 4);
    let evaluations = 0;
    minimizeNelderMead((each) => (evaluations++, valley(each)), Float64Array.of(-1.2, 1), { maxEvaluations: 20 });
    expect(evaluations).toBeLessThan(30);
  });
});
