import { decimalOfText, type ExactDecimal } from './aggregate/exact-decimal';
import { MAX_RATES, SpecFault, type RateSpec } from './spec';

/** What a value in some unit is multiplied by, at a time; `undefined` where there is no rate. */
export type Factor = (unit: string, at: number) => ExactDecimal | undefined;

const MAX_UNIT_LENGTH = 64;

/**
 * The newest rate that holds at a time counts: one holds from its `since` on, one without has always held.
 * @throws SpecFault
 */
export function factorOf(rates: readonly RateSpec[], path: string): Factor {
  if (rates.length === 0 || rates.length > MAX_RATES)
    throw new SpecFault(path, `there are from 1 to ${MAX_RATES} of them`);
  const byUnit = new Map<string, { since: number; factor: ExactDecimal }[]>();
  rates.forEach(({ unit, since, factor }, at) => {
    const fault = (field: string, message: string) => new SpecFault(`${path}[${at}].${field}`, message);
    if (unit.length === 0 || unit.length > MAX_UNIT_LENGTH)
      throw fault('unit', `a unit has from 1 to ${MAX_UNIT_LENGTH} characters`);
    const from = since === null ? -Infinity : Date.parse(since);
    const ofUnit = byUnit.get(unit) ?? [];
    if (ofUnit.some((other) => other.since === from)) throw fault('since', `${unit} has two rates from then on`);
    const exact = decimalOfText(factor);
    if (exact.units <= 0n) throw fault('factor', 'it has to be above 0');
    ofUnit.push({ since: from, factor: exact });
    byUnit.set(unit, ofUnit);
  });
  for (const ofUnit of byUnit.values()) ofUnit.sort((a, b) => a.since - b.since);
  return (unit, at) => {
    const ofUnit = byUnit.get(unit) ?? [];
    let [low, high] = [0, ofUnit.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (ofUnit[middle].since <= at) low = middle + 1;
      else high = middle;
    }
    return ofUnit[low - 1]?.factor;
  };
}
