import { codePointsIn, isLongerThan } from '../expressions/code-points';
import { decimalOfText, type ExactDecimal } from '../learn/exact-decimal';
import { MAX_RATES, SpecFault, type RateSpec } from './stream-spec';

/** Returns the conversion factor of a unit at an instant; `undefined` if there is no rate. */
export type FactorLookup = (unit: string, at: number) => ExactDecimal | undefined;

const MAX_UNIT_LENGTH = 64;

/**
 * Compiles conversion rates. A rate applies from its `since`, or always if it has none. The newest applicable rate is
 * used.
 * @throws SpecFault
 */
export function compileRates(rates: readonly RateSpec[], path: string): FactorLookup {
  if (rates.length === 0 || rates.length > MAX_RATES)
    throw new SpecFault(path, `must have between 1 and ${MAX_RATES} items; got ${rates.length}`);
  const byUnit = new Map<string, { since: number; factor: ExactDecimal }[]>();
  rates.forEach(({ unit, since, factor }, at) => {
    const fault = (field: string, message: string) => new SpecFault(`${path}[${at}].${field}`, message);
    if (unit.length === 0 || isLongerThan(unit, MAX_UNIT_LENGTH))
      throw fault('unit', `must have between 1 and ${MAX_UNIT_LENGTH} characters; got ${codePointsIn(unit)}`);
    const from = since === null ? -Infinity : Date.parse(since);
    const ratesOfUnit = byUnit.get(unit) ?? [];
    if (ratesOfUnit.some((other) => other.since === from))
      throw fault('since', `must be unique per unit: ${unit} has two rates with this start`);
    const exact = decimalOfText(factor);
    if (exact.units <= 0) throw fault('factor', `must be greater than 0; got ${factor}`);
    ratesOfUnit.push({ since: from, factor: exact });
    byUnit.set(unit, ratesOfUnit);
  });
  for (const ofUnit of byUnit.values()) ofUnit.sort((a, b) => a.since - b.since);
  return (unit, at) => {
    const ratesOfUnit = byUnit.get(unit) ?? [];
    let [low, high] = [0, ratesOfUnit.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (ratesOfUnit[middle]!.since <= at) low = middle + 1;
      else high = middle;
    }
    return ratesOfUnit[low - 1]?.factor;
  };
}
