import { standardNormal } from '../../../../src/learn/random-draws';
import { seededRandom } from '../../../../src/learn/seeded-random';

export interface SyntheticLogSettings {
  readonly impressions: number;
  /** Share of clicks of a typical impression. */
  readonly rate: number;
  /** Numbers of values of the columns. Low values are frequent, as in Zipf's law. */
  readonly cardinalities: readonly number[];
  /** Standard deviation of the effects of values on the log-odds, which are drawn. */
  readonly effect: number;
  /** The log-odds rise by this from the first impression to the last one. */
  readonly drift?: number;
  /** Standard deviation of the effect of each pair of values of the first two columns. */
  readonly crossEffect?: number;
  readonly seed?: number;
}

/** Lines of a drawn log of impressions without a header: click, a number with an effect, and the columns. */
export function syntheticImpressions(settings: SyntheticLogSettings): string[] {
  const { impressions, rate, cardinalities, effect, drift = 0, crossEffect = 0, seed = 1 } = settings;
  const random = seededRandom(seed);
  const effects = cardinalities.map((count) =>
    Float64Array.from({ length: count }, () => effect * standardNormal(random)),
  );
  const crosses = new Map<string, number>();
  return Array.from({ length: impressions }, (_, n) => {
    const values = cardinalities.map((count) =>
      Math.min(count - 1, Math.floor(Math.exp(random() * Math.log(count + 1)) - 1)),
    );
    const number = standardNormal(random);
    const pair = `${values[0]} ${values[1]}`;
    if (!crosses.has(pair)) crosses.set(pair, crossEffect * standardNormal(random));
    const logOdds = values.reduce(
      (sum, value, c) => sum + effects[c][value],
      Math.log(rate / (1 - rate)) + drift * (n / impressions - 0.5) + effect * number + crosses.get(pair)!,
    );
    const click = random() < 1 / (1 + Math.exp(-logOdds)) ? 1 : 0;
    return [click, number.toFixed(4), ...values.map((value) => value.toString(16))].join('\t');
  });
}

/** The value of `--columns` for {@link syntheticImpressions}. */
export function syntheticColumns(cardinalities: readonly number[]): string {
  return `click=click,number,${cardinalities.map((_, c) => `c${c}`).join(',')}`;
}
