import { ApiError } from './errors';

/** @throws ApiError BAD_USER_INPUT if a list of a request has too many items */
export function checkItemCount(count: number, max: number, items: string): void {
  if (count > max) throw new ApiError('BAD_USER_INPUT', `A request may have at most ${max} ${items}; got ${count}.`);
}
