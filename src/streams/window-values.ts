import { textOfDecimal } from '../learn/exact-decimal';
import type { AggregateSpec } from './stream-spec';
import type { WindowState } from './window/window-state';
import type { WindowValue } from './window.type';

/** Returns the values of aggregates, in the order of their definitions. @param names absent for all */
export function valuesOf(
  state: WindowState,
  specs: readonly AggregateSpec[],
  names?: readonly string[],
): WindowValue[] {
  return specs.flatMap(({ name, kind }, at): WindowValue | [] => {
    if (names?.includes(name) === false) return [];
    const { decimal, estimate, error, quantiles, top, overfull } = state.aggregates[at]!.result();
    const text = decimal === undefined ? null : textOfDecimal(decimal);
    return {
      name,
      kind,
      decimal: text,
      number: estimate ?? (text === null ? null : finite(Number(text))),
      error: error ?? null,
      quantiles: quantiles ?? null,
      top: top ?? null,
      overfull: overfull ?? false,
    };
  });
}

/** An exact sum may be more than a double can hold. */
const finite = (number: number) => (Number.isFinite(number) ? number : null);
