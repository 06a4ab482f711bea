import type { GuardRow } from './guard-row';

/** A floor is this share of the value that was measured when the floor was set. */
const FLOOR_SHARE = 0.75;
/** Tolerance for floors that were rounded to three digits. */
const ROUNDING = 0.99;

/** The entry of one row in `bench/floors.json`. */
export interface Floor {
  readonly what: string;
  /** The ratio when the floor was set, and the date. */
  readonly measured: number;
  readonly date: string;
  readonly floor: number;
  /** Why the floor was lowered. Required if the floor is less than its share of `measured`. */
  readonly reason?: string;
}

export type Floors = Readonly<Record<string, Floor>>;

/** Returns whether a row has a floor and does not reach it. */
export function isBelowFloor({ name, ratio }: GuardRow, floors: Floors): boolean {
  return Object.hasOwn(floors, name) && !(ratio >= floors[name].floor);
}

/** @returns one line for each row that has a problem; empty if every row reaches its floor and every floor has a row */
export function compareWithFloors(rows: readonly GuardRow[], floors: Floors): string[] {
  const measured = new Set(rows.map(({ name }) => name));
  const below = rows.flatMap((row) => {
    const { name, ratio } = row;
    if (!Object.hasOwn(floors, name))
      return [`${name}: measured ${digits(ratio)}, and bench/floors.json has no floor for it (--raise adds it)`];
    if (!isBelowFloor(row, floors)) return [];
    return [`${name}: measured ${digits(ratio)}, below its floor of ${digits(floors[name].floor)}`];
  });
  const missing = Object.keys(floors).filter((name) => !measured.has(name));
  const lowered = Object.entries(floors).filter(
    ([, { measured: then, floor, reason }]) => !(floor >= ROUNDING * FLOOR_SHARE * then) && !reason?.trim(),
  );
  return [
    ...below,
    ...missing.map((name) => `${name}: has a floor in bench/floors.json and was not measured`),
    ...lowered.map(
      ([name, { measured: then, floor }]) =>
        `${name}: its floor of ${digits(floor)} is less than ${100 * FLOOR_SHARE} % of the ${digits(then)} measured, and bench/floors.json gives no reason`,
    ),
  ];
}

/** Returns a row with the larger ratio of two measurements. */
export function betterOf(first: GuardRow, second: GuardRow | undefined): GuardRow {
  return second !== undefined && (Number.isNaN(first.ratio) || second.ratio > first.ratio) ? second : first;
}

/**
 * Adds floors for rows without one and raises those that can be higher; lowers and removes none. A floor with a reason
 * stays: another machine may measure more.
 */
export function raiseFloors(rows: readonly GuardRow[], floors: Floors, date: string): Floors {
  const raised: Record<string, Floor> = { ...floors };
  for (const { name, what, ratio } of rows) {
    const floor = rounded(FLOOR_SHARE * ratio);
    if (Object.hasOwn(floors, name) && (floors[name].reason !== undefined || !(floor > floors[name].floor))) continue;
    raised[name] = { what, measured: rounded(ratio), date, floor };
  }
  return raised;
}

function rounded(value: number): number {
  return Number(value.toPrecision(3));
}

/** Rounds to three digits, without an exponent. */
export function digits(value: number): string {
  return String(rounded(value));
}
