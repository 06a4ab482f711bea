import { DECIMAL_MAX_DIGITS } from '../graphql/decimal';
import { textOfDecimal, type ExactDecimal } from './aggregate/exact-decimal';
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
    return {
      name,
      kind,
      decimal: decimal === undefined ? null : toGraphqlDecimal(decimal),
      number: estimate ?? (decimal === undefined ? null : Number(textOfDecimal(decimal))),
      error: error ?? null,
      quantiles: quantiles ?? null,
      top: top ?? null,
      overfull: overfull ?? false,
    };
  });
}

/** Formats a GraphQL Decimal; null if the number has more digits than the scalar allows. */
function toGraphqlDecimal(decimal: ExactDecimal): string | null {
  const text = textOfDecimal(decimal);
  return text.replace(/[-.]/g, '').length <= DECIMAL_MAX_DIGITS ? text : null;
}
