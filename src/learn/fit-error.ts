export type FitErrorCode = 'NOT_FINITE' | 'RANK_DEFICIENT' | 'WRONG_SHAPE';

/** Thrown if a model can't be fitted to the given numbers. */
export class FitError extends Error {
  constructor(
    readonly code: FitErrorCode,
    message: string,
  ) {
    super(message);
    this.name = 'FitError';
  }
}

/** @throws FitError NOT_FINITE that names the place of a NaN or an infinity */
export function requireFinite(value: number, place: string): void {
  if (!Number.isFinite(value)) throw new FitError('NOT_FINITE', `${place} is ${value}`);
}

/** @throws FitError NOT_FINITE or WRONG_SHAPE that names the place of a number that is not greater than 0 */
export function requirePositive(value: number, place: string): void {
  requireFinite(value, place);
  if (value <= 0) throw new FitError('WRONG_SHAPE', `${place} is ${value}; it must be greater than 0`);
}
