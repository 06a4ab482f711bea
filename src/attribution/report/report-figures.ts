import type { CountFigure, MoneyFigure, RateFigure } from './business-report.type';
import type { ShareInterval } from './interval';

/** Returns the relative change; null without an earlier value, or if that was 0. */
function changeOf(value: number | null, before: number | null): number | null {
  return value === null || before === null || before === 0 ? null : (value - before) / Math.abs(before);
}

/** @param before null without a span to compare with */
export function countFigure(value: number, before: number | null): CountFigure {
  return { value, before, change: changeOf(value, before) };
}

export function moneyFigure(currency: string, value: string, before: string | null): MoneyFigure {
  return {
    value: { amount: value, currency },
    before: before === null ? null : { amount: before, currency },
    change: changeOf(Number(value), before === null ? null : Number(before)),
  };
}

export function rateFigure(share: ShareInterval | null, before: ShareInterval | null): RateFigure {
  return {
    value: share?.value ?? null,
    low: share?.low ?? null,
    high: share?.high ?? null,
    before: before?.value ?? null,
    change: changeOf(share?.value ?? null, before?.value ?? null),
  };
}
